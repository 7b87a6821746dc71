"""The registry that ships has enough boards; each is known to exist, and a spider reads it."""

import csv
import json
import re
from collections import Counter

import pytest

from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.contract.registry import load_boards, save_boards, shipped

BOARDS = load_boards(shipped())

# The names of sources in the public lists of slugs, if they differ from the names in the registry.
LISTED_AS = {"oracle": "oraclecloud"}

_LIST = "github.com/elliottdehn/open-jobs"
with (shipped().parent / "citations.csv").open(encoding="utf-8", newline="") as _file:
    CITATIONS = list(csv.DictReader(_file))


def slug(board: Board) -> str:
    """Return the name of a board in public lists: a host for Workday and Oracle, the first label of it for iCIMS."""
    if board.source == "workday":
        return f"{board.board.partition('/')[0]}.myworkdayjobs.com"
    if board.source == "oracle":
        return board.board.partition("/")[0]
    if board.source == "icims":
        return board.board.removesuffix(".icims.com")
    return board.board


def test_at_least_300_boards_over_at_least_15_sources_ship():
    assert len(BOARDS) >= 300
    assert len({board.source for board in BOARDS}) >= 15


def test_no_board_ships_twice():
    folded = Counter((board.source, board.board.casefold()) for board in BOARDS)
    assert [key for key, count in folded.items() if count > 1] == []


def test_every_shipped_board_has_a_name_and_a_spider():
    assert {board.source for board in BOARDS} <= spiders().keys()
    assert [board for board in BOARDS if not board.name] == []


def test_a_source_whose_host_denies_crawlers_ships_no_boards():
    assert {"smartrecruiters", "pinpoint", "remotive", "eightfold"} & {board.source for board in BOARDS} == set()


def test_every_shipped_board_has_a_page_that_shows_it():
    """`crawlers/citations.csv` names, for each board that ships, the page that shows it and the month it was seen."""
    cited = {(row["source"], row["board"]) for row in CITATIONS}
    assert len(cited) == len(CITATIONS)
    assert cited == {board.key for board in BOARDS}
    assert [row for row in CITATIONS if not re.fullmatch(r"[\w.-]+\.[a-z]{2,}(?:/\S*)?", row["page"])] == []
    assert [row for row in CITATIONS if not re.fullmatch(r"20[0-9]{2}-(?:0[1-9]|1[0-2])", row["date"])] == []
    assert [(row["source"], row["board"]) for row in CITATIONS] == sorted(cited)


def test_boards_of_the_public_list_are_in_it(wire):
    lists = wire.parent / "registry" / "open-jobs-slugs.json"
    if not lists.exists():
        pytest.skip("the public list of slugs is not next to the project")
    known = {source: set(slugs) for source, slugs in json.loads(lists.read_text("utf-8"))["ats"].items()}
    listed = {(row["source"], row["board"]) for row in CITATIONS if row["page"] == _LIST}
    unproven = [
        board
        for board in BOARDS
        if board.key in listed and slug(board) not in known.get(LISTED_AS.get(board.source, board.source), ())
    ]
    assert unproven == []


def test_a_later_file_overrides_an_earlier_file(tmp_path):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("source,board,name,url,request_json\nlever,acme,Acme,,\nlever,other,Other,,\n")
    second.write_text("source,board,name,url,request_json\nlever,acme,Acme Ltd,,\n")
    assert [board.name for board in load_boards(first, second)] == ["Acme Ltd", "Other"]


