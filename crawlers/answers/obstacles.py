"""Pages sent in place of the requested page: challenges, logins, maintenance notices and cookie walls."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from lxml import etree
from scrapy.http import Response
from w3lib.encoding import html_to_unicode

from crawlers.answers.words import alternatives
from crawlers.politeness.refusals import BrokenAnswer

# The signs of each cause, by the part of an answer that they are looked for in: one pattern a line, in small letters.
# "@name@" inserts the phrases that the files in `languages` define under this name.
#   header   "name: value" of the answer
#   address  the address that a redirect led to
#   title    the page's title
#   words    the text that a reader sees
#   json     the text of a small JSON answer
#   markup   the page's source
_SIGNS = {
    "challenge": {
        "header": r"""
            cf-mitigated: challenge
            x-amzn-waf-action: (?:challenge|captcha)
            sg-captcha: challenge
        """,
        "address": r"""
            /\.well-known/s?g?captcha
            /cdn-cgi/(?:challenge|l/chk)
            /_incapsula_resource
            /splashui/challenge
            /(?:captcha|challenge|validatecaptcha)(?:[/.?]|$)
            ://[^/]*captcha-delivery\.com
        """,
        "title": r"""
            @challenge.title@
            ^ddos-guard|^captcha
        """,
        "words": r"""
            @challenge.words@
            incapsula incident id
        """,
        "json": r"captcha|robot check|are you human|\"block_?script\"",
        "markup": r"""
            _cf_chl_opt|cf-browser-verification|challenge-platform/h/|challenge-error-text|\bcf-chl-
            captcha-delivery\.com
            _incapsula_resource
            px-captcha|"appid":\s*"px
            awswafintegration|awswaf\.com/[^"']{0,200}(?:challenge|captcha)\.js|\bgokuprops\b
            \.well-known/sgcaptcha|/cdn-cgi/challenge\?
            sec-if-cpt-container|/_sec/cp_challenge
            ddos-guard/js-challenge|sucuri_cloudproxy_js|lsrecaptcha
        """,
    },
    "login": {
        "address": r"""
            /(?:@login.path@|sso|saml2?|oauth2?|openid)(?:[/.?;]|$)
            ://(?:login|signin|sso|auth|idp|accounts?)\.
        """,
        "title": r"""
            ^@login.name@(?: @login.name_of_site@ .{1,60})?\s*(?:$|[|:·–—-])
            [|:·–—-]\s*@login.name@$
        """,
        "words": "@login.words@",
        "json": r"""
            (?:log-?in|authentication|authorization)[ _](?:is )?required|\bunauthori[sz]ed\b|not[ _](?:logged[ _]in|authenticated)
        """,
        "markup": r"""
            name=["']?saml(?:request|response)
            http-equiv=["']?refresh["']?[^>]{0,200}/(?:log-?in|sign-?in|sso|saml2?)\b
            location(?:\.href)?\s*=\s*["'][^"']{0,200}/(?:log-?in|sign-?in|sso|saml2?)\b
        """,
    },
    "maintenance": {
        "address": "/@maintenance.path@(?:[/.?]|$)",
        "json": "maintenance|temporarily[ _](?:unavailable|offline)|service[ _]unavailable",
        "title": "@maintenance.title@",
        "words": r"""
            @maintenance.words@
            @maintenance.sentence_end@(?=\s*(?:[.!…,;:|]|$))
        """,
    },
    "consent": {
        "address": r"""
            /(?:cookie-?)?(?:consent|cookie-?wall|privacy-?gate)(?:[/.?]|$)
            ://(?:consent|cmp|myprivacy|privacy-?gate)\.
        """,
        "title": r"""
            ^@consent.before@
            @consent.title@
        """,
        "words": r"""
            @consent.before@
            @consent.words@
        """,
    },
}
# Characters of visible text. A page with more has content of its own, so that a script or phrase on it is not a sign.
_FEW = {"title": 2000, "words": 1200, "markup": 600}
_READ = 200_000  # characters; the rest of a page is not looked at
_SHORT_TEXT = 600  # characters; a longer text is a posting's, whatever else its page holds
_NOTICE_AT_MOST = 400  # characters; a longer text is not a notice
_BLOCKS = ("script", "style", "template", "svg")


class _Page(NamedTuple):
    """The parts of a page in which signs are looked for."""

    title: str
    words: str
    outside_login: int | None  # characters outside the form with a password field, None without such a form


def _pattern(lines: str) -> re.Pattern[str]:
    joined = "|".join(line.strip() for line in lines.strip().splitlines())
    return re.compile(re.sub(r"@([a-z_.]+)@", lambda name: alternatives(name[1]), joined), re.DOTALL)


@cache
def _patterns(place: str) -> list[tuple[str, re.Pattern[str]]]:
    return [(cause, _pattern(places[place])) for cause, places in _SIGNS.items() if place in places]


@cache
def _notice() -> re.Pattern[str]:
    return _pattern(r"""
        ^\W*@notice.loading@\b.{0,40}$
        @notice.words@
    """)


_NOT_RENDERED = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|<%.*?%>|\$\{[\w. ]+\}|\[\[[\w. ]+\]\]|\[object object\]"
    r"|^\W*(?:undefined|null|none|nan|nil|loading|untitled|n/?a|todo)\W*$",
    re.IGNORECASE | re.DOTALL,
)


def is_notice(text: str) -> bool:
    """Tell whether a short text is a notice about the page, as shown in place of a posting's text.

    >>> [is_notice(text) for text in ("Please enable JavaScript", "Loading...", "Draw ferns for six weeks.")]
    [True, True, False]
    """
    return len(text) <= _NOTICE_AT_MOST and bool(_notice().search(" ".join(text.lower().split())))


def reject_notice_text(text: object) -> None:
    """Reject a posting's text that is a notice about the page, or an unfilled template; the page itself is not looked at.

    Raises:
        BrokenAnswer: the text is a notice or a template.

    >>> reject_notice_text("<p>Please enable JavaScript</p>")
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the posting's text is a notice: 'Please enable JavaScript'
    """
    plain = " ".join(re.sub(r"<[^<>]*>", " ", text).split()) if isinstance(text, str) else ""
    if is_notice(plain) or is_unrendered(plain[:200]):
        raise BrokenAnswer(f"the posting's text is a notice: {plain[:60]!r}")


def reject_obstacle_page(response: Response, text: object) -> None:
    """Reject a posting's page that is a challenge, a login or the like; a spider's selector may match those pages too.

    Args:
        response: the page.
        text: the text that was read as the posting's. A page with a long one is not checked.

    Raises:
        BrokenAnswer: the text is short, and the page shows the signs of an obstacle.

    >>> from scrapy.http import HtmlResponse
    >>> page = HtmlResponse("https://a.example/7", body=b"<p class=description>We will be back soon.</p>")
    >>> reject_obstacle_page(page, "We will be back soon.")
    Traceback (most recent call last):
    crawlers.politeness.refusals.BrokenAnswer: the page is not a posting: maintenance
    """
    is_short = len(re.sub(r"<[^<>]*>|\s+", " ", str(text or ""))) < _SHORT_TEXT
    if is_short and (cause := obstacle_of(response)):
        raise BrokenAnswer(f"the page is not a posting: {cause}")


def is_unrendered(text: object) -> bool:
    """Tell whether a text is a placeholder of a template or script that was never filled in.

    >>> [is_unrendered(text) for text in ("{{job.title}}", "undefined", "Loading...", "", "Null-emission intern")]
    [True, True, True, False, False]
    """
    return isinstance(text, str) and bool(_NOT_RENDERED.search(text[:1000]))


def obstacle_of(response: Response) -> str | None:
    """Return why an answer is not the requested page: challenge, login, maintenance or consent; None if it may be.

    Meant for answers without a readable posting or list. A page with much text of its own is never an obstacle,
    whatever scripts, banners and links it carries. Only the beginning of a long page is looked at.

    >>> from scrapy.http import HtmlResponse
    >>> page = b"<title>Just a moment...</title><script>window._cf_chl_opt={}</script>"
    >>> obstacle_of(HtmlResponse("https://a.example/jobs/7", body=page))
    'challenge'
    >>> page = b"<title>Intern</title><p>Draw ferns.</p><a href='/login'>Log in</a>"
    >>> obstacle_of(HtmlResponse("https://a.example/jobs/7", body=page)) is None
    True
    """
    headers = "\n".join(
        f"{name.decode('latin-1')}: {b', '.join(values).decode('latin-1')}".lower()
        for name, values in response.headers.items()
        if values
    )
    if cause := _sign("header", headers) or _sign_of_redirect(response):
        return cause
    content_type = response.headers.get("Content-Type")
    _, text = html_to_unicode(content_type.decode("latin-1") if content_type else None, response.body[:_READ])
    text = text.lstrip("\ufeff \t\r\n")
    if text[:1] in ("{", "["):
        small = text.lower() if len(text) <= _FEW["words"] else ""
        return _sign("json", small) or _sign("words", small) or _sign("markup", small)
    page = _read(text)
    looked_at = {"title": page.title, "words": f"{page.title}\n{page.words}", "markup": text.lower()}
    for place, searched in looked_at.items():
        if len(page.words) <= _FEW[place] and (cause := _sign(place, searched)):
            return cause
    return "login" if page.outside_login is not None and page.outside_login <= 200 else None


def _sign(place: str, text: str) -> str | None:
    """Return the first cause whose signs occur in a text."""
    return next((cause for cause, pattern in _patterns(place) if pattern.search(text)), None)


def _sign_of_redirect(response: Response) -> str | None:
    """Return the cause that a redirect's target shows, None where the requested address shows the same cause."""
    request = response.request
    asked = (request.meta.get("redirect_urls") or [request.url])[0] if request is not None else response.url
    if asked == response.url:
        return None
    cause = _sign("address", _plain(response.url))
    return cause if cause != _sign("address", _plain(asked)) else None


def _plain(address: str) -> str:
    parts = urlsplit(address.lower())
    return f"://{parts.netloc}{parts.path}"


def _read(text: str) -> _Page:
    """Return the title and the visible text of a page, in small letters."""
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return _Page("", "", None)
    etree.strip_elements(root, *_BLOCKS, with_tail=False)
    title = _words(next(root.iter("title"), None))
    etree.strip_elements(root, "title", with_tail=False)
    words = _words(root)
    outside_login = None
    for field in root.iter("input"):
        if (field.get("type") or "").lower() == "password":
            form = next(field.iterancestors("form"), None)
            outside_login = len(words) - (len(_words(form)) if form is not None else 0)
            break
    return _Page(title, words, outside_login)


def _words(element: etree._Element | None) -> str:
    return " ".join(" ".join(map(str, element.itertext())).split()).lower() if element is not None else ""
