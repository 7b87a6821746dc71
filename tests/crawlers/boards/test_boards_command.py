"""``internfeed boards``: the boards behind addresses, and imports of lists of other projects."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from scrapy.http import HtmlResponse

from crawlers.boards.detect import look, recognise
from crawlers.boards.import_list import read_list
from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.contract.registry import load_boards, save_boards, shipped
from crawlers.replay.server import Drill
from pipeline.cli import command_line as cli
from tests.support.folder import World, answer, posting
from tests.support.process import in_a_process, internfeed

RECOGNISED = [
    ("https://boards.greenhouse.io/acme", "greenhouse", "acme"),
    ("https://job-boards.greenhouse.io/acme/jobs/4012", "greenhouse", "acme"),
    ("https://job-boards.eu.greenhouse.io/acme", "greenhouse", "acme"),
    ("https://boards.greenhouse.io/embed/job_board/js?for=acme", "greenhouse", "acme"),
    ("https://boards.greenhouse.io/embed/job_app?token=7&for=acme", "greenhouse", "acme"),
    ("https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true", "greenhouse", "acme"),
    ("https://jobs.lever.co/acme/0b2f", "lever", "acme"),
    ("https://jobs.eu.lever.co/acme", "lever", "acme"),
    ("https://jobs.ashbyhq.com/Acme/1", "ashby", "Acme"),
    ("https://apply.workable.com/acme/j/ABC/", "workable", "acme"),
    ("https://acme.workable.com/", "workable", "acme"),
    ("https://acme.recruitee.com/o/intern", "recruitee", "acme"),
    ("https://acme.jobs.personio.de/job/1", "personio", "acme"),
    ("https://acme.jobs.personio.com/", "personio", "acme"),
    ("https://acme.teamtailor.com/jobs", "teamtailor", "acme"),
    ("https://acme.bamboohr.com/careers/3", "bamboohr", "acme"),
    ("https://acme.breezy.hr/p/7", "breezy", "acme"),
    ("https://acme.pinpointhq.com/en/jobs/1", "pinpoint", "acme"),
    ("https://ats.rippling.com/en-GB/acme/jobs", "rippling", "acme"),
    ("https://api.rippling.com/platform/api/ats/v1/board/acme/jobs", "rippling", "acme"),
    ("https://careers.smartrecruiters.com/Acme", "smartrecruiters", "Acme"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/Careers/job/Ulm/Intern_R1", "workday", "acme.wd5/Careers"),
    ("https://acme.wd5.myworkdayjobs.com/wday/cxs/acme/Careers/jobs", "workday", "acme.wd5/Careers"),
    (
        "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/7",
        "oracle",
        "acme.fa.us2.oraclecloud.com/CX_1",
    ),
    ("https://www.comeet.co/careers-api/2.0/company/A1.2B/positions?token=F00&details=true", "comeet", "A1.2B/F00"),
    ("https://internshala.com/internships/", "internshala", "internshala"),
    ("https://www.mycareersfuture.gov.sg/search", "mycareersfuture", "mycareersfuture"),
    ("https://acme.jibeapply.com/jobs/7", "jibe", "acme.jibeapply.com"),
    ("https://acme.career.softgarden.de/jobs/7/intern/", "softgarden", "acme"),
    ("https://careers.pageuppeople.com/513/cw/en/listing/", "pageup", "513/cw/en"),
    ("https://acme-portal.rexx-systems.com/stellenangebote.html", "rexx", "acme-portal.rexx-systems.com"),
    ("https://recruitingapp-12.de.umantis.com/Jobs/All", "umantis", "recruitingapp-12.de.umantis.com"),
    ("https://acme.beesite.de/search/", "beesite", "acme.beesite.de"),
    ("HTTPS://BOARDS.GREENHOUSE.IO/acme", "greenhouse", "acme"),
    ("//boards.greenhouse.io/acme", "greenhouse", "acme"),
    ("boards.greenhouse.io/acme", "greenhouse", "acme"),
]
NOT_RECOGNISED = [
    "https://www.example.org/careers",
    "https://www.workable.com/pricing",
    "https://apply.workable.com/j/ABC",
    "https://app.teamtailor.com/login",
    "https://boards.greenhouse.io/embed/job_board/js",
    "https://acme.wd5.myworkdayjobs.com/",
    "https://boards.greenhouse.io.evil.example/acme",
    "https://evil.example/?next=https://boards.greenhouse.io/acme",
    "",
    "https://",
]


@pytest.mark.parametrize(("address", "source", "board"), RECOGNISED)
def test_an_address_identifies_its_board(address, source, board):
    assert recognise(address)[:2] == (source, board)


@pytest.mark.parametrize("address", NOT_RECOGNISED)
def test_an_unknown_address_identifies_no_board(address):
    assert recognise(address) is None


@pytest.mark.parametrize("source", sorted(spiders()))
def test_the_address_of_a_first_request_identifies_its_board(source):
    """The address of a spider's first request is recognised as that spider's board."""
    spider = spiders()[source]
    if not spider.hosts or not spider.first_url:
        pytest.skip("has no host patterns, or no fixed first address")
    url = spider.first_url.format(board="acme")
    board = recognise(url)
    assert board is None or board.source == source


def test_boards_on_the_european_host_keep_their_address():
    assert recognise("https://jobs.eu.lever.co/acme").url.startswith("https://api.eu.lever.co/v0/postings/acme?")
    assert recognise("https://acme.jobs.personio.com/").url == "https://acme.jobs.personio.com/xml?language=en"


def page(body):
    return HtmlResponse("https://careers.acme.example/", body=body.encode(), encoding="utf-8")


@pytest.mark.parametrize(
    "body",
    [
        '<script src="https://boards.greenhouse.io/embed/job_board/js?for=acme"></script>',
        '<iframe src="//boards.greenhouse.io/embed/job_board?for=acme&amp;b=1"></iframe>',
        '<a href="https://boards.greenhouse.io/acme/jobs/7">Intern</a>',
        '<script>fetch("https:\\/\\/boards-api.greenhouse.io\\/v1\\/boards\\/acme\\/jobs")</script>',
        '<a href="https://jobs.lever.co/partner">partner</a><script src="https://boards.greenhouse.io/embed/job_board/js?for=acme">',
    ],
)  # fmt: skip
def test_a_page_shows_what_it_embeds(body):
    assert look(page(body)).boards[0][:2] == ("greenhouse", "acme")


POSTING = '<script type="application/ld+json">{"@type": "JobPosting", "title": "Intern", "url": "/7"}</script>'
FEED = '<link rel="alternate" type="application/rss+xml" href="/jobs.rss">'


def test_a_page_shows_its_postings_and_feeds():
    offer = look(page(POSTING + FEED))
    assert (offer.postings, offer.feeds) == (["Intern"], [("RSS", "https://careers.acme.example/jobs.rss")])


# The command, with a server that answers in place of every host.

PAGES = {
    "https://careers.acme.example/": (200, '<iframe src="https://boards.greenhouse.io/embed/job_board?for=acme"></iframe>'),
    "https://jobs.northwind.example/": (200, POSTING + FEED),
    "https://www.silent.example/": (200, "<title>We are hiring!</title>"),
    "https://www.gone.example/": (404, "nothing"),
    "https://www.shut.example/robots.txt": (200, "User-agent: *\nDisallow: /"),
    "https://www.shut.example/": (200, POSTING),
}  # fmt: skip


@pytest.fixture
def site(tmp_path):
    """Play a folder of recorded pages with the drill's server."""
    folder = tmp_path / "pages"
    folder.mkdir()
    with (folder / "index.jsonl").open("w") as index:
        for number, (url, (status, body)) in enumerate(PAGES.items()):
            (folder / f"{number}.html").write_text(body)
            headers = {"content-type": "text/html; charset=utf-8"}
            entry = {"url": url, "method": "GET", "request_json": None, "status": status, "headers": headers}
            index.write(json.dumps({**entry, "body": f"{number}.html"}) + "\n")
    (folder / "boards.csv").write_text("source,board,name,url,request_json\n")
    with Drill(replay=folder) as drill:
        yield drill


