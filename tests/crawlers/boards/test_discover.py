"""``internfeed boards discover``: boards found in lists, in index files of web archives, and behind home pages."""

import gzip
import json
import random

import pytest

from crawlers.boards.addresses import addresses_of, read_addresses
from crawlers.contract.candidates import load_candidates
from crawlers.replay.server import Drill
from pipeline.cli import command_line as cli
from tests.support.folder import World, answer, posting
from tests.support.process import in_a_process, internfeed

ADDRESS = "https://boards.greenhouse.io/acme"
LINES = [  # a line, and the address that it states
    (ADDRESS, ADDRESS),
    ("acme.example", "acme.example"),
    ("Acme GmbH;https://acme.example/;Berlin", "https://acme.example/"),
    (f'io,greenhouse,boards)/acme 20260801000000 {{"url": "{ADDRESS}", "status": "200"}}', ADDRESS),
    ('io,greenhouse,boards)/acme 20260801000000 {"status": "200"}', ADDRESS),
    (f"io,greenhouse,boards)/acme 20260801000000 {ADDRESS} text/html 200 AAAA - - 1 2 x.warc.gz", ADDRESS),
    ("io,greenhouse,boards)/acme 20260801000000 - text/html 200 AAAA", ADDRESS),
    (f'{{"url": "{ADDRESS}"}}', ADDRESS),
    ('{"url": 5}', None),
    ('{"broken', None),
    ("no address here", None),
    ("io,greenhouse,boards", None),
    ("x" * 200_000, None),
]


@pytest.mark.parametrize(("line", "address"), LINES, ids=range(len(LINES)))
def test_a_line_states_its_address_or_is_counted_as_broken(line, address):
    addresses = addresses_of(["# a comment", "", line])
    assert [listed.address for listed in addresses.listed] == ([address] if address else [])
    assert addresses.broken == ([] if address else [3])


def test_the_header_of_an_index_file_names_the_column_of_the_address():
    lines = [" CDX N b a m s", f"io,greenhouse,boards)/acme 20260801000000 {ADDRESS} text/html 200"]
    assert [listed.address for listed in addresses_of(lines).listed] == [ADDRESS]


def test_a_compressed_list_is_read_and_a_damaged_one_is_refused(tmp_path):
    whole = tmp_path / "list.gz"
    whole.write_bytes(gzip.compress(f"{ADDRESS}\n".encode()))
    assert len(read_addresses(whole).listed) == 1
    whole.write_bytes(whole.read_bytes()[:-6])
    with pytest.raises(ValueError, match="compressed but damaged"):
        read_addresses(whole)


def index_file(path, count):
    """Write an index file: four boards under many spellings, a known board, other pages, and broken lines."""
    made = random.Random(7)
    lines = []
    for number in range(count):
        kind = number % 10
        host, page = [
            ("io,greenhouse,boards", f"Fernweh/jobs/{number}" if number % 3 else f"fernweh/jobs/{number}"),
            ("io,greenhouse,boards", f"stripe/jobs/{number}"),
            ("co,lever,jobs", f"kelpworks/{number}"),
            ("com,ashbyhq,jobs", f"Moss%20Studio/{number}" if number % 4 else f"moss studio/{number}"),
            ("com,personio,jobs,lichtung", f"job/{number}"),
        ][kind] if kind < 5 else ("example,site" + str(made.randrange(500)), f"page/{number}")  # fmt: skip
        address = "https://" + ".".join(reversed(host.split(","))) + "/" + page
        record = json.dumps({"url": address, "status": "200"})
        lines.append("{broken" if kind == 9 else f"{host})/{page.lower()} 20260801000000 {record}")
    path.write_text("\n".join(lines) + "\n")


def test_20000_lines_of_an_index_file_become_one_candidate_for_each_board(tmp_path, capsys):
    index = tmp_path / "index.cdxj"
    index_file(index, 20_000)
    arguments = ["boards", "discover", str(index), "--limit", "0", "--today", "2026-12-01", "--data", str(tmp_path)]
    assert cli.main(arguments) == 0
    candidates = load_candidates(tmp_path / "candidates.csv")
    assert [(candidate.source, candidate.board, candidate.addresses) for candidate in candidates] == [
        ("ashby", "Moss%20Studio", 2000),
        ("greenhouse", "Fernweh", 2000),
        ("lever", "kelpworks", 2000),
        ("personio", "lichtung", 2000),
    ]
    assert {candidate.found_on for candidate in candidates} == {"2026-12-01"}
    assert candidates[1].found_in == "index.cdxj, line 1"
    printed = capsys.readouterr().out.splitlines()
    assert f"{index}\t2000 lines without an address, the first is line 10" in printed
    assert printed[-1].startswith("18,000 addresses: 4 new boards in ")
    assert printed[-1].endswith("1 boards known already, 8,000 addresses of no known kind of board")
    assert cli.main(arguments) == 0
    assert load_candidates(tmp_path / "candidates.csv") == candidates
    assert "18,000 addresses: 0 new boards" in capsys.readouterr().out


