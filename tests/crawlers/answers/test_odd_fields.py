"""Fields of odd shape: an optional one is left out and counted, a required one drops its posting, never the board."""

import contextlib
import copy
import json

import pytest

from crawlers.answers.odd_fields import MAX_TRIES, read_leniently
from crawlers.bases.json_api import JsonApiSpider
from crawlers.bases.page_state import PageStateSpider
from crawlers.boards.sources import spiders
from crawlers.contract.registry import load_boards
from normalize.posting import MalformedField, RawPosting
from tests.support.spider import SITE, crawl
from tests.tools.sources import cases

PLAIN = {
    "greenhouse": {"id": 1, "absolute_url": f"{SITE}/1", "title": "Intern", "content": "Six weeks"},
    "lever": {"id": "1", "hostedUrl": f"{SITE}/1", "text": "Intern", "description": "Six weeks"},
    "ashby": {"id": "1", "jobUrl": f"{SITE}/1", "title": "Intern", "location": "Ulm", "descriptionHtml": "Six weeks"},
    "teamtailor": {"id": "1", "url": f"{SITE}/1", "title": "Intern", "content_html": "Six weeks"},
}
ABOUT = {"Ops": {"name": "Ops"}, "Ulm": {"address": {"postalAddress": {"addressLocality": "Ulm"}}}}


def board_of(source, *records):
    """Return the pages of a board in the format of its source."""
    page = {
        "greenhouse": {"jobs": records, "meta": {"total": len(records)}},
        "lever": json.dumps(records),
        "ashby": {"jobs": records},
        "teamtailor": {"items": records},
    }
    return {"/1": page[source]}


SHAPES = [  # a source, fields of a record, the values read, the odd fields
    ("greenhouse", {"location": "Ulm"}, {}, ["location"]),
    ("greenhouse", {"location": ["Ulm"]}, {}, ["location"]),
    ("greenhouse", {"location": {"name": {"text": "Ulm"}}}, {"location": '{"text": "Ulm"}'}, []),
    ("greenhouse", {"departments": [None, ABOUT["Ops"]]}, {"department": "Ops"}, ["departments[]"]),
    ("greenhouse", {"departments": [None]}, {}, ["departments"]),
    ("greenhouse", {"departments": ["Ops"]}, {}, ["departments"]),
    ("greenhouse", {"departments": ["Sales", ABOUT["Ops"], 7]}, {"department": "Ops"}, ["departments[]"]),
    ("greenhouse", {"departments": {}}, {}, []),
    ("greenhouse", {"departments": ABOUT["Ops"]}, {}, ["departments"]),
    ("greenhouse", {"departments": "Ops"}, {}, ["departments"]),
    ("greenhouse", {"company_name": {"name": "Beta"}}, {"hiring_organization": "Acme"}, ["company_name"]),
    ("greenhouse", {"language": ["en"], "company_name": True}, {}, ["company_name", "language"]),
    ("greenhouse", {"content": ["Six weeks"]}, {"description": None}, ["content"]),
    ("greenhouse", {"location": 5, "departments": [7, ABOUT["Ops"]], "language": {}}, {"department": "Ops"},
     ["departments[]", "language", "location"]),
    ("lever", {"lists": [None]}, {}, ["lists"]),
    ("lever", {"lists": [None, {"text": "You", "content": "<li>draw"}]},
     {"description": "Six weeks\n<h3>You</h3><ul><li>draw</ul>"}, ["lists[]"]),
    ("lever", {"lists": "You draw"}, {}, ["lists"]),
    ("lever", {"categories": ["Ops"], "applyUrl": {}}, {"apply_url": None}, ["applyUrl", "categories"]),
    ("lever", {"categories": {"team": {"name": "Ops"}, "location": "Ulm"}}, {"location": "Ulm"}, ["categories.team"]),
    ("ashby", {"secondaryLocations": [None]}, {"location": '["Ulm"]'}, ["secondaryLocations"]),
    ("ashby", {"secondaryLocations": ["Bonn", {"location": "Rome"}]}, {"location": '["Ulm", "Rome"]'},
     ["secondaryLocations[]"]),
    ("ashby", {"secondaryLocations": [{"address": "Bonn", "location": "Rome"}]}, {"location": '["Ulm", "Rome"]'},
     ["secondaryLocations[].address"]),
    ("ashby", {"address": "Ulm", "compensation": "20 USD"}, {"location": '["Ulm"]'}, ["address", "compensation"]),
    ("teamtailor", {"_jobposting": None, "date_published": "2026-11-20"}, {"date_posted": "2026-11-20"}, []),
    ("teamtailor", {"_jobposting": ["x"]}, {"hiring_organization": "Acme"}, ["_jobposting"]),
    ("teamtailor", {"_jobposting": {"inLanguage": 5, "hiringOrganization": {"name": ["Beta"]}}},
     {"hiring_organization": "Acme"}, ["hiringOrganization"]),
]  # fmt: skip