def asking(server):
    return {"INTERNFEED_STAND_IN": server.origin}


def test_add_finds_boards_by_host_and_by_page(site, tmp_path):
    data = tmp_path / "data"
    addresses = ["https://jobs.lever.co/acme", *(url for url in PAGES if not url.endswith("robots.txt"))]
    status, printed, errors = internfeed("boards", "add", "--data", data, *addresses, environment=asking(site))
    assert status == 1  # some addresses have no board; each is reported in a line
    assert [line.partition("\t")[0] for line in printed] == [
        "lever/acme",
        "greenhouse/acme",
        "jsonld/jobs.northwind.example",
    ]
    assert errors == [
        "internfeed: error: https://www.silent.example/: the page has no known board and no JobPosting as JSON-LD",
        "internfeed: error: https://www.gone.example/: status 404",
        "internfeed: error: https://www.shut.example/: robots.txt disallows /",
    ]
    boards = load_boards(data / "boards.csv")
    assert [board.key for board in boards] == [
        ("lever", "acme"), ("greenhouse", "acme"), ("jsonld", "jobs.northwind.example"),
    ]  # fmt: skip
    assert boards[2].url == "https://jobs.northwind.example/"
    assert [ask.path for ask in site.asks if ask.host == "careers.acme.example"].count("/") == 1
    assert "jobs.lever.co" not in {ask.host for ask in site.asks}


