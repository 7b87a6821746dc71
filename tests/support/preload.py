"""Imports and caches that every process needs, loaded before `tests.support.process` forks the first one."""

from datetime import date

from matplotlib.figure import Figure

from normalize.posting import RawPosting
from pipeline.extract import extract

POSTING = RawPosting(title="Intern", description="A paid 10-week internship", location="Lyon or Graz")
extract(POSTING, date(2026, 11, 23))
Figure().savefig("/dev/null", format="svg")