@pytest.mark.parametrize(("source", "fields", "values", "odd"), SHAPES)
def test_only_an_optional_field_of_odd_shape_is_left_out(tmp_path, source, fields, values, odd):
    spider = spiders()[source]
    commit, (line,), _ = crawl(spider, tmp_path, board_of(source, PLAIN[source] | fields), scope_all=True)
    assert (commit["verdict"], commit["dropped"], commit["ids"]) == ("ok", 0, ["1"])
    assert commit["odd_fields"] == dict.fromkeys(odd, 1)
    assert line.get("whole", True) == (not odd)
    expected = {"posting_id": "1", "url": f"{SITE}/1", "title": "Intern", "description": "Six weeks"} | values
    assert {name: line["posting"].get(name) for name in expected} == expected


REQUIRED = [  # a source, a field of its record, and the name by which its fault is counted
    ("greenhouse", "id", "posting_id"), ("greenhouse", "absolute_url", "url"), ("greenhouse", "title", "title"),
    ("lever", "text", "title"), ("ashby", "title", "title"),
]  # fmt: skip


@pytest.mark.parametrize("value", [{"text": "x"}, {}, ["x"], [], True, False, float("nan")], ids=repr)
@pytest.mark.parametrize(("source", "key", "name"), REQUIRED)
def test_a_posting_with_a_required_field_of_odd_shape_is_dropped(tmp_path, source, key, name, value):
    others = [{**PLAIN[source], "id": str(number)} for number in (2, 3)]
    odd = {**PLAIN[source], key: value}
    commit, lines, _ = crawl(spiders()[source], tmp_path, board_of(source, others[0], odd, others[1]), scope_all=True)
    assert [line["posting"]["posting_id"] for line in lines] == ["2", "3"]
    assert commit["dropped_reasons"] == {f"malformed {name}": 1}
    assert set(commit["ids"]) == ({"2", "3"} if key == "id" else {"1", "2", "3"})


@pytest.mark.parametrize("value", [None, "", " "], ids=repr)
@pytest.mark.parametrize(
    ("source", "key", "name"), [row for row in REQUIRED if row[0] != "ashby"]
)  # the spider strips titles
def test_an_empty_required_field_is_missing(tmp_path, source, key, name, value):
    commit, lines, _ = crawl(spiders()[source], tmp_path, board_of(source, {**PLAIN[source], key: value}))
    assert (lines, commit["dropped_reasons"]) == ([], {f"missing {name}": 1})


def test_a_missing_field_is_named(tmp_path):
    record = {key: value for key, value in PLAIN["lever"].items() if key != "text"}
    commit, _, _ = crawl(spiders()["lever"], tmp_path, board_of("lever", record | {"lists": [None]}))
    assert commit["dropped_reasons"] == {"missing text": 1}


# Every source that answers in JSON, with each field of its recorded postings in each odd shape.

ODD_VALUES = ("text", 7, True, [], [None], ["x"], [{"a": 1}], {}, {"a": None}, {"name": ["x"]}, None, [[]])


def recorded(source):
    """Return a spider, a board and the two longest records of its fixtures."""
    spider, entries = object.__new__(spiders()[source]), []
    for case in cases([source]):
        (board, *_) = load_boards(case / "boards.csv")
        for line in (case / "index.jsonl").read_text("utf-8").splitlines():
            try:
                records = spider.records(json.loads((case / json.loads(line)["body"]).read_text("utf-8")))
            except Exception:  # an answer of another format
                continue
            entries += [(board, record) for record in records if isinstance(record, dict)]
    return spider, sorted(entries, key=lambda entry: -len(json.dumps(entry[1])))[:2]


