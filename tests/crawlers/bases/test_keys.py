"""Keys of a user: they are sent to their host and stored nowhere."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from crawlers.boards.sources import spiders
from crawlers.contract.board import Board
from crawlers.contract.plan import CrawlPlan
from crawlers.crawl import crawl as crawling
from tests.support.process import in_a_process, journals, saying
from tests.tools.sources import FIXTURES

KEYED = {"adzuna": "fr", "francetravail": "francetravail", "reed": "reed", "themuse": "themuse", "usajobs": "usajobs"}
VARIABLES = sorted(name for source in KEYED for name in spiders()[source].key_variables)
KEYS = {name: f"sesame{number}" for number, name in enumerate(VARIABLES)}
TOKEN = "open-sesame"


class _Boards(BaseHTTPRequestHandler):
    """A server that plays every board with a key from its fixture; `moved` redirects requests to Adzuna."""

    moved = False
    asked: list[str]

    def do_GET(self):
        host, path = self.headers["Host"], self.path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append(f"{path} {self.headers} {body.decode()}")
        source = next(source for source in KEYED if source in host)
        answer = next((FIXTURES / source / "one-page").glob("02.*" if path.startswith("/api/1.0/jobs/") else "01.*"))
        status, sent = (404, b"") if path == "/robots.txt" or "well-known" in path else (200, answer.read_bytes())
        if "access_token" in path:
            sent = json.dumps({"access_token": TOKEN}).encode()
        if self.moved and "adzuna" in host and status == 200:
            status = 302
        self.send_response(status)
        self.send_header("Location", f"https://adzuna.example.org{path}")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    do_POST = do_GET

    def log_message(self, *args):
        pass


@pytest.fixture
def boards():
    handler = type("Handler", (_Boards,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def crawl(out, origin=None, sources=KEYED, keys=KEYS):
    """Crawl boards with keys; return their commits and all printed text."""
    boards = [Board(source, board, source) for source, board in sources.items()]
    plan = CrawlPlan(boards, out / "run", record=out / "record", delay=0, stand_in=origin)
    outputs = [out / "out", out / "errors"]
    in_a_process(_with_keys, plan, keys, outputs)
    commits = {line["source"]: line for line in journals(plan.run_dir) if line["type"] == "commit"}
    return commits, "".join(path.read_text("utf-8") for path in outputs)


def _with_keys(plan, keys, outputs):
    for name in KEYS:
        os.environ.pop(name, None)
    os.environ.update(keys)
    with saying(*outputs):
        crawling(plan)


def test_a_crawl_with_keys_stores_none_of_them(boards, tmp_path):
    handler, origin = boards
    commits, printed = crawl(tmp_path, origin)
    assert {source: commit["verdict"] for source, commit in commits.items()} == dict.fromkeys(KEYED, "ok")
    kept = printed + "".join(path.read_text("utf-8") for path in tmp_path.rglob("*") if path.is_file())
    assert "SearchResult" in kept
    for secret in (*KEYS.values(), TOKEN):
        assert secret not in kept
    asked = "".join(handler.asked)
    for secret in (*(key for name, key in KEYS.items() if name != "REED_API_KEY"), TOKEN):
        assert secret in asked  # Reed's key is sent in Base64
    assert commits["adzuna"]["validators"].keys() == {
        "https://api.adzuna.com/v1/api/jobs/fr/search/1?app_id=ADZUNA_APP_ID&app_key=ADZUNA_APP_KEY&results_per_page=50&what=stage"
    }


def test_a_key_is_sent_only_to_its_own_host(boards, tmp_path):
    handler, origin = boards
    handler.moved = True
    commits, _ = crawl(tmp_path, origin, {"adzuna": "fr"})
    assert commits["adzuna"]["verdict"] == "parse_error"
    assert "status 302" in commits["adzuna"]["error"]
    assert not any(key in commits["adzuna"]["error"] for key in KEYS.values())
    assert not any("adzuna.example.org" in request for request in handler.asked)


def test_a_source_without_its_key_is_skipped_with_one_line_that_names_it(tmp_path):
    commits, printed = crawl(tmp_path, keys={})
    for source, commit in commits.items():
        assert commit["verdict"] == "skipped"
        assert "\n" not in commit["error"]
        assert all(name in commit["error"] for name in spiders()[source].key_variables)
    assert commits.keys() == KEYED.keys()
    assert not printed
