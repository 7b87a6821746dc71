"""What holds for every listing, whatever a board sends."""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from normalize.html import printable, read_markup
from normalize.listing import NAMES
from normalize.normalize import normalize
from normalize.posting import FIELDS, RawPosting

TODAY = date(2026, 11, 23)
# Pieces that mean something, so that chance puts together what people would write, and what nobody would.
PIECES = """
10 weeks|12-week|3 to 6 months|bis zu 8 Wochen|six (6) weeks|4 or 8 month|up to|at least|from|minimum|per hour|/week
a year|$600|$18.50 - $22|€1.200|1 000 EUR|₹10,000|Rs 5000|$90k-$120k|£9|stipend|unpaid|salary|bonus|hours per week
20 hours|8-10 hrs/week|June 3 - August 9|2027-06-07|01/02/2027|31 Nov 2026|May to July 2027|start date:|deadline
apply by|Posted|3 days ago|Summer 2027|until|remote|hybrid|on-site|3 days in the office|not|work from home|Berlin
Austin, TX|US|Remote - US|internship|students|Praktikum|stage|registration fee|WhatsApp|jane@example.org
+1 (503) 555-0100|<b>|</b>|<ul><li>|&nbsp;|&lt;p&gt;|{"min": -5, "max": 3, "unit": "hour"}|[|]|{|}|"|-|0|-5
999999999999|1e9|%|,|.|;|:|İ
""".strip().replace("\n", "|").split("|")  # fmt: skip
CONTROL = ("\n", "\x00", "\ud800")
WORDS = st.lists(st.sampled_from((*PIECES, *CONTROL)) | st.text(max_size=12), max_size=30).map(" ".join)
POSTINGS = st.builds(
    RawPosting,
    posting_id=WORDS,
    url=WORDS,
    title=WORDS,
    **{name: st.none() | WORDS for name in FIELDS if name not in ("posting_id", "url", "title", "source", "board")},
)


# What JSON can hold, with the numbers and names that mean something in a record.
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(PIECES) | st.text(max_size=8)
LEAVES |= st.sampled_from((10**40, -(10**400), "", " ", "null", "{}", "[null]", '{"min":', "0001-01-01", "٣٤٥", "½"))
KEYS = st.sampled_from("min max value amount currency period type unit name city region country address date".split())
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
ODD_POSTINGS = st.fixed_dictionaries({name: st.none() | VALUES for name in FIELDS if name not in ("source", "board")})


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(ODD_POSTINGS)
def test_a_value_of_any_shape_is_read_or_left(fields):
    listing = normalize(RawPosting(**fields), TODAY)
    assert tuple(listing) == NAMES
    assert listing == normalize(RawPosting.from_dict(fields), TODAY)


def sources(posting, basis):
    """Return the texts that evidence of a basis may stand in."""
    title = " ".join(printable(posting.title).split())
    text = read_markup(posting.description or "").text
    fields = [printable(getattr(posting, name) or "") for name in FIELDS]
    return {"title": [title], "description": [title, text], "field": fields, "derived": [title, text, *fields]}[basis]


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(POSTINGS)
def test_every_listing_keeps_its_promises(posting):
    listing = normalize(posting, TODAY)
    assert tuple(listing) == NAMES
    for name in ("duration_weeks", "duration", "hours_per_week", "hours_total", "pay", "pay_hourly", "onsite_days"):
        low, high = listing[f"{name}_min"], listing[f"{name}_max"]
        assert low is None or high is None or low <= high, name
        assert all(value is None or 0 <= value < 1e12 for value in (low, high)), name
    weeks = [listing["duration_weeks_min"], listing["duration_weeks_max"]]
    assert all(value is None or 0 < value <= 261 for value in weeks)
    start, end = listing["start_date"], listing["end_date"]
    assert start is None or end is None or start <= end
    for column in ("duration", "pay", "dates", "remote", "hours"):
        words = listing[f"{column}_text"]
        if words:
            assert any(words in source for source in sources(posting, listing[f"{column}_basis"])), column


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(POSTINGS)
def test_the_same_posting_gives_the_same_listing(posting):
    assert normalize(posting, TODAY) == normalize(posting, TODAY)


HOSTILE = {
    "a line of 2 MB": "We offer remote work and 10 weeks of $5 " * 50_000,
    "100,000 nested tags": "<div>" * 100_000 + "10 weeks" + "</div>" * 100_000,
    "1 to 1 to": "1 to " * 100_000,
    "digits": "7" * 500_000,
    "dashes": "-" * 500_000,
    "currency signs": "$€£₹" * 125_000,
    "open brackets": "([{<" * 125_000,
    "months": "May to June 3 - " * 30_000,
}


def test_hostile_descriptions_are_answered_in_a_few_seconds():
    normalize(RawPosting(title="Intern", description="10 weeks in Paris"), TODAY)  # what is prepared once
    begun = time.process_time()
    for words in HOSTILE.values():
        normalize(RawPosting(title="Intern", description=words), TODAY)
    assert time.process_time() - begun < 4


@pytest.mark.parametrize("name", FIELDS[FIELDS.index("title") : -1])
def test_hostile_fields_are_answered_in_a_second(name):
    normalize(RawPosting(title="Intern", description="10 weeks in Paris", location="Paris"), TODAY)
    for piece in ("1 to ", "$1-", "[{", "June 3 - ", "Paris, "):
        begun = time.process_time()
        posting = RawPosting(title="Intern")
        setattr(posting, name, piece * (500_000 // len(piece)))
        normalize(posting, TODAY)
        assert time.process_time() - begun < 1, piece
