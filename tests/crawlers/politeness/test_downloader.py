"""Politeness: its rules hold for every request, and no spider can switch them off."""

import asyncio
import gzip
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.exceptions import CannotResolveHostError, DownloadTimeoutError
from scrapy.http import HtmlResponse, Response, TextResponse
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import succeed
from twisted.internet.error import DNSLookupError

from crawlers import settings
from crawlers.bases.spider import BoardSpider
from crawlers.politeness import addresses, downloader
from crawlers.politeness.addresses import PublicResolver, check_address, is_public
from crawlers.politeness.downloader import PoliteDownloader, PoliteDownloadHandler, reserves, retry_after
from crawlers.politeness.refusals import Refused
from crawlers.politeness.robots import KEPT_SECONDS, MAX_CRAWL_DELAY, Rules, RulesCache, reserved_paths, rules_of

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


# Allowed addresses.


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fc00::1", "fe80::1", "ff02::1", "::ffff:10.0.0.1", "2002:a00:1::",
        "64:ff9b::a00:1",
    ],
)  # fmt: skip
def test_an_address_inside_a_private_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2606:4700::1111", "2002:808:808::", "64:ff9b::808:808"])
def test_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "data:text/html,x", "gopher://example.org/", "https://",
        "http://localhost/", "http://127.0.0.1:8000/", "http://[::1]/", "http://2130706433/", "http://intranet/",
        "http://10.0.0.1/", "https://user:pass@192.168.0.1/", "http://[::1", "https://example.org:99999/",
        "https://www.linkedin.com/jobs", "https://de.indeed.com/jobs", "https://www.glassdoor.co.uk/Job",
        "https://app.joinhandshake.com/", "https://LinkedIn.com./", "https://www.indeed.com.:443/",
    ],
)  # fmt: skip
def test_a_forbidden_address_is_rejected(url):
    with pytest.raises(Refused) as refused:
        check_address(url)
    assert refused.value.verdict == "blocked"


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254"])
def test_a_name_that_resolves_to_a_private_address_is_rejected(address, monkeypatch):
    monkeypatch.setattr(CachingThreadedResolver, "getHostByName", lambda *_: succeed(address))
    resolver = PublicResolver.__new__(PublicResolver)
    refused = []
    resolver.getHostByName("inside.example").addErrback(refused.append)
    assert refused[0].check(DNSLookupError)
    assert "not a public address" in refused[0].getErrorMessage()


def test_without_the_test_setting_loopback_is_refused():
    assert addresses.PublicResolver.loopback_allowed is False
    with pytest.raises(Refused):
        check_address("http://localhost:8000/")
    check_address("http://localhost:8000/", loopback_allowed=True)


# robots.txt by RFC 9309.

ROBOTS = """
User-agent: *
Disallow: /private
Disallow: /*.pdf$
Allow: /private/jobs

User-agent: otherbot
Disallow: /
"""


@pytest.mark.parametrize("path", ["/", "/jobs", "/private/jobs/7", "/paper.pdf?page=1", "/Private"])
def test_robots_allows(path):
    Rules(0, ROBOTS).check(f"https://example.org{path}")


@pytest.mark.parametrize("path", ["/private", "/private/x", "/paper.pdf"])
def test_robots_disallows(path):
    with pytest.raises(Refused) as refused:
        Rules(0, ROBOTS).check(f"https://example.org{path}")
    assert refused.value.verdict == "robots_denied"


def test_rules_for_our_own_name_outrank_those_for_all():
    Rules(0, "User-agent: *\nDisallow: /\n\nUser-agent: internfeed\nDisallow: /x\n").check("https://example.org/jobs")


@pytest.mark.parametrize("status", [None, 429, 500, 502, 503, 504])
def test_unreachable_robots_means_do_not_crawl(status):
    with pytest.raises(Refused) as refused:
        rules_of(0, status, b"", "why").check("https://example.org/")
    assert refused.value.verdict == "robots_unreachable"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_everything_is_allowed(status):
    rules_of(0, status, b"User-agent: *\nDisallow: /").check("https://example.org/")


