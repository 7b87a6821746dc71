"""Every source is proven by a folder: pages in, expected postings out; and says what it must say of itself."""

import inspect
import re
from pathlib import Path

import pytest

from crawlers.boards.sources import spiders
from normalize.vocabulary import Redistribution
from tests.tools.sources import FIXTURES, GUIDE, cases, expected, guide, readings

CASES = [case for case in cases() if case.parent.name in spiders()]
# What a spider of more than a hundred lines needs them for.
LONG = {
    "html": "its docstring is the manual of declarations",
    "rss": "what ends a feed is said by three standards",
    "icims": "placeholders are taken out of what a page states",
    "francetravail": "a token is asked for first, and the range of the answer stands in its header",
}
# Sources of others' vacancies of which no number can be expected.
ANY_NUMBER = {
    "eures": "a board is a country, and small ones may have none",
    "html": "the operator's own choice",
    "indeedxml": "the operator's own choice",
    "rss": "the operator's own choice",
    "simplify": "each season's list begins with a few lines",
    "startupjobs": "a partner's feed, of which five postings were seen",
}


def name(case):
    return case.relative_to(FIXTURES).as_posix()


@pytest.fixture(scope="module")
def read(request):
    """What the real crawl reads from the folders of the tests that were chosen."""
    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = {params["case"] for params in chosen if "case" in params}
    return readings(case for case in CASES if case in wanted)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_source_reads_what_its_pages_say(case, read):
    again = f"python -m tests.tools.sources {case.parent.name}, then see whether git diff is what the pages say"
    assert (case / "expected.jsonl").exists(), again
    assert read[case] == expected(case), again


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_body_of_a_fixture_is_asked_for_somewhere(case):
    index = (case / "index.jsonl").read_text("utf-8")
    bodies = {path.name for path in case.iterdir()} - {"boards.csv", "index.jsonl", "expected.jsonl", "commits.jsonl"}
    assert {body for body in bodies if f'"{body}"' not in index} == set()


@pytest.mark.parametrize("source", spiders())
def test_every_source_has_a_fixture_that_shows_a_posting(source):
    shown = [case for case in cases([source]) if (case / "expected.jsonl").read_text("utf-8").strip()]
    assert shown, f"no posting is expected of {source} in {FIXTURES / source}"


def test_a_fixture_is_that_of_a_source():
    assert {path.name for path in FIXTURES.iterdir()} - spiders().keys() == set()


@pytest.mark.parametrize("source", spiders())
def test_a_source_says_what_is_known_of_it(source):
    spider = spiders()[source]
    for fact in ("title", "verified", "terms", "robots"):
        assert getattr(spider, fact).strip(), fact
    assert spider.redistribution in tuple(Redistribution)
    assert spider.__doc__
    assert spider.__doc__ != spider.__mro__[1].__doc__
    if spider.aggregator:
        assert spider.attribution, "who shows other employers' vacancies is to be named"
        assert (spider.min_postings is None) == (source in ANY_NUMBER)
    elif spider.min_postings is not None:
        pytest.fail("the number of one employer's vacancies says nothing of the source")


@pytest.mark.parametrize("source", spiders())
def test_a_spider_is_a_page_of_facts(source):
    lines = len(Path(inspect.getfile(spiders()[source])).read_text("utf-8").splitlines())
    assert (lines > 100) == (source in LONG), f"{lines} lines"


def test_spiders_that_are_excused_exist():
    assert LONG.keys() <= spiders().keys()


# The guide.


def test_the_guide_lists_every_source_as_it_is():
    assert GUIDE.read_text("utf-8") == guide(), "python -m tests.tools.sources writes the table anew"


def test_the_guide_leads_to_a_green_test_in_twenty_lines():
    way = GUIDE.read_text("utf-8").split("## From a URL to a green test")[1].split("\n## ")[0].strip().splitlines()
    assert len(way[: way.index("")]) <= 20


def test_what_the_guide_points_to_exists():
    text = GUIDE.read_text("utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (GUIDE.parent / target).exists(), target
    templates = {path.stem for path in (GUIDE.parent / "templates" / "spiders").iterdir()}
    assert set(re.findall(r"-t ([a-z]+)", text)) == templates
    assert set(re.findall(r"internfeed boards (\w+)", text)) == {"add", "check", "import", "list", "probe"}
