"""Every source: its fixtures are read as expected, and its spider states the required facts."""

import inspect
import re
from pathlib import Path

import pytest

from crawlers.boards.sources import spiders
from normalize.vocabulary import Redistribution
from tests.tools.sources import FIXTURES, GUIDE, cases, expected, guide, readings

CASES = [case for case in cases() if case.parent.name in spiders()]
# Spiders that may have more than a hundred lines, with the reason.
LONG = {
    "html": "its docstring is the manual for declarations",
    "rss": "three standards define the end of a feed",
    "icims": "placeholders are removed from the values of a page",
    "successfactors": "it is read from a feed or from a list in HTML",
    "digitalrecruiters": "it has two lists, of clients and of the public",
    "gradcracker": "labels are read in two shapes of cards",
    "unstop": "the list and a posting's own record state the same facts",
    "francetravail": "a token is requested first, and pages are ranges",
}
# Aggregators for which no minimum of postings can be stated.
ANY_NUMBER = {
    **dict.fromkeys(
        (
            "apec",
            "engagement_jeunes",
            "hellowork",
            "jobteaser",
            "jooblexml",
            "laposte",
            "meteojob",
            "talentsoft",
            "talentview",
        ),
        "a feed by agreement, of any size",
    ),
    "eures": "a board is a country, and small ones may have none",
    "headhunter": "a board is an employer",
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
    """Return the results of a real crawl of the fixtures that the chosen tests need."""
    chosen = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = {params["case"] for params in chosen if "case" in params}
    return readings(case for case in CASES if case in wanted)


@pytest.mark.parametrize("case", CASES, ids=name)
def test_a_source_reads_its_pages_as_expected(case, read):
    again = f"python -m tests.tools.sources {case.parent.name}, then check that git diff agrees with the pages"
    assert (case / "expected.jsonl").exists(), again
    assert read[case] == expected(case), again


@pytest.mark.parametrize("case", CASES, ids=name)
def test_every_body_of_a_fixture_is_in_an_index(case):
    index = (case / "index.jsonl").read_text("utf-8")
    bodies = {path.name for path in case.iterdir()} - {"boards.csv", "index.jsonl", "expected.jsonl", "commits.jsonl"}
    assert {body for body in bodies if f'"{body}"' not in index} == set()


@pytest.mark.parametrize("source", spiders())
def test_every_source_has_a_fixture_that_shows_a_posting(source):
    shown = [case for case in cases([source]) if (case / "expected.jsonl").read_text("utf-8").strip()]
    assert shown, f"no posting is expected of {source} in {FIXTURES / source}"


def test_every_fixture_belongs_to_a_source():
    assert {path.name for path in FIXTURES.iterdir()} - spiders().keys() == set()


@pytest.mark.parametrize("source", spiders())
def test_every_source_states_its_facts(source):
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
def test_a_spider_has_at_most_a_hundred_lines(source):
    lines = len(Path(inspect.getfile(spiders()[source])).read_text("utf-8").splitlines())
    assert (lines > 100) == (source in LONG), f"{lines} lines"


def test_spiders_that_may_be_longer_exist():
    assert LONG.keys() <= spiders().keys()


# The guide.


def test_the_guide_has_the_current_table_of_sources():
    assert GUIDE.read_text("utf-8") == guide(), "run python -m tests.tools.sources to update the table"


def test_the_steps_of_the_guide_take_at_most_twenty_lines():
    way = GUIDE.read_text("utf-8").split("## From a URL to a green test")[1].split("\n## ")[0].strip().splitlines()
    assert len(way[: way.index("")]) <= 20


def test_links_and_commands_of_the_guide_exist():
    text = GUIDE.read_text("utf-8")
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", text):
        assert (GUIDE.parent / target).exists(), target
    templates = {path.stem for path in (GUIDE.parent / "templates" / "spiders").iterdir()}
    assert set(re.findall(r"-t ([a-z]+)", text)) == templates
    assert set(re.findall(r"internfeed boards (\w+)", text)) == {"add", "check", "import", "list", "probe"}
