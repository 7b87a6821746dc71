"""Markup: the same words in text and HTML, nothing that runs, nothing that takes long."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.html import read_markup, sanitized
from normalize.tags import BREAK, tidied

READ = [  # description as sent, its words, what is published
    ("<p>Six<br>weeks</p>", "Six\nweeks", "<p>Six<br>weeks</p>"),
    ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "R&D", "<p>R&amp;D</p>"),
    ("a <b>bold</b>word", "a boldword", "a <strong>bold</strong>word"),
    ("<h2>Pay</h2>$20<h5>Place</h5>Lyon", "Pay\n$20\nPlace\nLyon", "<h3>Pay</h3>$20<h3>Place</h3>Lyon"),
    ("<DIV CLASS='x'>One</DIV><DIV>Two</DIV>", "One\nTwo", "<p>One</p><p>Two</p>"),
    ("<table><tr><td>Length</td><td>8 weeks</td></tr></table>", "Length\n8 weeks", "<p>Length</p><p>8 weeks</p>"),
    ("<span style='color:red'>10</span> weeks", "10 weeks", "10 weeks"),
    ("Six&nbsp;weeks &amp; more,  at\r\n once", "Six weeks & more, at\nonce", None),
    ("pay < 900 and > 600", "pay < 900 and > 600", None),
    ("<!-- for robots --><p>Six</p>", "Six", "<p>Six</p>"),
    ('<p data-note="a > b">Six</p>', "Six", "<p>Six</p>"),
    ("<p>Six</p><p> &nbsp; </p><p>weeks</p>", "Six\nweeks", "<p>Six</p><p>weeks</p>"),
    ("<p>not closed <li>one<li>two", "not closed\none\ntwo", "<p>not closed </p><li>one</li><li>two</li>"),
    (
        '<a href="https://example.org/?a=1&b=2" onclick="x()">Apply</a>',
        "Apply",
        '<a href="https://example.org/?a=1&amp;b=2" rel="nofollow">Apply</a>',
    ),
]

UNSAFE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example></SCRIPT>",
    "<p onclick=alert(1)>x</p>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<svg><script>alert(1)</script></svg>",
    "<style>p{background:url(javascript:alert(1))}</style>",
    "<scr<script>ipt>alert(1)</script>",
    "<p title='<script>alert(1)</script>'>x</p>",
    "&lt;p&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;",
]


@pytest.mark.parametrize(("sent", "text", "html"), READ)
def test_text_and_html_say_the_same(sent, text, html):
    assert read_markup(sent) == (text, html)


@pytest.mark.parametrize("sent", UNSAFE)
def test_nothing_that_runs_is_left(sent):
    low = (read_markup(f"<p>{sent}</p>" if not sent.startswith("&") else sent).html or "").lower()
    assert not any(mark in low for mark in ("<script", "onclick=", "onerror=", "javascript", "data:", "<iframe", "<s"))


TAGS = (
    """
<p>|</p>|<div class='x'>|</div>|<ul>|</ul>|<ol>|</ol>|<li>|</li>|<b>|</b>|<em>|</em>|<h2>|</h2>|<br>|<br/>|<span>
</span>|</a>|</br>|<a href="https://example.org/?a=1&amp;b=2&c=3" target="_blank">|<a href="/here">
<a href="https://example.org/&copy=1">|<a href="http://Example.org">
<a href="mailto:jobs@example.org?subject=a%20b&amp;body=c">
<p title="a > b">|<!-- x -->|<script>|<
""".strip()
    .replace("\n", "|")
    .split("|")
)
SAID = [
    "one",
    "two ",
    " ",
    "\n",
    "\r\n",
    "&nbsp;",
    "\xa0",
    "&amp;",
    "R&D",
    "&copy;",
    "&#x2F;",
    "&notit",
    "&lt;p&gt;",
    "é",
]


def lines(words):
    return [line.split() for line in words.replace("&nbsp;", " ").split(BREAK) if line.split()]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(TAGS) | st.sampled_from(SAID), max_size=24).map("".join))
def test_tags_are_closed_as_the_sanitizer_closes_them(sent):
    found = tidied(sent)
    if found is not None:
        safe, words = sanitized(sent)
        assert (found[0], lines(found[1])) == (safe, lines(words))


@pytest.mark.parametrize("sign", ["\x00", "\x0b", "\ud800", "\u202e", "\ufeff", "\u200b"])
def test_what_no_file_can_carry_is_left_out(sign):
    for sent in (f"Six{sign} weeks", f"<p>Six{sign} weeks</p>"):
        read = read_markup(sent)
        assert read.text == "Six weeks"
        assert sign not in (read.html or "")


def test_a_hidden_sign_written_as_an_entity_is_left_out_too():
    assert read_markup("<p>Six&#8206; weeks&#x200B;</p>") == ("Six weeks", "<p>Six weeks</p>")


@pytest.mark.parametrize(
    "piece",
    ["<div>", "<ul><li>", "<b>", "<a href=x>", "<a '", '<p class="', "<", "&lt;", "<!--", "<table><tr>", "\x00"],
)
def test_hostile_markup_is_read_within_a_second(piece):
    began = time.process_time()
    read_markup((piece * 200_000)[:200_000])
    assert time.process_time() - began < 1