def test_a_byte_order_mark_does_not_hide_the_first_rule():
    with pytest.raises(Refused):
        rules_of(0, 200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /").check("https://example.org/")


def test_only_the_first_half_megabyte_is_read():
    rules_of(0, 200, b"#" * 600_000 + b"\nUser-agent: *\nDisallow: /").check("https://example.org/")


@pytest.mark.parametrize(("stated", "kept"), [("0.5", 0.5), ("7", 7.0), ("3600", MAX_CRAWL_DELAY), ("soon", 0.0)])
def test_crawl_delay_is_kept_within_bounds(stated, kept):
    assert Rules(0, f"User-agent: *\nCrawl-delay: {stated}\n").crawl_delay() == kept


def test_rules_are_kept_for_a_day_and_between_runs(tmp_path):
    cache = RulesCache(tmp_path / "robots.json")
    cache.put("https://example.org", Rules(1000.0, ROBOTS, (("/jobs", True),)))
    cache.put("https://down.example", Rules(1000.0, None, (), "status 503"))
    cache.save()
    again = RulesCache(tmp_path / "robots.json")
    assert again.get("https://example.org", 1000.0 + KEPT_SECONDS - 1) == Rules(1000.0, ROBOTS, (("/jobs", True),))
    assert again.get("https://example.org", 1000.0 + KEPT_SECONDS) is None
    assert again.get("https://down.example", 1001.0) is None  # robots.txt that was unreachable is requested again


def test_with_a_broken_cache_rules_are_fetched_again(tmp_path):
    (tmp_path / "robots.json").write_text('{"https://example.org": [1')
    assert RulesCache(tmp_path / "robots.json").get("https://example.org", 0) is None


# Retry-After, reservations.


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (b"0", 0.0), (b"120", 120.0), (b" 7 ", 7.0), (b"99999999999999999999", 999_999_999.0),
        (b"Mon, 23 Nov 2026 12:00:30 GMT", 30.0), (b"Monday, 23-Nov-26 12:00:30 GMT", 30.0),
        (b"Mon Nov 23 12:00:30 2026", 30.0), (b"Mon, 23 Nov 2020 12:00:30 GMT", 0.0),
        (None, None), (b"", None), (b"soon", None), (b"-5", None), ("٣".encode(), None),
    ],
)  # fmt: skip
def test_retry_after_in_both_forms(header, seconds):
    assert retry_after(header, NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "body", "reserved"),
    [
        ({"TDM-Reservation": "1"}, b"{}", True),
        ({"TDM-Reservation": "0"}, b"{}", False),
        ({}, b'<html><meta name="tdm-reservation" content="1"></html>', True),
        ({}, b"<META CONTENT='1' NAME='TDM-Reservation'>", True),
        ({}, b'<meta name="tdm-reservation" content="0"><meta name="x" content="1">', False),
        ({}, b'{"text": "we honour tdm-reservation: 1"}', False),
    ],
)
def test_a_reservation_is_seen(headers, body, reserved):
    assert reserves(HtmlResponse("https://example.org/", headers=headers, body=body)) is reserved


RESERVED = [  # /.well-known/tdmrep.json, and whether it reserves /jobs/7.html
    ([{"location": "/jobs/", "tdm-reservation": 1}], True),
    ([{"location": "*", "tdm-reservation": 1, "tdm-policy": "https://example.org/policy"}], True),
    ([{"location": "/", "tdm-reservation": "1"}], True),
    ([{"location": "/*.html$", "tdm-reservation": 1}], True),
    ([{"location": "/j%6Fbs/", "tdm-reservation": 1}], True),
    ([{"tdm-reservation": 1}], True),
    ([{"location": "/jobs/", "tdm-reservation": 0}, {"location": "/", "tdm-reservation": 1}], False),
    ([{"location": "/", "tdm-reservation": 0}], False),
    ([{"location": "/Jobs/", "tdm-reservation": 1}], False),
    ([{"location": "/jobs/7$", "tdm-reservation": 1}], False),
    ([{"location": "/images/", "tdm-reservation": 1}], False),
    ([{"location": "*jobs*7*html", "tdm-reservation": 1}], True),
    ([{"location": "*7*jobs", "tdm-reservation": 1}], False),
    ([{"location": "*7.html*html$", "tdm-reservation": 1}], False),
    ([{"location": "/jobs/7.html$", "tdm-reservation": 1}], True),
    ([{"location": "/jobs/"}], False),
    (["/jobs/"], False),
    ({"location": "/jobs/", "tdm-reservation": 1}, False),
    ("<html>", False),
]  # fmt: skip


