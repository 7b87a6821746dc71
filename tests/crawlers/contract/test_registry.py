"""The registry that ships has enough boards; each is known to exist, and a spider reads it."""

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

# Boards that no public list of slugs names, with the page that shows them. A source with a single board needs no page.
_JOBBCENTRALEN = "github.com/simonlundmark1/Jobbcentralen-Vue/blob/main/DISCOVERY_RESULTS.md"
CITED = {
    ("adzuna", "fr"): "www.adzuna.fr",
    ("adzuna", "gb"): "www.adzuna.co.uk",
    ("adzuna", "us"): "www.adzuna.com",
    ("bamboohr", "aca"): "aca.bamboohr.com/careers",
    ("bamboohr", "campuskey"): "campuskey.bamboohr.com/careers",
    ("bamboohr", "flyio"): "flyio.bamboohr.com/careers",
    ("bamboohr", "lottiefiles"): "lottiefiles.bamboohr.com/careers",
    ("comeet", "F6.003/6F329B2DE6379829B229B2037983E8B3E8B"): "www.comeet.com/jobs/wiliot/F6.003",
    ("eures", "at"): "europa.eu/eures/portal/jv-se/search",
    ("eures", "be"): "europa.eu/eures/portal/jv-se/search",
    ("eures", "es"): "europa.eu/eures/portal/jv-se/search",
    ("eures", "ie"): "europa.eu/eures/portal/jv-se/search",
    ("eures", "it"): "europa.eu/eures/portal/jv-se/search",
    ("eures", "nl"): "europa.eu/eures/portal/jv-se/search",
    ("icims", "careers-wipfli.icims.com"): "careers-wipfli.icims.com/jobs",
    ("jobvite", "feedingamerica"): "jobs.jobvite.com/feedingamerica/search",
    ("jobylon", "1955"): "cdn.jobylon.com/jobs/companies/1955/embed/v2",
    ("join", "onetwosocial"): "join.com/companies/onetwosocial",
    ("neogov", "michigan"): "www.governmentjobs.com/careers/michigan",
    ("oracle", "jpmc.fa.oraclecloud.com/CX_1001"): "jpmc.fa.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1001",
    (
        "oracle",
        "ekbq.fa.em2.oraclecloud.com/CX_2",
    ): "ekbq.fa.em2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_2",
    ("peoplestrong", "larsentoubrocareers"): "larsentoubrocareers.peoplestrong.com/job/joblist",
    ("peoplestrong", "raymondcareers"): "raymondcareers.peoplestrong.com/job/joblist",
    ("peoplestrong", "rblcareers"): "rblcareers.peoplestrong.com",
    ("rippling", "rippling"): "ats.rippling.com/rippling/jobs",
    ("simplify", "SimplifyJobs/Summer2027-Internships"): "github.com/SimplifyJobs/Summer2027-Internships",
    ("simplify", "vanshb03/Summer2027-Internships"): "github.com/vanshb03/Summer2027-Internships",
    ("successfactors", "careers.icl-group.com"): "careers.icl-group.com/sitemal.xml",
    ("successfactors", "careers.nordea.com"): "careers.nordea.com/sitemal.xml",
    ("successfactors", "careers.teva"): "careers.teva/sitemal.xml",
    ("successfactors", "jobb.dnb.no"): "jobb.dnb.no/sitemal.xml",
    ("teamtailor", "1komma5"): "1komma5.teamtailor.com/jobs",
    ("teamtailor", "career"): "career.teamtailor.com/jobs",
    ("teamtailor", "career.hemnet.se"): _JOBBCENTRALEN,
    ("teamtailor", "career.kry.se"): _JOBBCENTRALEN,
    ("teamtailor", "careers.epidemicsound.com"): _JOBBCENTRALEN,
    ("teamtailor", "careers.ginatricot.com"): _JOBBCENTRALEN,
    ("teamtailor", "careers.normative.io"): _JOBBCENTRALEN,
    ("teamtailor", "careers.oatly.com"): _JOBBCENTRALEN,
    ("teamtailor", "jobs.bookbeat.com"): _JOBBCENTRALEN,
    ("teamtailor", "jobs.doktor.se"): _JOBBCENTRALEN,
    ("teamtailor", "jobs.funnel.io"): _JOBBCENTRALEN,
    ("teamtailor", "jobs.qred.com"): _JOBBCENTRALEN,
}


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
    assert {"smartrecruiters", "pinpoint", "remotive"} & {board.source for board in BOARDS} == set()


def test_every_shipped_board_is_publicly_known(wire):
    lists = wire.parent / "registry" / "open-jobs-slugs.json"
    if not lists.exists():
        pytest.skip("there are no public lists of slugs next to the project")
    known = {source: set(slugs) for source, slugs in json.loads(lists.read_text("utf-8"))["ats"].items()}
    unproven = [
        board
        for board in BOARDS
        if slug(board) not in known.get(LISTED_AS.get(board.source, board.source), ())
        and board.key not in CITED
        and board.source != board.board
    ]
    assert unproven == []


def test_a_citation_is_for_a_board_that_ships():
    assert {key for key in CITED if key[0] in spiders()} - {board.key for board in BOARDS} == set()


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
