"""Facts that hold for every listing, whatever a board sends."""

import time
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from normalize.build import content_hash, normalize
from normalize.columns import NAMES
from normalize.posting import FIELDS, RawPosting
from normalize.text.html import field_words, one_line, read_markup

TODAY = date(2026, 11, 23)
PLACEHOLDERS = [  # what boards send that know no date
    "0001-01-01", "0001-01-01T00:00:00Z", "01/01/0001 00:00:00", "1/1/0001 12:00:00 AM", "1 January 0001",
    "January 1, 0001", "Jan 01 0001", "0000-00-00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00+00:00", "1899-12-30",
    "12/30/1899", "30 December 1899", "1900-01-01", "1900-01-01T00:00:00.000Z", "01/01/1900", "Jan 1, 1900",
    "January 1900", "1753-01-01", "1601-01-01", "1969-12-31", "1969-12-31T19:00:00-05:00", "12/31/1969", "12/31/69",
    "Dec 31, 1969", "1969-12-31 19:00:00 EST", "1970-01-01", "1970-01-01T00:00:00Z", "01/01/1970", "1/1/70",
    "Thu, 01 Jan 1970 00:00:00 GMT", "Thu Jan 01 00:00:00 UTC 1970", "2000-01-01", "01/01/2000", "2001-01-01T00:00:00Z",
    "2099-12-31", "31.12.2099", "12/31/9999", "9999-12-31", "9999-12-31T23:59:59Z", "31 December 9999", "31.12.9999",
    "December 31, 9999", "2038-01-19T03:14:07Z", "2199-12-31", "0", "-1", "0.0", "-62135596800", "-62135596800000",
    "000000000", "-2208988800", "253402300799", "253402300799999", "9999999999", "/Date(-62135596800000)/", "/Date(0)/",
]  # fmt: skip
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
    listing = normalize(RawPosting.from_dict(fields), TODAY)
    assert tuple(listing) == NAMES


def sources(posting, basis):
    """Return the texts that evidence of a basis may stand in."""
    title = one_line(posting.title)
    text = read_markup(posting.description or "").text
    fields = [field_words(getattr(posting, name) or "") for name in FIELDS]
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


WRAPPED = RawPosting(
    source="ferns",
    board="ferns",
    posting_id="7",
    url="https://ferns.example/7",
    title="<b>Prakti&shy;kum</b> R&amp;amp;D",
    hiring_organization="<![CDATA[Fern &#038; Moss]]>",
    location="Lyon&nbsp;<br>Berlin",
    employment_type="Intern&shy;ship",
    pay="&euro;600 <s>500</s> per month",
    duration="8<sup>*</sup>&nbsp;weeks",
)


def test_entities_and_tags_are_in_no_column():
    listing = normalize(WRAPPED, TODAY)
    expected = {
        "title": "Praktikum R&D",
        "hiring_organization": "Fern & Moss",
        "employment_type": "Internship",
        "kind": "micro_internship",
        "pay_min": 600.0,
        "pay_max": 600.0,
        "pay_currency": "EUR",
        "duration_weeks_max": 8.0,
    }
    assert {name: listing[name] for name in expected} == expected
    assert [place["city"] for place in listing["locations"]] == ["Lyon", "Berlin"]


def test_a_record_in_json_stays_one_when_its_texts_are_read():
    record = '{"addressLocality": "Lyon &quot;Part&quot;", "addressCountry": "FR"}'
    assert normalize(RawPosting(title="Intern", location=record), TODAY)["country"] == "FR"


def test_the_hash_is_of_the_words_as_sent():
    sent = [RawPosting(title=title) for title in ("R&amp;D Intern", "R&D Intern")]
    assert len({content_hash(posting) for posting in sent}) == 2
    assert len({normalize(posting, TODAY)["title"] for posting in sent}) == 1


@pytest.mark.parametrize("column", ["date_posted", "valid_through", "start_date", "end_date"])
@pytest.mark.parametrize("sent", PLACEHOLDERS)
def test_a_placeholder_of_a_date_reaches_no_column(column, sent):
    stated = {"start_date": "start", "end_date": "start"}.get(column, column)
    for words in (sent, f"{sent} - {sent}", f"2027-06-01 - {sent}")[: 3 if column == "end_date" else 1]:
        listing = normalize(RawPosting(title="Intern", **{stated: words}), TODAY)
        assert listing[column] is None, words


@pytest.mark.parametrize("sent", [sent for sent in PLACEHOLDERS if "-" in sent or "/" in sent or " " in sent])
def test_a_placeholder_in_a_text_is_no_date_of_the_job(sent):
    text = f"Apply by {sent}. Start date: {sent}. End date: {sent}. Founded on {sent}."
    listing = normalize(RawPosting(title="Intern", description=text), TODAY)
    assert [listing[name] for name in ("valid_through", "start_date", "end_date")] == [None, None, None]


def test_a_deadline_that_is_a_placeholder_leaves_the_word_to_the_text():
    posting = RawPosting(title="Intern", valid_through="9999-12-31", description="Apply by 5 December 2026.")
    assert normalize(posting, TODAY)["valid_through"] == date(2026, 12, 5)