@pytest.mark.parametrize(("document", "reserved"), RESERVED)
def test_the_first_matching_reservation_of_a_path_counts(document, reserved):
    body = document if isinstance(document, str) else json.dumps(document)
    rules = Rules(0, "", reserved_paths(body.encode()))
    if not reserved:
        rules.check("https://example.org/jobs/7.html")
        return
    with pytest.raises(Refused) as refused:
        rules.check("https://example.org/jobs/7.html")
    assert refused.value.verdict == "tdm_reserved"


# The download handler, with a network that the test controls.


class Network:
    """A network in place of Scrapy's own handler, which records the requests."""

    def __init__(self):
        self.sent, self.at, self.busy, self.most_busy = [], [], 0, 0
        self.answers = {}

    async def download_request(self, request):
        self.sent.append(request)
        self.at.append(time.monotonic())
        self.busy += 1
        self.most_busy = max(self.most_busy, self.busy)
        await asyncio.sleep(0.01)
        self.busy -= 1
        answer = self.answers.get(request.url, TextResponse(request.url, status=404))
        if isinstance(answer, list):
            answer = answer.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def urls(self):
        return [request.url for request in self.sent]


@pytest.fixture
def network(monkeypatch):
    network = Network()
    monkeypatch.setattr(http11, "HTTP11DownloadHandler", lambda crawler: network)
    monkeypatch.setattr(downloader, "BACK_OFF", 0.02)
    return network


def handler_of(polite):
    return PoliteDownloadHandler(
        SimpleNamespace(settings={"POLITE_DOWNLOADER": polite, "USER_AGENT": "internfeed/1 (+mail@example.org)"})
    )


def ask(*requests, polite=None):
    """Send requests at once through one download handler; return each answer or the exception."""
    handler = handler_of(polite or PoliteDownloader(delay=0))

    async def all_of_them():
        asked = [handler.download_request(request) for request in requests]
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(all_of_them())


HOST = "https://jobs.example.org"


def test_robots_is_requested_first_and_once(network):
    ask(*[Request(f"{HOST}/{number}") for number in range(5)])
    assert network.urls()[:2] == [f"{HOST}/robots.txt", f"{HOST}/.well-known/tdmrep.json"]
    assert len(network.sent) == 7


def test_robots_is_requested_once_a_day_over_all_runs(network, tmp_path, monkeypatch):
    def run():
        polite = PoliteDownloader(delay=0, rules_file=tmp_path / "robots.json")
        ask(Request(f"{HOST}/jobs"), polite=polite)
        polite.rules.save()
        asked, network.sent = network.urls(), []
        return f"{HOST}/robots.txt" in asked

    assert (run(), run()) == (True, False)
    now = time.time()
    monkeypatch.setattr(downloader.time, "time", lambda: now + 24 * 3600 + 1)
    assert run()


def test_each_scheme_has_its_own_robots(network):
    ask(Request(f"{HOST}/a"), Request("http://jobs.example.org/a"))
    assert {url for url in network.urls() if url.endswith("robots.txt")} == {
        f"{HOST}/robots.txt",
        "http://jobs.example.org/robots.txt",
    }


@pytest.mark.parametrize(
    "answer", [TextResponse(HOST, status=503), DownloadTimeoutError("30 s"), CannotResolveHostError()]
)
def test_where_robots_cannot_be_fetched_nothing_else_is_requested(network, answer):
    network.answers[f"{HOST}/robots.txt"] = answer
    refused = ask(*[Request(f"{HOST}/{number}") for number in range(50)])
    assert {error.verdict for error in refused} == {"robots_unreachable"}
    assert set(network.urls()) == {f"{HOST}/robots.txt"}
    assert len(network.sent) == (3 if isinstance(answer, TextResponse) else 1)


def test_a_redirect_of_robots_is_followed_but_not_to_a_private_address(network):
    moved = TextResponse(HOST, status=301, headers={"Location": "https://www.example.org/robots.txt"})
    network.answers[f"{HOST}/robots.txt"] = moved
    rules = TextResponse(HOST, body=b"User-agent: *\nDisallow: /")
    network.answers["https://www.example.org/robots.txt"] = rules
    assert ask(Request(f"{HOST}/"))[0].verdict == "robots_denied"
    network.answers[f"{HOST}/robots.txt"] = TextResponse(HOST, status=301, headers={"Location": "http://10.0.0.1/"})
    assert ask(Request(f"{HOST}/"))[0].verdict == "robots_unreachable"
    assert "http://10.0.0.1/" not in network.urls()