HEADER = "source,board,name,url,request_json\n"
UNREADABLE = [
    ("", 'boards.csv: the column "source" is missing; the first line of a registry is source,board,name,url,request'),
    ("lever,acme\n", 'boards.csv: the column "source" is missing; the first line of a registry is'),
    ("source,slug\nlever,acme\n", 'boards.csv: the column "board" is missing'),
    ("source,board,urls\nlever,acme,\n", "boards.csv: unknown column 'urls'; the first line of a registry is"),
    ("source,board,Source\nlever,acme,\n", 'boards.csv is not CSV: the column "source" appears twice'),
    (HEADER + "lever,,Acme,,\n", 'line 2: the column "board" is empty; name the board there'),
    (HEADER + "\n ,acme,Acme,,\n", 'line 3: the column "source" is empty'),
    (HEADER + "lever,acme,Acme, Inc.,,\n", "line 2: more than 5 values; put a value"),
    ("source;board;name;request_json\nlever;acme;Acme;{;}\n", "line 2: more than 4 values"),
    ("source,board,name,url,,\nlever,acme,Acme, Inc.,,\n", 'line 2: the column "url" holds "Inc.", which is not'),
    ("source,board,\nlever,acme,Acme\n", "line 2: a value in a column without a name"),
    (HEADER + 'lever,"two\nlines",,,\nlever,"acme,Acme,,\nlever,other,,,\n', "line 4: unexpected end of data; check"),
    (HEADER + "lever,acme,Café,,\n", "boards.csv is not text in UTF-8: save it as CSV UTF-8"),
    (HEADER + "lever,acme," + 200_000 * "A", "boards.csv, line 2: field larger than"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_a_file_that_is_not_a_registry_is_refused_with_the_reason(tmp_path, text, reason):
    path = tmp_path / "boards.csv"
    path.write_text(text, "latin-1")
    with pytest.raises(ValueError, match=re.escape(reason)) as refusal:
        load_boards(path)
    assert str(refusal.value).startswith((f"registry {path}", str(path)))
    assert "\n" not in str(refusal.value)


ACME = Board("lever", "acme", "Café; Ltd", "https://acme.example/", '{"a": [1, 2]}')
BODY = '"{""a"": [1, 2]}"'
PLAIN = f"{HEADER}lever,acme,Café; Ltd,{ACME.url},{BODY}\n"
GERMAN = f'source;board;name;url;request_json\r\nlever;acme;"Café; Ltd";{ACME.url};{BODY}\r\n'
TABS = f"source\tboard\tname\turl\trequest_json\r\nlever\tacme\tCafé; Ltd\t{ACME.url}\t{BODY}\r\n"
SAVED = [  # as people and their spreadsheets save it
    (PLAIN, "utf-8"),
    (PLAIN, "utf-8-sig"),
    (PLAIN.rstrip(), "utf-16"),
    (f"\ufeff{TABS}", "utf-16-be"),
    (GERMAN, "utf-8-sig"),
    (f"sep=;\r\n{GERMAN}", "utf-8"),
    (GERMAN.replace("\r\n", "\r"), "utf-8"),
    (f"name,request_json,url,board,source\nCafé; Ltd,{BODY},{ACME.url},acme,lever\n", "utf-8"),
    (f"\n Source , BOARD,Name,URL,Request JSON\n\n Lever , acme ,Café; Ltd , {ACME.url},{BODY}\n ,,\n", "utf-8"),
    (f",,,,,,\n{HEADER.strip()},,\nLEVER,acme,Café; Ltd,{ACME.url},{BODY},,\n,,,,,,\n", "utf-8"),
]


@pytest.mark.parametrize(("text", "encoding"), SAVED, ids=range(len(SAVED)))
def test_a_registry_is_read_as_spreadsheets_save_it(tmp_path, text, encoding):
    path = tmp_path / "boards.csv"
    path.write_bytes(text.encode(encoding))
    assert load_boards(path) == [ACME]


@pytest.mark.parametrize(
    "text", ["source,board\nlever,acme\n", "board\tsource\nacme\tlever\n", HEADER + "lever,acme\n"]
)
def test_columns_that_a_registry_leaves_out_are_empty(tmp_path, text):
    path = tmp_path / "boards.csv"
    path.write_text(text)
    assert load_boards(path) == [Board("lever", "acme")]


def test_a_registry_is_written_completely_or_not_at_all(tmp_path):
    def cut_off():
        yield Board("lever", "other", "Other")
        raise OSError("no space left on device")

    path = tmp_path / "boards.csv"
    save_boards(path, [Board("lever", "acme", "Acme")])
    with pytest.raises(OSError, match="no space"):
        save_boards(path, cut_off())
    assert load_boards(path) == [Board("lever", "acme", "Acme")]
