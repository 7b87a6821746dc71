"""Imported by the server of `tests.process`: what a process makes once is made before the first one is forked."""

from datetime import date

from matplotlib.figure import Figure

from normalize.posting import RawPosting
from pipeline.extract import extract

POSTING = RawPosting(title="Intern", description="A paid 10-week internship", location="Lyon or Graz")
extract(POSTING, date(2026, 11, 23))
Figure().savefig("/dev/null", format="svg")
