"""The cost of reading a posting, compared with the tools that a user would take instead."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterable
from datetime import date

from bs4 import BeautifulSoup
from dateparser.search import search_dates
from price_parser import Price
from selectolax.lexbor import LexborHTMLParser

from normalize.build import normalize
from normalize.posting import RawPosting
from normalize.text.html import read_markup
from tests.bench.corpus import postings, real_postings

TODAY = date(2026, 10, 1)
BAR = 0.10  # of the rate at which lexbor makes text of the same HTML


def rate(work: Callable[[object], object], over: Iterable[object], rounds: int = 3) -> float:
    """Return the calls per second, the best of several rounds because the machine is shared."""
    items = list(over)
    best = float("inf")
    for _ in range(rounds):
        begun = time.perf_counter()
        for item in items:
            work(item)
        best = min(best, time.perf_counter() - begun)
    return len(items) / best


def ratio_to_lexbor(name: str, corpus: list[RawPosting]) -> None:
    """Print how fast postings are read, and how fast lexbor makes text of the same HTML, in rounds that alternate."""
    html = [posting.description or "" for posting in corpus]
    ours = theirs = 0.0
    for _ in range(3):
        theirs = max(theirs, rate(lambda each: LexborHTMLParser(each).text(), html, 1))
        ours = max(ours, rate(lambda posting: normalize(posting, TODAY), corpus, 1))
    verdict = "meets" if ours >= BAR * theirs else "is below"
    size = sum(map(len, html)) / len(html)
    print(f"{name}: {len(corpus)} postings, {size:,.0f} characters of HTML on average")
    print(
        f"  {ours:,.0f} a second, lexbor {theirs:,.0f} a second: ratio {ours / theirs:.3f} {verdict} the bar of {BAR}"
    )


def memory() -> float:
    """Return the largest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the calls per second on one core, and their cost relative to normalize()."""
    corpus = list(postings(3_000))
    html = [posting.description or "" for posting in corpus]
    text = [read_markup(each).text for each in html]
    normalize(corpus[0], TODAY)
    characters = f"HTML {sum(map(len, html)) / len(html):.0f} characters, text {sum(map(len, text)) / len(text):.0f}"
    print(f"{len(corpus)} postings, {characters}")
    ours = rate(lambda posting: normalize(posting, TODAY), corpus)
    lines = [
        ("normalize(), all columns", ours),
        ("HTML to text alone, lexbor", rate(lambda each: LexborHTMLParser(each).text(), html)),
        ("HTML to text and safe HTML, ours", rate(read_markup, html)),
        (
            "HTML to text alone, BeautifulSoup",
            rate(lambda each: BeautifulSoup(each, "lxml").get_text("\n"), html[:100]),
        ),
        ("price-parser on the text", rate(Price.fromstring, text[:300])),
        ("dateparser.search on the text", rate(lambda each: search_dates(each, languages=["en"]), text[:5], 1)),
    ]
    for name, speed in lines:
        print(f"  {name:36} {speed:10,.0f} a second   {ours / speed:8.2f} x the time of normalize()")
    before = memory()
    for posting in postings(20_000, seed=2):
        normalize(posting, TODAY)
    grown = f"{memory() - before:8.1f} MB more than before"
    print(f"  memory after 20,000 more             {memory():10,.0f} MB         {grown}")
    ratio_to_lexbor("invented postings", corpus)
    if real := real_postings():
        ratio_to_lexbor("real postings", real)
    else:
        print("real postings: the folder with labelled postings is absent, so they were not measured")
