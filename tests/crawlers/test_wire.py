"""Recorded answers of real boards, read by the real command: no posting is overlooked."""

import json

import pyarrow.parquet as pq
import pytest
from scrapy import Request

from crawlers.bases.books import BoardRun
from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.registry import load_boards
from crawlers.replay.recordings import Recording, request_key
from normalize.posting import RawPosting
from tests.support.process import internfeed, journals
from tests.tools.sources import readings

# Recorded bodies that no crawl requests, and how they are read: as a page of a "list", as bare "records", as the
# "detail" of a posting, as a list of which "none" is taken, or not at all, with the reason.
OTHERS = {
    "adzuna/fr__records.json": "records",
    "ashby/ramp__board_without_compensation.json": "list",
    "bamboohr/350__detail_63.json": "detail",
    "bamboohr/4thdimension__detail_331.json": "detail",
    "bamboohr/4thdimension__detail_335.json": "detail",
    "francetravail/francetravail__offre_167GHBR.json": "records",
    "greenhouse/stripe__job_8026689.json": "records",
    "greenhouse/stripe__jobs_plain.json": "list",
    "greenhouse/stripe__jobs_without_content.json": "list",
    "hackernews/hackernews__comments_2026-07.json": "list",
    "icims/careers-bdssolutions.icims.com__job_47917.html": "detail",
    "icims/careers-bdssolutions.icims.com__job_48000.html": "detail",
    "internshala/internshala__flutter_search_2024-01.json": "not ours: made for a hiring exercise, holds test data",
    "internshala/internshala__jobs_2024-11.html": "none",
    "jobscz/jobscz__job_1635598077.html": "detail",
    "jobscz/jobscz__listing_empty.html": "list",
    "jobtech/jobtech__backend_2019-05.json": "not ours: the engine behind the interface, edited by its authors",
    "jobtech/jobtech__source_ads_2018.json": "not ours: what enters the engine, with field names that no answer has",
    "jsonld/jobtech-scraped__records_2020-04.json": "records",
    "jsonld/www.metacareers.com__job_677160418622314.html": "list",
    "oracle/egug.fa.us2.oraclecloud.com~CX_1__job_26011990.json": "detail",
    "remoteok/remoteok__api_2020-10.json": "list",
    "remoteok/remoteok__job_99859.html": "not ours: the answer of the board holds what its pages say",
    "remotive/remotive__devops_2026-05.json": "list",
    "peoplestrong/larsentoubrocareers__job_LNT_AM-SS_1713015.html": "not ours: as a browser draws it",
    "smartrecruiters/AutomationAnywhere1__posting_743999706414750.json": "detail",
    "smartrecruiters/Visa__posting_744000133907678.json": "detail",
    "startupjobs/startupjobs__feed_2020.xml": "not ours: the older feed, at an address that is gone",
    "talentclue/decathlon__job_124223851.html": "detail",
    "teamtailor/sweep__job_7700798.html": "not ours: the feed of a site holds what its pages say",
    "teamtailor/sweep__job_7816129.html": "not ours: the feed of a site holds what its pages say",
    "themuse/themuse__records_p1-p10.json": "records",
    "usajobs/usajobs__hrxml_2012-12.xml": "not ours: an export of 2012, never an answer of the interface",
    "weworkremotely/weworkremotely__job_bluelight_2020.html": "not ours: the feed holds what its pages say",
    "weworkremotely/weworkremotely__job_invalid_jsonld_2020.html": "not ours: the feed holds what its pages say",
    "weworkremotely/weworkremotely__job_no_image_2020.html": "not ours: the feed holds what its pages say",
    "weworkremotely/weworkremotely__programming_2020-10.rss": "list",
    "workday/advantage.wd1~External_Careers__job_R12345.json": "detail",
    "workday/salesforce.wd12~Futureforce_Internships__job_JR340771.json": "detail",
}


class Wire:
    """A run of a replay folder by the real command.

    Attributes:
        ended: the result of the command.
        boards: the boards of the folder.
        index: the recorded requests of the folder.
        asked: the recorded requests that the crawl made.
        commits: the commit records by source and board.
    """

    def __init__(self, folder, out, *options):
        self.data = out / "data"
        self.ended = internfeed("run", "--replay", folder, "--record", out / "asked", "--data", self.data, *options)
        self.boards = load_boards(folder / "boards.csv")
        self.index = recorded(folder)
        self.asked = recorded(out / "asked").keys()
        lines = journals(max(self.data.glob("raw/*")))
        self.commits = {(line["source"], line["board"]): line for line in lines if line["type"] == "commit"}

    def shown(self, board):
        """Return the number of postings on the requested list pages of a board, by their lines in the index."""
        pages = {(board.url, board.request_json)}
        for address in self.commits[board.key].get("validators", ()):
            url, _, body = address.partition(" ")
            pages.add((url, body or None))
        keys = {request_key("POST" if body else "GET", url, json.loads(body) if body else None) for url, body in pages}
        return sum(self.index[key]["postings"] for key in keys)