PAGES = {
    "https://www.fernweh.example/": '<a href="/about">Us</a><a href="/karriere/">Karriere</a>',
    "https://www.fernweh.example/karriere/": '<iframe src="https://boards.greenhouse.io/embed/job_board?for=fernweh">',
    "https://www.silent.example/": "<h1>We make maps</h1>",
    "https://boards-api.greenhouse.io/v1/boards/fernweh/jobs?content=true": json.dumps({
        "jobs": [
            {"id": number, "title": title, "absolute_url": f"https://boards.greenhouse.io/fernweh/jobs/{number}",
             "content": "You draw maps for ten weeks.", "location": {"name": "Leipzig"}}
            for number, title in enumerate(("Internship Cartography", "Senior Cartographer"), 1)
        ],
        "meta": {"total": 2},
    }),
}  # fmt: skip


@pytest.fixture
def site(tmp_path):
    """Play recorded pages with the drill's server."""
    folder = tmp_path / "pages"
    folder.mkdir()
    with (folder / "index.jsonl").open("w") as index:
        for number, (url, body) in enumerate(PAGES.items()):
            (folder / str(number)).write_text(body)
            kind = "application/json" if body[0] == "{" else "text/html; charset=utf-8"
            entry = {
                "url": url,
                "method": "GET",
                "request_json": None,
                "status": 200,
                "headers": {"content-type": kind},
            }
            index.write(json.dumps({**entry, "body": str(number)}) + "\n")
    (folder / "boards.csv").write_text("source,board,name,url,request_json\n")
    with Drill(replay=folder) as drill:
        yield drill


def test_home_pages_lead_to_careers_pages_and_each_board_is_crawled_once(site, tmp_path):
    homes = tmp_path / "homes.txt"
    homes.write_text("www.fernweh.example\nwww.silent.example\n")
    data = tmp_path / "data"
    arguments = ("boards", "discover", homes, "--today", "2026-12-01", "--data", data)
    said = internfeed(*arguments, environment={"INTERNFEED_STAND_IN": site.origin})
    assert said.status == 0, said.errors
    assert "greenhouse/fernweh\tok\t2 postings, 1 may be internships" in said.out
    assert any(line.startswith("www.silent.example\tno board\t") for line in said.out)
    (candidate,) = load_candidates(data / "candidates.csv")
    assert (candidate.verdict, candidate.postings, candidate.internships) == ("ok", 2, 1)
    assert (candidate.found_in, candidate.probed_on) == ("homes.txt, line 1", "2026-12-01")
    lists = [ask for ask in site.asks if ask.path.startswith("/v1/boards/fernweh")]
    assert len(lists) == 1
    again = internfeed(*arguments, environment={"INTERNFEED_STAND_IN": site.origin})
    assert again.status == 0
    assert sum(ask.path.startswith("/v1/boards/fernweh") for ask in site.asks) == 1
    said = internfeed("boards", "ledger", "--phase", "candidate", "--json", "--data", data)
    rows = {row["board"]: row for row in map(json.loads, said.out)}
    assert rows["fernweh"]["reason"] == "1 of 2 postings may be internships"
    assert rows["fernweh"]["found_in"] == "homes.txt, line 1"


def _published(data):
    records = [
        posting(1, apply_url="https://jobs.lever.co/kelpworks/7/apply"),
        posting(2, apply_url="https://boards.greenhouse.io/stripe/jobs/7"),
    ]
    World(data).run("2026-11-20", {("arbeitnow", "arbeitnow"): answer(records)})


def test_the_addresses_of_postings_name_boards(tmp_path):
    in_a_process(_published, tmp_path)
    arguments = ["boards", "discover", "--postings", "--limit", "0", "--data", str(tmp_path)]
    assert cli.main(arguments) == 0
    (candidate,) = load_candidates(tmp_path / "candidates.csv")
    assert (candidate.source, candidate.board) == ("lever", "kelpworks")
    assert candidate.found_in == "posting arbeitnow/arbeitnow/1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to look at; name a FILE with addresses, or use --postings"),
        (["nowhere.txt"], "nowhere.txt: No such file or directory"),
        (["--postings"], "holds no snapshot"),
    ],
)
def test_wrong_use_is_one_line(tmp_path, capsys, arguments, message):
    assert cli.main(["boards", "discover", *arguments, "--data", str(tmp_path)]) == 1
    assert message in capsys.readouterr().err


def test_a_damaged_file_of_candidates_is_named_with_its_line(tmp_path, capsys):
    (tmp_path / "candidates.csv").write_text("source,board,postings\nlever,acme,many\n")
    assert cli.main(["plan", "--data", str(tmp_path)]) == 1
    assert 'candidates.csv, line 2: the column "postings" is not a number' in capsys.readouterr().err