# The records of these sources are parts of pages and are tested with them.
IN_PAGES = ("join", "jobylon")
JSON_SOURCES = [
    name
    for name, spider in spiders().items()
    if issubclass(spider, JsonApiSpider) and not issubclass(spider, PageStateSpider) and name not in IN_PAGES
]


@pytest.mark.parametrize("source", JSON_SOURCES)
def test_no_optional_field_of_any_source_drops_the_posting(source):
    spider, entries = recorded(source)
    assert entries
    for board, record in entries:

        def read(record, board=board):
            return read_leniently(lambda record: spider.parse_posting(record, board), copy.deepcopy(record))

        for key in record:
            try:
                without = read({name: value for name, value in record.items() if name != key})
            except (KeyError, AttributeError, TypeError, ValueError):
                continue  # the field is required
            if without is None or not (without.posting_id and without.url and without.title):
                continue
            for value in ODD_VALUES:
                with contextlib.suppress(MalformedField):  # an id or an address that another field can replace
                    posting = read({**record, key: value})
                    assert posting is None or posting.title, (
                        key,
                        value,
                    )  # None: a flag that makes the record not a posting


# A posting's own record.

DETAIL = {
    "active": True, "postingUrl": f"{SITE}/x",
    "jobAd": {"sections": {"a": {"title": "A", "text": "Six weeks"}, "b": {"title": "B", "text": "Draw"}}},
}  # fmt: skip
A, B = "<h3>A</h3>Six weeks", "<h3>B</h3>Draw"
DETAILS = [  # its sections and other fields, the text, and the odd fields
    ({}, {}, f"{A}\n{B}", []),
    ({"a": None}, {}, B, ["jobAd.sections.a"]),
    ({"a": None, "c": None}, {}, B, ["jobAd.sections.a", "jobAd.sections.c"]),
    ({"c": "Bring a pen"}, {}, f"{A}\n{B}", ["jobAd.sections.c"]),
    ({"c": []}, {"applyUrl": ["x"]}, f"{A}\n{B}", ["applyUrl", "jobAd.sections.c"]),
    ({"c": {"text": 5}}, {}, f"{A}\n{B}", ["jobAd.sections.c"]),
]  # fmt: skip


def smartrecruiters(detail):
    return {"/1": {"content": [{"id": "7", "name": "Intern"}], "totalFound": 1}, "/1/7": detail}


@pytest.mark.parametrize(("sections", "more", "text", "odd"), DETAILS)
def test_only_a_section_of_odd_shape_is_left_out(tmp_path, sections, more, text, odd):
    detail = copy.deepcopy(DETAIL)
    detail["jobAd"]["sections"].update(sections)
    commit, (line,), _ = crawl(spiders()["smartrecruiters"], tmp_path, smartrecruiters(detail | more))
    assert line["posting"].get("description") == text
    assert (sorted(commit["odd_fields"]), line.get("whole", True)) == (odd, not odd)


def test_a_record_whose_sections_are_of_odd_shape_is_unread(tmp_path):
    commit, (line,), _ = crawl(spiders()["smartrecruiters"], tmp_path, smartrecruiters(DETAIL | {"jobAd": "Six weeks"}))
    assert (commit["verdict"], commit["unread"], line["whole"]) == ("partial", 1, False)


def test_a_json_ld_title_may_be_a_list_but_not_a_record(tmp_path):
    titles = [["Intern"], {"text": "Intern"}, float("nan")]
    records = [{**PLAIN["teamtailor"], "id": str(number), "title": title} for number, title in enumerate(titles, 1)]
    commit, lines, _ = crawl(spiders()["teamtailor"], tmp_path, board_of("teamtailor", *records))
    assert [line["posting"]["title"] for line in lines] == ["Intern"]
    assert commit["dropped_reasons"] == {"malformed title": 2}


def test_a_posting_without_a_page_for_people_keeps_the_public_address(tmp_path):
    detail = {key: value for key, value in DETAIL.items() if key != "postingUrl"}
    _, (line,), _ = crawl(spiders()["smartrecruiters"], tmp_path, smartrecruiters(detail))
    assert line["posting"]["url"] == "https://jobs.smartrecruiters.com/acme/7"


# Single sources.