def test_a_host_gets_one_request_at_a_time_from_all_spiders(network):
    polite = PoliteDownloader(delay=0)
    handlers = [handler_of(polite), handler_of(polite)]  # two spiders on one host

    async def together():
        asked = [handlers[number % 2].download_request(Request(f"{HOST}/{number}")) for number in range(8)]
        asked += [
            handlers[0].download_request(Request(f"https://user@JOBS.example.org:443/{number}")) for number in (8, 9)
        ]
        await asyncio.gather(*asked)

    asyncio.run(together())
    assert network.most_busy == 1


def test_hosts_do_not_wait_for_each_other(network):
    ask(*[Request(f"https://{name}.example.org/") for name in "abcd"])
    assert network.most_busy == 4


def test_two_requests_to_a_host_are_separated_by_a_delay(network):
    ask(Request(f"{HOST}/1"), Request(f"{HOST}/2"), polite=PoliteDownloader(delay=0.1))
    assert min(later - earlier for earlier, later in zip(network.at, network.at[1:], strict=False)) >= 0.1


def test_retry_after_stops_all_requests_to_the_host(network):
    network.answers[f"{HOST}/1"] = [
        TextResponse(f"{HOST}/1", status=429, headers={"Retry-After": "1"}),
        TextResponse(HOST),
    ]
    ask(*[Request(f"{HOST}/{number}") for number in range(1, 4)])
    first = network.urls().index(f"{HOST}/1")
    assert network.at[first + 1] - network.at[first] >= 1.0


def test_the_last_retry_after_is_honoured_too(network):
    network.answers[f"{HOST}/1"] = TextResponse(f"{HOST}/1", status=403, headers={"Retry-After": "1"})
    ask(Request(f"{HOST}/1"), Request(f"{HOST}/2"))
    assert network.at[-1] - network.at[-2] >= 1.0


def test_a_host_that_asks_to_wait_for_hours_is_skipped(network):
    network.answers[f"{HOST}/1"] = TextResponse(f"{HOST}/1", status=503, headers={"Retry-After": "86400"})
    refused = ask(*[Request(f"{HOST}/{number}") for number in range(1, 9)])
    assert {error.verdict for error in refused} == {"rate_limited"}
    assert len(network.sent) == 3


def test_a_host_that_cannot_be_reached_is_not_tried_for_every_board(network):
    polite = PoliteDownloader(delay=0)
    polite.rules.put(HOST, Rules(time.time(), ""))  # robots.txt is known from the last run
    for number in range(100):
        network.answers[f"{HOST}/{number}"] = CannotResolveHostError("no such host")
    assert all(
        isinstance(error, Exception) for error in ask(*[Request(f"{HOST}/{n}") for n in range(100)], polite=polite)
    )
    assert len(network.sent) == 1


def test_a_host_that_hangs_three_times_is_skipped(network):
    polite = PoliteDownloader(delay=0)
    polite.rules.put(HOST, Rules(time.time(), ""))
    for number in range(100):
        network.answers[f"{HOST}/{number}"] = DownloadTimeoutError("30 s")
    ask(*[Request(f"{HOST}/{number}") for number in range(100)], polite=polite)
    assert len(network.sent) == 3


def test_one_board_that_fails_does_not_close_its_host(network):
    network.answers[f"{HOST}/0"] = TextResponse(f"{HOST}/0", status=500)
    answers = ask(*[Request(f"{HOST}/{number}") for number in range(10)])
    assert [answer.status for answer in answers] == [500] + [404] * 9