def recorded(folder):
    lines = map(json.loads, (folder / "index.jsonl").read_text("utf-8").splitlines())
    return {request_key(line["method"], line["url"], line["request_json"]): line for line in lines}


@pytest.fixture(scope="module")
def whole(wire, tmp_path_factory):
    """Run all recorded boards."""
    return Wire(wire, tmp_path_factory.mktemp("wire"), "--today", "2026-11-23")


@pytest.fixture(scope="module")
def series(wire, tmp_path_factory):
    """Run one board at three times into one data folder; return each run with its published dataset."""
    out = tmp_path_factory.mktemp("series")
    runs = []
    for folder in sorted((wire / "series" / "canonical").iterdir()):
        run = Wire(folder, out, "--today", folder.name, "--scope", "all", "--json")
        rows = {name: pq.read_table(run.data / "latest" / name).to_pylist() for name in ("listings", "changes")}
        body = json.loads((folder / next(iter(run.index.values()))["body"]).read_text("utf-8"))
        runs.append((run, {str(job["id"]) for job in body["jobs"]}, rows))
        (out / "asked").rename(out / f"asked-{folder.name}")
    return runs


def assert_all_is_read(run):
    """Check that every board has a commit with all its postings, and that a source without a spider is named once."""
    assert run.commits.keys() == {board.key for board in run.boards}
    for board in run.boards:
        commit = run.commits[board.key]
        if board.source in spiders():
            assert commit["verdict"] not in ("skipped", "interrupted"), board
            assert commit["postings"] + commit.get("repeated", 0) >= run.shown(board), (board, commit["error"])
        else:
            assert commit["verdict"] == "skipped"
            named = [line for line in run.ended.errors if line.startswith(f"{board.source}: skipped")]
            assert named == [f"{board.source}: skipped, no spider reads {board.source}"]


def test_every_recorded_board_is_read_whole(whole):
    assert_all_is_read(whole)


def test_the_recorded_boards_make_an_intact_snapshot(whole):
    assert whole.ended.status in (0, 3), whole.ended.errors
    assert pq.read_table(whole.data / "latest" / "listings", columns=["status"]).num_rows >= 20
    assert internfeed("verify", "--data", whole.data).status == 0


def test_every_further_recording_is_read_whole(wire):
    below = [path.parent for path in wire.glob("*/**/index.jsonl")]
    further = [folder for folder in below if folder.parent != wire / "series" / "canonical"]
    for folder, reading in readings(further).items():
        shown = {(line["source"], line["board"]): line["postings"] for line in recorded(folder).values()}
        read = {(commit["source"], commit["board"]): commit["postings"] for commit in reading.commits}
        assert read == {board: shown[board] if board[0] in spiders() else 0 for board in read}
        assert read.keys() == {board.key for board in load_boards(folder / "boards.csv")}


def test_a_real_board_opens_closes_and_reopens_listings_as_recorded(series):
    known, before = set(), set()
    for run, now, rows in series:
        assert_all_is_read(run)
        assert json.loads(run.ended.out[0])["exit_status"] == run.ended.status
        status = {row["posting_id"]: row["status"] for row in rows["listings"]}
        assert {name for name, value in status.items() if value == "open"} == now
        by_kind = {
            kind: {row["posting_id"] for row in rows["changes"] if row["change"] == kind}
            for kind in ("opened", "closed", "reopened")
        }
        assert by_kind == {"opened": now - known, "closed": before - now, "reopened": (now & known) - before}
        known |= now
        before = now


def test_every_recorded_body_is_read_or_named_with_a_reason(whole):
    others = {
        line["body"] for key, line in whole.index.items() if key not in whole.asked and line["source"] in spiders()
    }
    assert others == {body for body in OTHERS if body.partition("/")[0] in spiders()}


@pytest.mark.parametrize("body", [body for body, how in OTHERS.items() if not how.startswith("not ours")])
def test_bodies_that_no_crawl_requests_are_read_by_the_spider(wire, tmp_path, body):
    (line,) = [line for line in recorded(wire).values() if line["body"] == body]
    board = Board(line["source"], line["board"], line["board"])
    spider = spiders()[line["source"]](boards=[board], plan=CrawlPlan([board], tmp_path / "run", scope_all=True))
    books = BoardRun(board, {})
    response = Recording(wire).answer(Request(line["url"], method=line["method"]))
    if OTHERS[body] == "detail":
        asked = RawPosting(posting_id="7", url=line["url"], title="Intern")
        read = spider.read_detail(response, asked, board)
        assert read is not None
        assert read.description or "without its description" in line["note"]
        return
    if OTHERS[body] == "records":
        records = json.loads(response.body)
        records = records if isinstance(records, list) else [records]
        if line["source"] == "jsonld":
            records = [record["originalJobPosting"] for record in records]
        spider.take(records, books)
    else:
        list(spider.read_list(response, books))
    if OTHERS[body] == "none":
        assert books.postings == 0
        return
    assert books.postings + books.repeated >= line["postings"]
    assert books.dropped == {}
    assert len(books.ids) >= line["postings"] - 1  # two lists repeat a posting
