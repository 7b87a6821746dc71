"""A rude spider, a forged name and a forged certificate: the polite downloader stops each of them."""

import ast
import re
import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from crawlers import crawl as crawling
from crawlers.bases.json_api import JsonApiSpider
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.politeness import downloader
from crawlers.replay import plays
from crawlers.replay.faults import FAULTS
from crawlers.replay.server import Drill
from normalize.posting import RawPosting
from tests.support.process import in_a_process, journals

ROOT = Path(__file__).resolve().parents[3]


class Rude(JsonApiSpider):
    """A spider that tries to set everything that a spider must not set."""

    name = "rude"
    postings_key = "jobs"
    user_agent = "Mozilla/5.0"
    download_delay, download_timeout, download_maxsize, download_warnsize = 0, 900, 0, 0
    handle_httpstatus_list = (301, 302, 429, 503)
    handle_httpstatus_all = True
    dont_obey_robotstxt = True
    max_concurrent_requests = 99

    def first_request(self, board):
        meta = {"dont_obey_robotstxt": True, "proxy": "http://10.0.0.1:3128", "download_maxsize": 0}
        return super().first_request(board).replace(meta=meta, headers={"User-Agent": "Mozilla/5.0"})

    def parse_posting(self, record, board):
        return RawPosting(posting_id=record["id"], url=record["absolute_url"], title=record["title"])


class Sly(Rude):
    name = "sly"


def _rudely(plan, names, sly):
    """Crawl with the two spiders; some names resolve as the test states."""
    if sly:
        smuggled = classmethod(lambda cls, settings: settings.set("POLITE_DOWNLOADER", None, "cmdline"))
        type.__setattr__(Sly, "update_settings", smuggled)
    crawling.spiders = lambda: {"rude": Rude, "sly": Sly}
    usual = socket.gethostbyname
    socket.gethostbyname = lambda host: names.get(host) or usual(host)
    downloader.TIMEOUT, downloader.BACK_OFF = 3.0, 0.1
    crawling.crawl(plan)


def crawled(tmp_path, boards, names=None, sly=False, **plan):
    """Crawl in a process of its own; return the commits by board."""
    asked = CrawlPlan([Board(*board) for board in boards], tmp_path / "run", delay=0, **plan)
    in_a_process(_rudely, asked, names or {}, sly)
    return {line["board"]: line for line in journals(asked.run_dir) if line["type"] == "commit"}


# The spider receives redirects itself, because it asks for them; Scrapy does not follow them. It does not compare
# totals, so faults with the verdict partial do not apply to it.
RUDELY = {
    name: fault.verdict for name, fault in FAULTS.items() if fault.source == "greenhouse" and fault.verdict != "partial"
}
RUDELY |= {name: "parse_error" for name in RUDELY if name.startswith("redirect_")}


@pytest.fixture(scope="module")
def rudeness(tmp_path_factory):
    """Return the commits of a crawl by a rude spider, and the requests that the server received."""
    plays.bomb()
    with Drill() as drill:
        boards = [("rude", *board[1:]) for board in drill.boards if board.board in RUDELY]
        commits = crawled(tmp_path_factory.mktemp("rude"), stand_in=drill.origin, boards=boards)
        return commits, drill.asks


@pytest.mark.parametrize("name", RUDELY)
def test_class_attributes_and_meta_of_a_rude_spider_change_nothing(rudeness, name):
    commit = rudeness[0][name]
    assert commit["verdict"] == RUDELY[name], commit["error"]


def test_a_rude_spider_uses_our_name_and_one_request_at_a_time_and_no_other_host(rudeness):
    _, asks = rudeness
    assert {ask.headers["user-agent"].partition("/")[0] for ask in asks} == {"internfeed"}
    assert {ask.host.partition(".")[2] for ask in asks} == {"drill.example"}
    first = {}
    for ask in asks:
        first.setdefault(ask.host, ask.path)
    assert set(first.values()) == {"/robots.txt"}


# Modules that a spider, a base or a template may import; none of them opens a connection.
HARMLESS = {
    "__future__", "attrs", "base64", "bs4", "codecs", "collections", "contextlib", "dataclasses", "datetime",
    "functools", "hashlib", "html", "json", "lxml", "normalize", "os", "pathlib", "re", "scrapy", "soupsieve",
    "twisted.python.failure", "typing", "urllib.parse", "w3lib", "xml.sax.saxutils",
}  # fmt: skip


@pytest.mark.parametrize("folder", ["spiders", "bases", "templates/spiders"])
def test_no_spider_opens_a_connection_of_its_own(folder):
    for path in (ROOT / "crawlers" / folder).iterdir():
        if path.suffix not in (".py", ".tmpl"):
            continue
        source = re.sub(r"\$(\w+)", r"\1", path.read_text("utf-8"))
        for node in ast.walk(ast.parse(source)):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else names
            for name in names:
                known = name.startswith("crawlers.") or name in HARMLESS or name.partition(".")[0] in HARMLESS
                assert known, f"{path.name} imports {name}"


def test_settings_that_a_spider_smuggles_in_stop_the_crawl(tmp_path):
    with pytest.raises(TypeError, match="Sly must not have settings of its own"):
        crawled(tmp_path, sly=True, boards=[("sly", "acme", "Acme", "https://jobs.example.org/", None)])


@contextmanager
def listening(context=None):
    """A server on this machine; yield its port and the received requests."""
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = HTTPServer(("127.0.0.1", 0), Listener)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, asked
    server.shutdown()
    server.server_close()


def test_a_name_that_resolves_to_a_private_address_is_not_connected_to(tmp_path):
    with listening() as (port, asked):
        board = ("rude", "acme", "Acme", f"http://jobs.example.org:{port}/jobs", None)
        commits = crawled(tmp_path, names={"jobs.example.org": "127.0.0.1"}, boards=[board])
    assert commits["acme"]["verdict"] == "blocked"
    assert commits["acme"]["error"] == "jobs.example.org resolves to 127.0.0.1, which is not a public address"
    assert asked == []


def certificate(folder):
    """Write a self-signed certificate and return its path."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "forged.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_self_signed_certificate_is_rejected(tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    with listening(context) as (port, asked):
        board = ("rude", "acme", "Acme", f"https://localhost:{port}/jobs", None)
        commits = crawled(tmp_path, loopback_allowed=True, boards=[board])
    assert commits["acme"]["verdict"] == "robots_unreachable"
    assert "certificate" in commits["acme"]["error"].lower()
    assert asked == []
