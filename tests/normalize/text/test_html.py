"""Markup: the same words in text and HTML, nothing that runs, nothing that takes long."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from normalize.text.balance import BREAK, tidied
from normalize.text.html import field_words, one_line, read_markup, sanitized

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


# What the fast way gives up, so that the sanitizer reads the text; and what it does not.
BESIDE = [
    "", "<!-- x -->", "<script>x()</script>", "<style>p{}</style>", "<svg><path d='1'/></svg>", "<b><p>x</b></p>",
    "less < more ", "<3 ", "<noscript>x</noscript>", "<template>x</template>", "<title>x</title>", "</br>",
    "<i><b>x</i></b>", "&copy", "<a name=x>", "<!DOCTYPE html>", "<?xml?>", "<![CDATA[x]]>", "\x00", "<p title='>'>",
    "<ul><a>x<li></a></ul>", f"<p {'x=1 ' * 50}>", "<div>" * 4001,
]  # fmt: skip
SECRET = "Our pay: $99/hr"
HIDING = [  # where an attribute holds words that are no part of the text
    f'<a title="{SECRET}" href="https://ferns.example">benefits</a>',
    f"<a lang=en href=x title='{SECRET}'>benefits</a>",
    f'<a title="{SECRET} > $98" href=x>benefits</a>',
    f'<a title="it\'s {SECRET}" href=x>benefits</a>',
    "<a title=$99/hr>benefits</a>",
    f'<a\ntitle="{SECRET}"\nhref=x>benefits</a>',
    f'<a data-x="{SECRET}" aria-label="{SECRET}" href=x>benefits</a>',
    f'<a title="{SECRET * 400}" href=x>benefits</a>',
    f'<img alt="{SECRET * 400}">',
    f'<p title="{SECRET}" lang="de" dir="ltr">benefits</p>',
    f'<abbr title="{SECRET}">benefits</abbr>',
    f'<img alt="{SECRET}">',
]


@pytest.mark.parametrize("beside", BESIDE)
def test_no_attribute_is_read_or_published_but_the_address_of_a_link(beside):
    for tag in HIDING:
        for sent in (f"{beside}{tag}. Pay: $20/hr", f"<p>{tag}</p>{beside}<p>Pay: $20/hr</p>"):
            text, html = read_markup(sent)
            assert "$99" not in text + (html or ""), sent[:200]
            assert "Pay: $20/hr" in text, sent[:200]


SMALL = [  # small markup inside a value, the words that are read
    ("Pay: <s>$15</s> $20", "Pay: $20"),
    ("<p>Pay: <DEL class='x'><b>$15</b></DEL> $20</p>", "Pay: $20"),
    ("Pay: <strike>unpaid</strike> $20", "Pay: $20"),
    ("<del><p>Pay: $15</p></del><p>Pay: $20</p>", "Pay: $20"),
    ("Pay: <span style='text-decoration: line-through'>$15</span> $20", "Pay: $20"),
    ("&lt;p&gt;Pay: &lt;s&gt;$15&lt;/s&gt; $20&lt;/p&gt;", "Pay: $20"),
    ("Pay: <s>$15 or $20", "Pay: $15 or $20"),
    (f"<s>{'All of it is struck. ' * 60}</s>", ("All of it is struck. " * 60).strip()),
    ("<strong>Pay</strong> <span>$20</span> <section>x</section>", "Pay $20\nx"),
    ("Pay: $20<sup>50</sup> per hour", "Pay: $20.50 per hour"),
    ("Pay: 20<SUP><u>50</u></SUP>&nbsp;€", "Pay: 20.50 €"),
    ("Pay: $1,200<small>00</small>", "Pay: $1,200.00"),
    ("Pay: $20<sub>50</sub>", "Pay: $20.50"),
    ("Pay: $20<sup>1</sup> per hour", "Pay: $20¹ per hour"),
    ("8<sup>*</sup> weeks", "8 weeks"),
    ("8<sup>(1)</sup> weeks", "8 weeks"),
    ("8<sup><a href='#1'>1</a></sup> weeks", "8¹ weeks"),
    ("the 1<sup>st</sup> of June", "the 1st of June"),
    ("10<sup>6</sup> cells, H<sub>2</sub>O", "10⁶ cells, H₂O"),
    ("<small>10</small> weeks", "10 weeks"),
    ("8 Wo\xadchen", "8 Wochen"),
    ("<p>8 Wo&shy;chen</p>", "8 Wochen"),
    ("<p>8 Wo<wbr>chen</p>", "8 Wochen"),
    ("<p>8 Wo&#8203;chen, 8 Wo&zwnj;chen</p>", "8 Wochen, 8 Wochen"),
    ("<p>8 \u200b weeks</p>", "8 weeks"),
    (
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    ),
    ("<![CDATA[<p>8 weeks</p>]]>", "8 weeks"),
]


@pytest.mark.parametrize(("sent", "text"), SMALL)
def test_small_markup_neither_joins_nor_hides_what_it_stands_in(sent, text):
    assert read_markup(sent).text == text
    assert read_markup(f"<!-- x -->{sent}").text == text  # read by the sanitizer


FIELDS = [  # a short field as sent, its words in one line
    ("R&amp;D Intern &#8211; Data", "R&D Intern – Data"),
    ("R&amp;amp;D Intern", "R&D Intern"),
    ("R&amp D", "R& D"),
    ("<b>Intern</b> Ops", "Intern Ops"),
    ("Intern<br>Marketing", "Intern Marketing"),
    ("<p>Intern</p><p>Marketing</p>", "Intern Marketing"),
    ("&lt;b&gt;Intern&lt;/b&gt; Ops", "Intern Ops"),
    ('<a href="/1" title="a > b"><span class=x>Intern</span></a>', "Intern"),
    ("<![CDATA[Intern &#038; Co]]>", "Intern & Co"),
    ("Intern ]]>", "Intern"),
    ("<script>x()</script>Intern<!-- new -->", "Intern"),
    ("Intern <s>(closed)</s>", "Intern"),
    ("Prakti\xadkum &shy;&#8203;Ein\u200bkauf", "Praktikum Einkauf"),
    ("\u202eIntern\ufeff", "Intern"),
    ("Intern\x0bOps\x00", "Intern Ops"),
    (" Intern\n\t \xa0Ops&nbsp;", "Intern Ops"),
    *((same, same) for same in (
        "R&D", "AT&T", "C++ <3", "Intern (m/w/d)", "if a < b", "a <b and c> d", "<Intern>", "Food&notes", "a&b;",
        "5 > 3", "[Remote] Intern", "Q&A;", "Café Ö", "Intern 👩\u200d🔬",
    )),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "words"), FIELDS)
def test_a_short_field_holds_words_alone(sent, words):
    assert one_line(sent) == words


RECORDS = [  # a text of the record, its words
    ("<p>By the hour.</p>", "\nBy the hour.\n"),
    ('<a href="/1" title="a > b">By the hour</a>', "By the hour"),
    ("Fern &amp; &quot;Moss&quot;", 'Fern & "Moss"'),
    ("C:\\new & a < b", "C:\\new & a < b"),
]


@pytest.mark.parametrize(("sent", "words"), RECORDS)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_record_stays_one(sent, words, ascii_only):
    record = [{"max_cents": 2600, "title": sent, "blurb": None, "place": "Zürich"}]
    assert json.loads(field_words(json.dumps(record, ensure_ascii=ascii_only))) == [{**record[0], "title": words}]


@pytest.mark.parametrize(
    "piece", ["<!--", "<script>", "<b ", "&amp;", "<a x=1", "<s>", "<sup>1", "]]>", "&#", "<b></s>"]
)
def test_a_hostile_field_is_read_within_a_second(piece):
    began = time.process_time()
    one_line((piece * 200_000)[:200_000])
    read_markup((piece * 200_000)[:200_000])
    assert time.process_time() - began < 1