def test_adding_twice_adds_once(tmp_path, capsys):
    for message in ("added to", "already known"):
        assert cli.main(["boards", "add", "https://jobs.lever.co/acme", "--data", str(tmp_path)]) == 0
        assert message in capsys.readouterr().out
    assert len(load_boards(tmp_path / "boards.csv")) == 1


def test_added_boards_that_are_shipped_are_reported_as_known(tmp_path, capsys):
    assert cli.main(["boards", "add", "https://boards.greenhouse.io/stripe", "--data", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "greenhouse/stripe\talready known\n"


def test_added_boards_are_listed_and_crawled(tmp_path, capsys):
    cli.main(["boards", "add", "https://jobs.lever.co/acme", "--data", str(tmp_path)])
    capsys.readouterr()
    assert cli.main(["boards", "list", "--data", str(tmp_path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(load_boards(shipped())) + 1
    assert "lever/acme\tacme\tnot crawled yet" in lines


def _published(data):
    boards = {("lever", "acme"): answer([posting(1)]), ("lever", "north"): answer(verdict="blocked")}
    World(data).run("2026-11-20", boards)


def test_list_shows_health_after_a_run(tmp_path, capsys):
    in_a_process(_published, tmp_path)
    own = [Board("lever", name, name) for name in ("acme", "north", "new")]
    save_boards(tmp_path / "boards.csv", own)
    assert cli.main(["boards", "list", "--json", "--data", str(tmp_path)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["board"]: row["verdict"] for row in rows[-3:]} == {"acme": "ok", "north": "blocked", "new": None}
    assert cli.main(["boards", "list", "--sources", "lever", "--data", str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert "lever/acme\tacme\tok, 1 open, last ok 2026-11-20T12:00Z" in printed
    assert "lever/north\tnorth\tblocked, 0 open, last ok never" in printed


def test_probe_shows_what_a_page_offers(site, tmp_path):
    def probe(url):
        return internfeed("boards", "probe", url, "--data", tmp_path, environment=asking(site))

    addresses = ["https://jobs.northwind.example/", "careers.acme.example", "https://www.silent.example/"]
    with ThreadPoolExecutor() as together:
        stated, embedded, silent = together.map(probe, addresses)
    assert (stated.status, [line.split("\t")[0] for line in stated.out]) == (0, ["board", "JSON-LD", "feed"])
    assert embedded.status == 0
    assert embedded.out[0].startswith("board\tgreenhouse/acme\tinternfeed boards add")
    assert (silent.status, silent.errors) == (
        1,
        ["internfeed: error: https://www.silent.example/: no JSON-LD, no feed and no known board"],
    )


def test_check_prints_verdicts_and_counts_and_publishes_nothing(tmp_path):
    with Drill() as drill:
        names = ["none", "gone", "robots_deny"]
        rows = [board for board in drill.boards if board.board in names]
        save_boards(tmp_path / "boards.csv", rows)
        chosen = ",".join(f"{board.source}/{board.board}" for board in rows)
        status, printed, errors = internfeed(
            "boards", "check", "--boards", chosen, "--data", tmp_path, environment=asking(drill)
        )
    assert (status, errors) == (3, ["crawl: 3 boards"])
    assert [line.split("\t")[:2] for line in printed] == [
        ["greenhouse/none", "ok"], ["greenhouse/gone", "gone"], ["greenhouse/robots_deny", "robots_denied"],
    ]  # fmt: skip
    assert printed[0].endswith("30 postings, 15 may be internships")
    assert [path.name for path in tmp_path.iterdir()] == ["boards.csv"]


# Lists of other projects.


def test_the_largest_public_list_is_read_whole(wire, tmp_path, capsys):
    lists = wire.parent / "registry" / "open-jobs-slugs.json"
    if not lists.exists():
        pytest.skip("public lists of slugs are not beside the project")
    entries = json.loads(lists.read_text("utf-8"))["ats"]
    held = read_list(lists)
    doubles = sum(len(slugs) - len(set(slugs)) for slugs in entries.values())
    assert len(held.boards) + held.unknown.total() + held.incomplete.total() + doubles >= sum(
        map(len, entries.values())
    )
    assert held.unknown.keys() | held.incomplete.keys() | {board.source for board in held.boards} >= entries.keys() - {
        "oraclecloud", "recruiterbox",
    }  # fmt: skip
    assert cli.main(["boards", "import", str(lists), "--data", str(tmp_path)]) == 0
    printed = capsys.readouterr().out
    assert "paycom\t6895 entries\tunknown" in printed
    assert "paylocity\t10513 boards" in printed
    assert "greenhouse\t8149 boards" in printed
    assert len(load_boards(tmp_path / "boards.csv")) > 35_000


LISTS = [
    ('{"greenhouse": ["acme", "other"], "nosuch": ["x"]}', {("greenhouse", "acme"), ("greenhouse", "other")}, 1),
    ('{"crawl": "2026", "ats": {"lever": ["acme"]}}', {("lever", "acme")}, 0),
    ('{"lever": [{"slug": "acme", "name": "Acme"}]}', {("lever", "acme")}, 0),
    ('[{"ats": "ashby", "slug": "Acme"}, {"url": "https://jobs.lever.co/x"}]', {("ashby", "Acme"), ("lever", "x")}, 0),
    ("ats,slug\ngreenhouse,acme\nnosuch,x\n", {("greenhouse", "acme")}, 1),
    ("source,board,name,url,request_json\nlever,acme,Acme,,\n", {("lever", "acme")}, 0),
    ("url\nhttps://jobs.lever.co/acme\nhttps://www.example.org/\n", {("lever", "acme")}, 1),
    ('{"BambooHR": ["acme"], "ashbyhq": ["x"]}', {("bamboohr", "acme"), ("ashby", "x")}, 0),
    ('{"workday": ["https://acme.wd5.myworkdayjobs.com/Careers"]}', {("workday", "acme.wd5/Careers")}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("text", "boards", "unknown"), LISTS)
def test_a_list_is_read_in_each_of_its_shapes(tmp_path, text, boards, unknown):
    (tmp_path / "list").write_text(text)
    held = read_list(tmp_path / "list")
    assert ({board.key for board in held.boards}, held.unknown.total()) == (boards, unknown)


REFUSED = [
    *((f'{{"lever": ["acme", {json.dumps(word)}]}}', '"lever", entry 2: ') for word in (
        "null", "None", "NaN", "undefined", "-", ".", "..",
    )),
    ('{"lever": ["acme"], "greenhouse": "other"}', '"greenhouse": not a list'),
    ('{"first": {"ats": "lever", "slug": "acme"}, "second": {"ats": "lever", "slug": null}}', '"second": neither'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_an_invalid_entry_is_rejected_with_its_place(tmp_path, text, reason):
    (tmp_path / "list").write_text(text)
    held = read_list(tmp_path / "list")
    assert ([board.board for board in held.boards], len(held.refused)) == (["acme"], 1)
    assert held.refused[0].startswith(reason)


def test_two_lists_under_one_name_are_joined(tmp_path):
    (tmp_path / "list").write_text('{"lever": ["acme"], "lever": ["other"]}')
    assert [board.board for board in read_list(tmp_path / "list").boards] == ["acme", "other"]
    (tmp_path / "list").write_text('{"greenhouse": "acme"}')
    assert read_list(tmp_path / "list").refused == ['"greenhouse": not a list of slugs; write ["acme", ...]']


def test_a_host_without_a_board_is_counted_as_incomplete(tmp_path):
    (tmp_path / "list").write_text('{"workday": ["acme.wd5.myworkdayjobs.com"], "comeet": ["acme"]}')
    held = read_list(tmp_path / "list")
    assert (held.boards, dict(held.incomplete)) == ([], {"workday": 1, "comeet": 1})


NOT_TEXT = "is not the text of a slug or an address; put a name in quotes"
NO_URL = "which is not an address; put a value that contains a comma in quotes"
ODD = '["acme", null, 5, true, 1.5, ["x"], {}, "", " ", " acme ", "a b", "x?y", "https://www.acme.example/jobs"]'
GREEN = {("greenhouse", "acme")}
SHAPES = [  # a list, its boards, and the lines about all other entries
    ('["acme", null, 5, "https://jobs.lever.co/acme"]', {("lever", "acme")}, [
        "refused\tentry 2: neither a slug nor an address",
        f"refused\tentry 3: 5 {NOT_TEXT}",
        "no system\t1 entries\tunknown: no spider reads it (entry 1)",
    ]),
    (f'{{"greenhouse": {ODD}}}', GREEN, [
        'refused\t"greenhouse", entry 2: neither a slug nor an address',
        f'refused\t"greenhouse", entry 3: 5 {NOT_TEXT}',
        f'refused\t"greenhouse", entry 4: true {NOT_TEXT}',
        f'refused\t"greenhouse", entry 5: 1.5 {NOT_TEXT}',
        f'refused\t"greenhouse", entry 6: ["x"] {NOT_TEXT}',
        'refused\t"greenhouse", entry 7: neither a slug nor an address',
        'refused\t"greenhouse", entry 8: neither a slug nor an address',
        'refused\t"greenhouse", entry 9: neither a slug nor an address',
        'refused\t"greenhouse", entry 12: "x?y" has characters that a slug cannot have',
        "greenhouse\t2 entries name no board\tnot imported: add their careers addresses "
        '("greenhouse", entry 11, "greenhouse", entry 13)',
    ]),
    ('{"greenhouse": ["acme"], "lever": "acme", "date": "2026"}', GREEN, [
        'refused\t"lever": not a list of slugs; write ["acme", ...]',
    ]),
    ('[{"source": 5, "board": "x"}, {"source": "greenhouse", "board": "acme"}]', GREEN, [
        "refused\tentry 1: 5 is not the text of a system; put a name in quotes",
    ]),
    ("source,board\nGreenhouse,acme\nGREENHOSE,x\nnosuch,x\n", GREEN, [
        "GREENHOSE\t1 entries\tunknown: no spider reads it (line 3); did you mean greenhouse?",
        "nosuch\t1 entries\tunknown: no spider reads it (line 4)",
    ]),
    ("\ufeffBoard;Name;Source\r\n\r\nacme;Acme;Greenhouse\r\n;;\r\n;Acme;lever\r\na;b;c;d\r\n", GREEN, [
        "refused\tline 5: neither a slug nor an address",
        "refused\tline 6: more than 3 values; put a value that contains the delimiter in quotes",
    ]),
    ('ats,slug\ngreenhouse,acme\ngreenhouse,"x"y\nlever,\n', GREEN, [
        "refused\tline 3: ',' expected after '\"'; check the quotes of this row",
        "refused\tline 4: neither a slug nor an address",
    ]),
    ("source,board,name,url\ngreenhouse,acme,Acme,\nlever,acme,Acme,Inc.\n", GREEN, [
        f'refused\tline 3: the column "url" holds "Inc.", {NO_URL}',
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "boards", "expected"), SHAPES, ids=range(len(SHAPES)))
def test_an_invalid_entry_is_dropped_alone_and_named_with_its_place(tmp_path, capsys, text, boards, expected):
    (tmp_path / "list").write_text(text, "utf-8", newline="")
    assert cli.main(["boards", "import", str(tmp_path / "list"), "--data", str(tmp_path)]) == 0
    assert {board.key for board in load_boards(tmp_path / "boards.csv")} == boards
    lines = capsys.readouterr().out.splitlines()
    assert lines[1:-1] == expected


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nowhere.json"], "nowhere.json: No such file or directory"),
        (["import", "{broken}"], "is not JSON"),
        (["import", "{flat}"], '"lever": not a list of slugs'),
        (["import", "{empty}"], "holds no boards"),
        (["import", "{nothing}"], "contains no board to import: the list is empty"),
        (
            ["import", "{nobody}"],
            "refused: entry 1: neither a slug nor an address; Greenhose: 1 entries",
        ),
        (["import", "{deep}"], "is not JSON"),
        (["import", "{words}"], "no column holds a slug or an address"),
        (["import", "{binary}"], "is not text in UTF-8"),
        (["import", "{page}"], "is not CSV: field larger than field limit"),
        (["import"], "the following arguments are required: FILE"),
        (["add"], "the following arguments are required: URL"),
        (["probe", "ftp://example.org/"], "only http and https"),
        (["add", "http://10.0.0.1/careers"], "10.0.0.1 is not a public address"),
        (["add", "https://www.linkedin.com/company/acme/jobs"], "on the deny-list"),
        (["list", "--sources", "nosuch"], "unknown source nosuch"),
        (["check", "--boards", "lever/nosuch"], "unknown board lever/nosuch"),
        (["nosuch"], "invalid choice: 'nosuch'"),
        ([], "the following arguments are required: ACTION"),
    ],
)
def test_a_usage_error_is_one_line(tmp_path, capsys, arguments, message):
    files = {
        "broken": b'{"lever": [', "nothing": b"[]", "deep": 200_000 * b"[",
        
        "nobody": b'[null, {"source": "Greenhose", "board": "acme"}]',
        "flat": b'{"lever": "acme"}', "empty": b"", "words": b"hello\nworld\n",
        "binary": b"\xff\xfe\x00a,b\n", "page": b"<!doctype html>" + 200_000 * b" ",
    }  # fmt: skip
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    arguments = [argument.format(**{name: tmp_path / name for name in files}) for argument in arguments]
    data = ["--data", str(tmp_path)] if arguments and arguments[0] != "nosuch" else []
    status, shown = cli.main(["boards", *arguments, *data]), capsys.readouterr()
    assert (status, shown.out, shown.err.count("\n")) == (1, "", 1)
    assert message in shown.err
    assert not (tmp_path / "boards.csv").exists()


def test_a_broken_registry_of_the_user_is_reported_in_one_line(tmp_path, capsys):
    (tmp_path / "boards.csv").write_text("what,ever\n")
    for action in (["list"], ["add", "https://jobs.lever.co/acme"]):
        assert cli.main(["boards", *action, "--data", str(tmp_path)]) == 1
        assert "the first line of a registry is" in capsys.readouterr().err
    assert (tmp_path / "boards.csv").read_text() == "what,ever\n"