def test_headers_and_meta_of_a_request_are_overruled(network):
    meta = {
        "dont_obey_robotstxt": True, "proxy": "http://10.0.0.1:3128", "bindaddress": "10.0.0.2",
        "download_timeout": 900, "download_maxsize": 0, "download_warnsize": 1, "dont_retry": True,
        "download_fail_on_dataloss": False, "download_slot": "mine", "handle_httpstatus_all": True,
    }  # fmt: skip
    headers = {
        "User-Agent": "Mozilla/5.0",
        "Cookie": "session=1",
        "Proxy-Authorization": "Basic eA==",
        "Accept-Encoding": "br",
    }
    network.answers[f"{HOST}/robots.txt"] = TextResponse(HOST, body=b"User-agent: *\nDisallow: /private")
    refused, _ = ask(Request(f"{HOST}/private", meta=meta), Request(f"{HOST}/jobs", headers=headers, meta=meta))
    assert refused.verdict == "robots_denied"
    sent = network.sent[-1]
    assert sent.headers["User-Agent"] == b"internfeed/1 (+mail@example.org)"
    assert not {b"Cookie", b"Proxy-Authorization"} & sent.headers.keys()
    assert sent.headers["Accept-Encoding"] == b"gzip, deflate"
    assert not {"proxy", "bindaddress", "download_warnsize"} & sent.meta.keys()
    assert (sent.meta["download_timeout"], sent.meta["download_maxsize"]) == (30.0, 50 * 1024 * 1024)
    assert sent.meta["download_fail_on_dataloss"] is True


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "identity"])
def test_a_compressed_answer_is_unpacked_within_bounds(network, monkeypatch, coding):
    import zlib

    monkeypatch.setattr(downloader, "MAX_BYTES", 1000)
    pack = {"deflate": zlib.compress, "identity": bytes}.get(coding, gzip.compress)
    for size in (1000, 1001):
        headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
        network.answers[f"{HOST}/{size}"] = TextResponse(f"{HOST}/{size}", headers=headers, body=pack(b" " * size))
    fits, bursts = ask(Request(f"{HOST}/1000"), Request(f"{HOST}/1001"))
    assert fits.body == b" " * 1000
    if coding != "identity":  # an uncompressed answer is limited while it is received
        assert bursts.verdict == "parse_error"


@pytest.mark.parametrize("codings", [[], ["gzip", "gzip"], ["utf-8"], ["aws-chunked", "gzip"]])
def test_a_wrong_label_of_a_compressed_answer_does_no_harm(network, codings):
    page = gzip.compress(b"<html><p>Intern</p></html>")
    headers = {"Content-Encoding": codings, "Content-Type": "text/html"}
    network.answers[f"{HOST}/1"] = Response(f"{HOST}/1", headers=headers, body=page)
    (answer,) = ask(Request(f"{HOST}/1"))
    assert answer.text == "<html><p>Intern</p></html>"
    assert "Content-Encoding" not in answer.headers


def test_a_coding_that_was_not_requested_is_not_unpacked(network):
    network.answers[f"{HOST}/1"] = TextResponse(f"{HOST}/1", headers={"Content-Encoding": "br"}, body=b"\x00")
    assert ask(Request(f"{HOST}/1"))[0].verdict == "parse_error"


def test_a_redirect_is_checked_as_a_request_of_its_own(network):
    """Scrapy creates a new request for a redirect, and every request is checked."""
    assert ask(Request("http://169.254.169.254/latest"))[0].verdict == "blocked"
    assert network.sent == []


# Settings of spiders.


def test_a_spider_with_settings_of_its_own_is_rejected():
    with pytest.raises(TypeError, match="must not have settings of its own"):
        type("Rude", (BoardSpider,), {"name": "rude", "custom_settings": {"ROBOTSTXT_OBEY": False}})
    with pytest.raises(TypeError, match="must not have settings of its own"):
        type("Rude", (BoardSpider,), {"name": "rude", "update_settings": classmethod(lambda cls, settings: None)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DOWNLOAD_TIMEOUT", 30), ("DOWNLOAD_MAXSIZE", 50 * 1024 * 1024), ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("CONCURRENT_REQUESTS_PER_DOMAIN", 1), ("TELNETCONSOLE_ENABLED", False), ("REMOTE_CONTROL_ENABLED", False),
        ("COOKIES_ENABLED", False), ("HTTPCACHE_ENABLED", False), ("COMPRESSION_ENABLED", False),
        ("REDIRECT_MAX_TIMES", 5),
        ("TWISTED_DNS_RESOLVER", "crawlers.politeness.addresses.PublicResolver"),
    ],
)  # fmt: skip
def test_the_settings_have_the_expected_values(name, value):
    assert getattr(settings, name) == value


def test_http_and_https_are_the_only_schemes_with_a_handler():
    assert {scheme for scheme, handler in settings.DOWNLOAD_HANDLERS.items() if handler} == {"http", "https"}
    assert {handler for handler in settings.DOWNLOAD_HANDLERS.values() if handler} == {
        "crawlers.politeness.downloader.PoliteDownloadHandler"
    }


def test_the_user_agent_names_a_contact(monkeypatch):
    code = "from crawlers import settings; print(settings.USER_AGENT)"
    environment = {"INTERNFEED_CONTACT": "https://example.org/crawler", "PATH": ""}
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert printed.stdout.startswith("internfeed/")
    assert "(+https://example.org/crawler)" in printed.stdout
