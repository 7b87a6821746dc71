"""JSON-LD: small faults are repaired, cut-off text is rejected, and a posting's own record is recognized."""

import json
import time

import pytest
from scrapy.http import HtmlResponse

from crawlers.answers.own_posting import own_posting
from crawlers.answers.statements import job_postings, postings_in, stated_posting
from crawlers.bases.json_ld import JsonLdSpider
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import RawPosting

WHOLE = '{"@type": "JobPosting", "title": "Fern intern", "description": "Draw ferns"}'
OPEN = WHOLE[:-1]
OTHER = '{"@type": "Organization", "name": "Firnkante"}'

# Scripts, with the descriptions of their JobPostings, whose title is always "Fern intern".
SCRIPTS = {
    "as it should be": (WHOLE, ["Draw ferns"]),
    "a comma behind the last value": (f"{OPEN},}}", ["Draw ferns"]),
    "a comma too many in the middle": (WHOLE.replace(", ", ",, ", 1), ["Draw ferns"]),
    "a comma before the first value": (WHOLE.replace("{", "{, "), ["Draw ferns"]),
    "a comma behind the last of an array": (f'{OPEN}, "skills": ["ink", "paper", ]}}', ["Draw ferns"]),
    "commas too many in an array": (f"[{WHOLE},,{OTHER},]", ["Draw ferns"]),
    "a comma missing between two lines": (WHOLE.replace(", ", "\n"), ["Draw ferns"]),
    "a comma missing between two objects": (f"[{WHOLE}\n{OTHER}]", ["Draw ferns"]),
    "semicolons for commas": (WHOLE.replace(", ", "; "), ["Draw ferns"]),
    "a semicolon behind the object": (f"{WHOLE};", ["Draw ferns"]),
    "a comma behind the object": (f"{WHOLE},", ["Draw ferns"]),
    "a bracket too many at the end": (f"{WHOLE}}}", ["Draw ferns"]),
    "two objects": (f"{OTHER}{WHOLE}", ["Draw ferns"]),
    "two objects, with a comma": (f"{WHOLE},\n{OTHER}", ["Draw ferns"]),
    "two arrays": (f"[{OTHER}]\n[{WHOLE}]", ["Draw ferns"]),
    "CDATA in block comments": (f"/*<![CDATA[*/{WHOLE}/*]]>*/", ["Draw ferns"]),
    "CDATA in block comments with spaces": (f"/* <![CDATA[ */\n{WHOLE}\n/* ]]> */", ["Draw ferns"]),
    "CDATA in line comments": (f"//<![CDATA[\n{WHOLE}\n//]]>", ["Draw ferns"]),
    "CDATA in line comments on one line": (f"// <![CDATA[ {WHOLE} // ]]>", ["Draw ferns"]),
    "CDATA alone": (f"<![CDATA[{WHOLE}]]>", ["Draw ferns"]),
    "CDATA around an array": (f"<![CDATA[[{WHOLE}]]]>", ["Draw ferns"]),
    "in an HTML comment": (f"<!-- {WHOLE} -->", ["Draw ferns"]),
    "in an HTML comment of scripts": (f"<!--\n{WHOLE}\n//-->", ["Draw ferns"]),
    "an HTML comment before it": (f"<!-- made by plug-in 7 - free -->{WHOLE}", ["Draw ferns"]),
    "comments": (WHOLE.replace(", ", ", /* the, title */ ", 1).replace("}", " // the end\n}"), ["Draw ferns"]),
    "entities for quotes": (WHOLE.replace('"', "&quot;"), ["Draw ferns"]),
    "numbered entities for quotes": (WHOLE.replace('"', "&#34;"), ["Draw ferns"]),
    "an ampersand escaped": (WHOLE.replace("Draw", r"Draw \&"), ["Draw & ferns"]),
    "an apostrophe escaped": (WHOLE.replace("Draw", r"Let\'s draw"), ["Let's draw ferns"]),
    "a hexadecimal escape": (WHOLE.replace("Draw", r"\x44raw"), ["Draw ferns"]),
    "escapes that are right stay": (
        f"{OPEN.replace('Draw', chr(92) + 'u0044raw' + chr(92) + 'n')},}}",
        ["Draw\n ferns"],
    ),
    "a line break in a text": (WHOLE.replace("Draw ", "Draw\n\t"), ["Draw\n\tferns"]),
    "a line break in a text, and a comma": (f"{OPEN},}}".replace("Draw ", "Draw\n\t"), ["Draw\n\tferns"]),
    "a line continued": (WHOLE.replace("Draw ", "Draw\\\n "), ["Draw ferns"]),
    "control characters": (WHOLE.replace("Draw ", "Draw\x0b"), ["Draw ferns"]),
    "single quotes": (WHOLE.replace('"', "'"), ["Draw ferns"]),
    "double quotes within single ones": (WHOLE.replace('"', "'").replace("ferns", '"ferns"'), ['Draw "ferns"']),
    "bare keys": (WHOLE.replace('"title"', "title").replace('"description"', "description"), ["Draw ferns"]),
    "no value behind a key": (f'{OPEN}, "baseSalary": , "skills": }}', ["Draw ferns"]),
    "words of another language": (f'{OPEN}, "baseSalary": undefined, "directApply": True}}', ["Draw ferns"]),
    "a number that begins with a zero": (f'{OPEN}, "identifier": 007}}', ["Draw ferns"]),
    "a byte order mark": (f"\ufeff{WHOLE}", ["Draw ferns"]),
    "encoded twice": (json.dumps(WHOLE), ["Draw ferns"]),
    "an address and a comma": (f'{OPEN}, "url": "https://firnkante.example/jobs/7",}}', ["Draw ferns"]),
    "in @graph": (f'{{"@graph": [{OTHER}, {WHOLE}]}}', ["Draw ferns"]),
    "in mainEntity": (f'{{"@type": "WebPage", "mainEntity": {WHOLE}}}', ["Draw ferns"]),
    "in about": (f'{{"@type": "WebPage", "about": [{WHOLE}]}}', ["Draw ferns"]),
    "in nested arrays": (f"[[[{OTHER}, [{WHOLE}]]]]", ["Draw ferns"]),
    "in an ItemList": (f'{{"itemListElement": [{{"item": {WHOLE}}}, {{"item": {WHOLE}}}]}}', ["Draw ferns"] * 2),
    "a type in small letters": (WHOLE.replace("JobPosting", "jobPosting"), ["Draw ferns"]),
    "a type with its address": (WHOLE.replace("JobPosting", "http://schema.org/JobPosting"), ["Draw ferns"]),
    "several types": (WHOLE.replace('"JobPosting"', '["Thing", "schema:JobPosting"]'), ["Draw ferns"]),
    "a name for the title": (WHOLE.replace('"title"', '"name"'), ["Draw ferns"]),
    "a title that is null, and a name": (f'{OPEN}, "title": null, "name": "Fern intern"}}', ["Draw ferns"]),
    "a title as an object": (WHOLE.replace('"Fern intern"', '[{"@value": "Fern intern"}]'), ["Draw ferns"]),
    # Unreadable scripts: cut off, or ambiguous.
    "cut off before the end": (OPEN, []),
    "cut off in a text": (WHOLE[:-5], []),
    "cut off behind a whole object": (f"{WHOLE}, {OPEN}", []),
    "cut off in an array": (f"[{WHOLE}, {OPEN}", []),
    "a closing bracket missing within": (f'{OPEN}, "jobLocation": {{"address": "Ulm", "skills": "ink"}}', []),
    "brackets that do not match": (f'{OPEN}, "skills": ["ink"}}', []),
    "closed too early": (f'{WHOLE}, "validThrough": "2027-01-31"}}', []),
    "quotes within a text": (WHOLE.replace("ferns", 'the "best" ferns'), []),
    "code": ("var x = new JobPosting('Fern intern');", []),
    "an expression": (f'{OPEN}, "datePosted": new Date()}}', []),
    "no JSON-LD of a posting": (OTHER, []),
    "another type": (WHOLE.replace("JobPosting", "JobPostingList"), []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("script", "descriptions"), SCRIPTS.values(), ids=SCRIPTS)
def test_a_script_with_small_faults_is_read(script, descriptions):
    page = f'<html><head><script type="application/ld+json">{script}</script></head><body>Hello</body></html>'
    records = job_postings(HtmlResponse("https://firnkante.example/jobs/7", body=page.encode()))
    read = [stated_posting(record, "/") for record in records]
    assert [(posting.title, posting.description) for posting in read] == [
        ("Fern intern", description) for description in descriptions
    ]


@pytest.mark.parametrize(
    "text",
    ["[" * 400_000, "{}" * 200_000, "," * 400_000, '"' * 399_999, "/*" * 200_000, "<!--" * 99_000, "'\\" * 200_000],
    ids=["open", "empty", "commas", "quotes", "comments", "marks", "escapes"],
)
def test_a_hostile_script_is_read_quickly(text):
    began = time.process_time()
    assert postings_in(f"{text} JobPosting") == []
    assert time.process_time() - began < 2


@pytest.mark.parametrize(
    ("stated", "posting_id"),
    [
        ({"identifier": {"@type": "PropertyValue", "name": "Firnkante", "value": 7}}, "7"),
        ({"identifier": [{"value": "R-7"}, "8"]}, "R-7"),
        ({"identifier": {"name": "Firnkante"}, "url": "/jobs/7"}, "/jobs/7"),
        ({"identifier": None, "url": [None]}, "/page"),
        ({"url": {"@value": "/jobs/7"}}, "/jobs/7"),
    ],
)
def test_an_identifier_is_read_in_any_shape(stated, posting_id):
    assert stated_posting({"title": "Intern", **stated}, "/page").posting_id == posting_id


# The choice of a posting's own JobPosting.

AT = "https://www.firnkante.example/jobs/7"


def record(title="Fern intern", **more):
    return {"@type": "JobPosting", "title": title, **more}


OWN = {
    # how it is recognized: (the JobPostings of the page, the index of its own, facts of the posting, other markup)
    "a single one": ([record()], 0, {}, ""),
    "a single one at the address of a list": ([record(url="https://www.firnkante.example/jobs")], 0, {}, ""),
    "a single one in another language": ([record(url="/stellen/farnpraktikum")], 0, {}, ""),
    "a single one under the canonical address": (
        [record(url="/jobs/fern-intern")], 0, {}, "<link rel=canonical href=/jobs/fern-intern>",
    ),
    "a single one with an address of words": ([record(url="/jobs/fern-intern")], 0, {"title": "Fern intern"}, ""),
    "a single one with a number of another kind": ([record(identifier="8")], 0, {}, ""),
    "a single one with the page's heading": ([record(url="/jobs/8")], 0, {}, "<h1>Fern Intern</h1>"),
    "a single one with more words": ([record("Fern intern (m/f)", url="/jobs/8")], 0, {"title": "Fern intern"}, ""),
    "a single one with an address that is none": ([record(url="http://[bad")], 0, {}, ""),
    "only one of another posting, by its address": ([record(url="/jobs/8")], None, {}, ""),
    "only one of another posting, by its query": (
        [record(url="/job?id=8")], None, {"url": "https://www.firnkante.example/job?id=7"}, "",
    ),
    "only one of another posting, by its identifier": (
        [record(identifier="R-98")], None, {"posting_id": "R-104", "title": "Moss clerk"}, "",
    ),
    "only one of another posting, by number and title": ([record(identifier="8")], None, {"title": "Moss clerk"}, ""),
    "its address": ([record(url="/jobs/8"), record(url=AT)], 1, {}, ""),
    "its address with a slash, tracking and http": (
        [record(url="http://firnkante.example/jobs/7/?utm_source=x#apply"), record(url="/jobs/8")], 0, {}, "",
    ),
    "its address in another order": (
        [record(url="/job?id=8&x=1"), record(url="/job?x=1&id=7")], 1,
        {"url": "https://www.firnkante.example/job?id=7&x=1"}, "",
    ),
    "its @id": ([record(**{"@id": f"{AT}#posting"}), record()], 0, {}, ""),
    "its mainEntityOfPage": ([record(), record(mainEntityOfPage={"@id": AT})], 1, {}, ""),
    "its identifier in the address": ([record(identifier=8), record(identifier={"value": 7})], 1, {}, ""),
    "its identifier in the id": ([record(identifier="r-9"), record(identifier="R-7")], 0, {"posting_id": "R-9"}, ""),
    "its title in the list": ([record("Moss intern"), record()], 1, {"title": "Fern  INTERN"}, ""),
    "its title with entities": ([record("R&amp;D intern"), record()], 0, {"title": "R&D intern"}, ""),
    "its title on the card": ([record("Intern"), record()], 1, {"title": "Fern intern Ulm Apply"}, ""),
    "its title as the heading": ([record("Moss intern"), record()], 1, {}, "<h1>Fern intern</h1>"),
    "its title in the address": (
        [record("Moss intern"), record()], 1, {"url": "https://www.firnkante.example/jobs/7-fern-intern"}, "",
    ),
    "the address of the other one": ([record(), record(url="/jobs/8")], 0, {"title": "Fern intern"}, ""),
    "stated twice, equally": ([record(url=AT), record(url=AT)], 0, {}, ""),
    "stated twice, once with more": ([record(url=AT), record(url=AT, description="Draw")], 1, {}, ""),
    "only one that the list calls otherwise": ([record("Finance clerk")], None, {"title": "Fern intern"}, ""),
    "only one that is an internship too": ([record("Moss intern, 3 weeks")], None, {"title": "Fern intern"}, ""),
    "only one with words of the list": ([record("Internship Ferns 2027")], 0, {"title": "Fern intern"}, ""),
    "only one, called otherwise, with its address": ([record("Clerk", url=AT)], 0, {"title": "Fern intern"}, ""),
    "nothing: a title of a template": ([record("{{job.title}}")], None, {}, ""),
    "nothing: a title of a script": ([record("undefined")], None, {}, ""),
    "nothing: a title that is loading": ([record("Loading...")], None, {}, ""),
    "nothing: two titles": ([record("Moss intern"), record()], None, {}, ""),
    "nothing: one title": ([record(description="a"), record(description="b")], None, {"title": "Fern intern"}, ""),
    "nothing: no title": ([{"@type": "JobPosting", "url": AT}], None, {}, ""),
    "nothing: none": ([], None, {}, ""),
}  # fmt: skip


@pytest.mark.parametrize(("records", "own", "known", "page"), OWN.values(), ids=OWN)
def test_a_posting_is_recognized_by_address_identifier_or_title(records, own, known, page):
    posting = RawPosting(**{"posting_id": AT, "url": AT, "title": AT} | known)
    response = HtmlResponse(posting.url, body=f"<html>{page}<p>Hello</p></html>".encode())
    assert own_posting(records, posting, response) == (None if own is None else records[own])


@pytest.mark.parametrize("script", [None, OPEN, f"[{WHOLE}, {WHOLE.replace('Fern', 'Moss')}]"])
def test_a_page_without_its_posting_is_unread(script, tmp_path):
    board = Board("jsonld", "firnkante.example", "Firnkante", "https://www.firnkante.example/sitemap.xml")
    spider = type("Site", (JsonLdSpider,), {"name": "site"})(boards=[board], plan=CrawlPlan([board], tmp_path))
    page = f'<script type="application/ld+json">{script}</script>' if script else "<p>Hello</p>"
    with pytest.raises(BrokenAnswer):
        spider.read_detail(HtmlResponse(AT, body=page.encode()), RawPosting(posting_id=AT, url=AT, title=AT), board)