def test_tiers_without_a_summary_are_pay(tmp_path):
    part = {"compensationType": "Salary", "interval": "1 HOUR", "currencyCode": "USD", "minValue": 30, "maxValue": 35}
    pay = {"summaryComponents": [], "compensationTiers": [{"components": [part]}]}
    _, (line,), _ = crawl(spiders()["ashby"], tmp_path, board_of("ashby", PLAIN["ashby"] | {"compensation": pay}))
    assert json.loads(line["posting"]["pay"]) == pay


HOURS = [
    ({"max_hours": 16}, "up to 16"), ({"min_hours": 8}, "at least 8"), ({"min_hours": 8, "max_hours": 16}, "8-16"),
    ({"max_hours_per_week": 16, "min_hours": 0}, "up to 16"),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "words"), HOURS)
def test_one_end_of_the_hours_is_enough(tmp_path, fields, words):
    offer = {"id": 1, "careers_url": f"{SITE}/1", "title": "Intern", **fields}
    _, (line,), _ = crawl(spiders()["recruitee"], tmp_path, {"/1": {"offers": [offer]}})
    assert line["posting"]["description"] == f"<p>Hours per week: {words}</p>"


# The search for odd parts.


class Made(JsonApiSpider):
    name = "made"
    postings_key = "jobs"

    def parse_posting(self, record, board):
        words = (record.pop("a", None) or "").lower() + (record.pop("b", None) or "").lower()
        words += "".join(part["x"]["y"].lower() for part in record.pop("parts", []))
        if record.pop("kind", "job").lower() != "job":
            return None
        return RawPosting(posting_id=record.pop("id"), url=SITE, title="Intern", description=words or None)


FAULTS = [  # fields, the words read, the odd fields; None: the record is dropped
    ({"a": "A", "b": 5}, "a", ["b"]),
    ({"a": 5, "b": 5, "kind": "job"}, None, ["a", "b"]),
    ({"parts": [{"x": {"y": "P"}}, {"x": {}}, {"x": None}, {}, 5, {"x": {"y": "Q"}}]}, "pq", ["parts[]"]),
    ({"parts": 5, "a": [1], "b": "B"}, "b", ["a", "parts"]),
    ({"parts": [{"x": 5}] * 10_000, "b": "B"}, "b", ["parts"]),
    ({"kind": 5}, None, ["kind"]),
]


@pytest.mark.parametrize(("fields", "words", "odd"), FAULTS)
def test_several_odd_fields_are_left_out(tmp_path, fields, words, odd):
    commit, (line,), _ = crawl(Made, tmp_path, {"/1": {"jobs": [{"id": 1, "left": 1, **fields}]}})
    assert (line["posting"].get("description"), sorted(commit["odd_fields"])) == (words, odd)
    assert commit["unread_fields"] == {"left": 1}


def test_a_record_without_fault_is_parsed_once():
    asked = []
    record = {"id": 1, "rest": [2]}
    posting = read_leniently(lambda record: asked.append(1) or RawPosting(posting_id=record.pop("id")), record)
    assert (len(asked), posting.odd, record) == (1, (), {"rest": [2]})


def test_an_unreadable_record_is_given_up_after_some_tries():
    asked = []

    def parse(record):
        asked.append(1)
        return RawPosting(title=record["title"].strip(), skills=[int(part) for part in record["parts"]])

    with pytest.raises(MalformedField, match="malformed title"):
        read_leniently(parse, {"title": 5, "parts": ["x"]})
    asked.clear()
    with pytest.raises(KeyError, match="parts"):
        read_leniently(parse, {"title": "Intern", **dict.fromkeys(map(str, range(1000)))})
    assert len(asked) <= MAX_TRIES + 1


@pytest.mark.parametrize("record", [None, 5, "text", [], [{"id": 1}]], ids=repr)
def test_a_record_that_is_not_a_mapping_is_dropped_alone(tmp_path, record):
    commit, lines, _ = crawl(Made, tmp_path, {"/1": {"jobs": [record, {"id": 2}]}})
    assert ([line["posting"]["posting_id"] for line in lines], commit["dropped"]) == (["2"], 1)


def test_half_a_character_does_not_end_the_crawl(tmp_path):
    page = '{"jobs": [{"id": 1, "a": "x\\ud800y"}, {"id": "2\\udfff"}]}'
    commit, lines, _ = crawl(Made, tmp_path, {"/1": page})
    assert [line["posting"].get("description") for line in lines] == ["x?y", None]
    assert commit["ids"] == ["1", "2?"]
