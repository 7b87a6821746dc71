"""Pages in place of the requested one: challenges, logins, notices and cookie walls; no spider reads them."""

import json
import time

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse

from crawlers.answers.obstacles import obstacle_of
from crawlers.bases.spider import BoardSpider
from crawlers.boards.sources import spiders
from crawlers.contract.plan import CrawlPlan
from crawlers.contract.registry import load_boards
from crawlers.politeness.refusals import BrokenAnswer
from normalize.posting import FIELDS, RawPosting
from tests.tools.sources import cases

ASKED = "https://firnkante.example/jobs/7"
CLOUDFLARE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta name="robots" content="noindex,nofollow"></head><body><div class="main-wrapper"><h1>firnkante.example</h1>
<p>Verifying you are human. This may take a few seconds.</p><noscript><span id="challenge-error-text">Enable JavaScript
and cookies to continue</span></noscript></div><script>window._cf_chl_opt = {cvId: "3"};</script></body></html>"""
TEXT = "<p>You draw ferns with us for eight weeks and get 600 euros a month. </p>" * 20
BANNER = "<div class=cookies>We use cookies. <button>Accept all cookies</button></div>"
LOGIN_FORM = "<form action=/login><input name=u><input type=password name=p><button>Log in</button></form>"
PAGES = [
    # Challenges.
    ("challenge", CLOUDFLARE),
    ("challenge", "<title>Nur einen Moment…</title><body>Bestätigen Sie, dass Sie ein Mensch sind.</body>"),
    ("challenge", "<title>Un momento…</title><p>firnkante.example</p>"),
    ("challenge", "<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked</h1>"),
    ("challenge", "<title>a.example</title><script>var dd={'rt':'c','host':'geo.captcha-delivery.com'}</script>"),
    ("challenge", "<p id=cmsg>Please enable JS and disable any ad blocker</p>"),
    ("challenge", "<html><head><script src='/_Incapsula_Resource?SWJIYLWA=719d34d31c8e3a6e'></script></head></html>"),
    ("challenge", "<iframe>Request unsuccessful. Incapsula incident ID: 7-1</iframe>"),
    ("challenge", "<title>Access to this page has been denied</title><div id='px-captcha'></div>"),
    ("challenge", "<h1>Press &amp; Hold to confirm you are a human (and not a bot).</h1>"),
    (
        "challenge",
        "<TITLE>Access Denied</TITLE><H1>Access Denied</H1>You don't have permission to access \"http&#58;&#47;&#47;"
        'a&#46;example&#47;jobs" on this server.<P>Reference&#32;&#35;18&#46;7',
    ),
    ("challenge", "<script src='https://7.edge.sdk.awswaf.com/7/challenge.js'></script><div id=challenge></div>"),
    ("challenge", "<script>AwsWafIntegration.getToken().then(() => window.location.reload(true))</script>"),
    ("challenge", '<meta http-equiv="refresh" content="0;/.well-known/sgcaptcha/?r=%2Fjobs&y=ipr:192.0.2.7:7">'),
    ("challenge", "<title>Pardon Our Interruption</title><p>As you were browsing, something stopped us.</p>"),
    ("challenge", "<title>Bot Verification</title><form id=lsrecaptcha-form></form>"),
    ("challenge", "<p>Confirmez : vérifiez que vous êtes humain.</p>"),
    ("challenge", "<p>Verifique que não é um robô para continuar.</p>"),
    ("challenge", '{"url": "https://geo.captcha-delivery.com/captcha/?initialCid=7"}'),
    ("challenge", '{"error": "captcha required"}'),
    # Logins.
    ("login", f"<title>Firnkante</title>{LOGIN_FORM}"),
    ("login", "<title>Log in | Firnkante</title><p>Use the account of your school.</p>"),
    ("login", "<title>Firnkante – Anmelden</title><p>Passkey</p>"),
    ("login", "<h1>Firnkante</h1><p>Please sign in to continue.</p>"),
    ("login", "<p>Veuillez vous connecter pour accéder à cette page.</p>"),
    ("login", "<form action='https://idp.example/'><input type=hidden name='SAMLRequest' value='x'></form>"),
    ("login", '{"message": "Authentication required"}'),
    # Notices.
    ("maintenance", "<title>Under maintenance</title><h1>Back soon</h1>"),
    ("maintenance", "<h1>We&rsquo;ll be back soon!</h1><p>Sorry for the trouble.</p>"),
    ("maintenance", "<p>The site is temporarily unavailable.</p>"),
    ("maintenance", "<title>Wartungsarbeiten</title><p>Wir sind in Kürze wieder da.</p>"),
    ("maintenance", "<p>Notre site est en maintenance.</p>"),
    ("maintenance", "<p>La página está en mantenimiento. Volveremos pronto.</p>"),
    ("maintenance", "<p>Il sito è in manutenzione.</p>"),
    ("maintenance", "<p>Wegens onderhoud is de site tijdelijk niet beschikbaar.</p>"),
    ("maintenance", "<p>O site está em manutenção.</p>"),
    ("maintenance", '{"error": "Service temporarily unavailable"}'),
    # Cookie walls.
    ("consent", "<title>Before you continue</title><form><button>Accept all</button></form>"),
    ("consent", "<p>Bevor Sie fortfahren, brauchen wir Ihre Zustimmung.</p>"),
    ("consent", "<p>Please accept all cookies to continue to the site.</p>"),
    ("consent", "<p>Avant de continuer, choisissez vos cookies.</p>"),
    # Ordinary pages.
    (None, ""),
    (None, "{}"),
    (None, '{"error": "x"}'),
    (None, f"<title>Intern</title>{BANNER}<a href=/login>Log in</a><p>Draw ferns.</p>"),
    (None, f"<title>Intern</title>{TEXT}{LOGIN_FORM}<script src='https://www.recaptcha.example/api.js'></script>"),
    (None, f"<title>Intern</title>{TEXT}<script src='/_Incapsula_Resource?SWJIYLWA=7'></script>"),
    (None, "<title>Jobs</title>No openings.<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"),
    (None, "<title>Jobs</title><noscript>You need to enable JavaScript to run this app.</noscript><div id=root></div>"),
    (None, f"<title>Jobs</title><p>{'No openings at the moment, but do come back. ' * 8}</p>{LOGIN_FORM}"),
    (None, "<title>Maintenance intern</title><p>You look after aircraft that are in maintenance.</p>"),
    (None, "<title>Stage maintenance</title><p>Stage sur site en maintenance industrielle.</p>"),
    (None, "<title>Praktikum</title><p>Sie führen Wartungsarbeiten durch. Derzeit suchen wir zwei.</p>"),
    (None, "<title>Stage onderhoud</title><p>Je werkt in onderhoud en beheer.</p>"),
    (None, "<title>Intern</title><p>Work authorization is required. Report unauthorized access.</p>"),
    (None, "<title>Intern</title><p>You must be logged in to apply. We train robots and read captchas.</p>"),
    (None, f"<title>Jobs</title><p>{'a' * 5000} Please sign in to continue.</p>"),
]


@pytest.mark.parametrize(("cause", "body"), PAGES, ids=[f"{n}-{cause}" for n, (cause, _) in enumerate(PAGES)])
def test_an_obstacle_is_recognized_by_its_page(cause, body):
    assert obstacle_of(HtmlResponse(ASKED, body=body.encode())) == cause


@pytest.mark.parametrize(
    ("headers", "cause"),
    [
        ({"cf-mitigated": "challenge"}, "challenge"),
        ({"X-Amzn-Waf-Action": "captcha"}, "challenge"),
        ({"SG-Captcha": "challenge"}, "challenge"),
        ({"Server": "cloudflare", "CF-Ray": "7"}, None),
    ],
)
def test_an_obstacle_is_recognized_by_a_header(headers, cause):
    assert obstacle_of(Response(ASKED, headers=headers)) == cause


@pytest.mark.parametrize(
    ("asked", "came", "cause"),
    [
        (ASKED, "https://firnkante.example/login?next=/jobs/7", "login"),
        (ASKED, "https://firnkante.example/users/sign_in", None),
        (ASKED, "https://firnkante.example/users/sign-in", "login"),
        (ASKED, "https://sso.firnkante.example/a", "login"),
        (ASKED, "https://consent.firnkante.example/m?continue=7", "consent"),
        (ASKED, "https://firnkante.example/maintenance.html", "maintenance"),
        (ASKED, "https://firnkante.example/.well-known/sgcaptcha/", "challenge"),
        (ASKED, "https://firnkante.example/jobs/8", None),
        ("https://firnkante.example/sso/jobs/7", "https://firnkante.example/sso/jobs/7/", None),
        (ASKED, ASKED, None),
    ],
)
def test_an_obstacle_is_recognized_by_the_target_of_a_redirect(asked, came, cause):
    request = Request(came, meta={"redirect_urls": [asked]} if came != asked else {})
    assert obstacle_of(HtmlResponse(came, body=b"<p>Hello.</p>", request=request)) == cause


def test_the_text_of_a_page_is_read_in_its_own_encoding():
    body = "<title>Firnkante</title><p>O site está em manutenção.</p>".encode("latin-1")
    answer = Response(ASKED, headers={"Content-Type": "text/html; charset=iso-8859-1"}, body=body)
    assert obstacle_of(answer) == "maintenance"


@pytest.mark.parametrize(
    "piece", [b"<div>", b"<title>", b"<", b"accept ", b"location='", b"{", b"<input type=password>"]
)
def test_a_hostile_page_is_checked_quickly(piece):
    answer = HtmlResponse(ASKED, body=piece * (5_000_000 // len(piece)))
    began = time.process_time()
    obstacle_of(answer)
    assert time.process_time() - began < 2


# Spiders with such answers.

NOTICE = "We will be back soon."
CLASSES = (
    "description job-description jv-job-detail-description internship_details prose iCIMS_JobContent field-item"
    " field-name-body"
)
UNREADABLE = {
    "a challenge": CLOUDFLARE,
    "a notice where the text should be": f"<h1>Hello</h1><div class='{CLASSES}' data-jobad=body>{NOTICE}</div>",
    "a login": f"<title>Log in</title><h1>Log in</h1>{LOGIN_FORM}",
    "a page of another kind": "<title>Firnkante</title><h1>Welcome</h1><p>We draw ferns.</p>",
    "nothing": "",
    "{}": "{}",
    "an error in JSON": '{"error": "x"}',
    "an empty list": "[]",
    "null": "null",
}


def with_details():
    """Return a board and a posting from the fixtures of each source that requests pages of postings."""
    shown = {}
    for case in cases():
        boards = {board.key: board for board in load_boards(case / "boards.csv")}
        for line in (case / "expected.jsonl").read_text("utf-8").splitlines():
            fields = {name: value for name, value in json.loads(line).items() if name in FIELDS}
            posting = RawPosting(**fields | {"description": None})
            board = boards[posting.source, posting.board]
            source = spiders().get(posting.source)
            if source and posting.source not in shown and source(boards=[]).detail_request(posting, board) is not None:
                shown[posting.source] = (board, posting)
    return shown


DETAILS = with_details()


def test_every_source_with_pages_of_postings_is_tested():
    asking = {name for name, spider in spiders().items() if spider.detail_request is not BoardSpider.detail_request}
    assert DETAILS.keys() == asking


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE)
@pytest.mark.parametrize("source", DETAILS)
def test_an_unreadable_page_is_not_a_posting_and_does_not_prove_that_it_is_gone(source, body, tmp_path):
    board, posting = DETAILS[source]
    spider = spiders()[source](boards=[board], plan=CrawlPlan([board], tmp_path))
    request = spider.detail_request(posting, board)
    kind = HtmlResponse if body.startswith("<") else TextResponse
    answer = kind(request.url, body=body.encode(), encoding="utf-8", request=request)
    with pytest.raises(BrokenAnswer):
        spider.read_detail(answer, RawPosting(**posting.to_dict()), board)
