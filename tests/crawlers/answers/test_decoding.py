"""Decoding of answers: small faults are repaired as browsers and feed readers do; damaged answers are rejected."""

import codecs
import gzip
import json
import random
import time
import zlib

import brotli
import pytest
from scrapy.http import Response, TextResponse

from crawlers.answers.decoding import json_of, page_of
from crawlers.answers.links import absolute_links, web_address
from crawlers.bases.xml_feed import XmlFeedSpider, as_record, feed_record, read_xml
from crawlers.contract.plan import CrawlPlan
from crawlers.politeness.decompress import TooLarge, unpacked
from crawlers.politeness.downloader import MAX_BYTES
from crawlers.politeness.refusals import BrokenAnswer
from crawlers.spiders.jobylon import JobylonSpider
from normalize.posting import RawPosting
from tests.support.spider import SITE, Json, crawl

URL = "https://acme.example/jobs/"

# XML


def titled(text, before=""):
    return f"{before}<rss><channel><item><title>{text}</title><guid>7</guid></item></channel></rss>"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
TITLES = [  # a document, and the title that a reader sees
    (titled("Design&nbsp;Intern"), "Design\xa0Intern"),
    (titled("Praktikum f&uuml;r 6 Monate &ndash; &Eacute;t&eacute; &hellip;"), "Praktikum für 6 Monate – Été …"),
    (titled("R&D Intern, AT&T; x=1&copy=2"), "R&D Intern, AT&T; x=1&copy=2"),
    (titled("R&amp;D &lt;b&gt; &#38; &#x26;"), "R&D <b> & &"),
    (titled("pay < 20 & > 10"), "pay < 20 & > 10"),
    (titled("Design\x0bIntern"), "Design Intern"),
    (titled("In\x00te\x08rn\x1f"), "Intern"),
    (titled("Design&#11;Intern&#0;&#x1F;&#xD800;&#99999999;"), "Design Intern"),
    (titled("<![CDATA[R&D &nbsp; <b>Intern</b>\x0b]]>&nbsp;"), "R&D &nbsp; <b>Intern</b>"),
    (titled("Design <!-- a comment -->Intern"), "Design Intern"),
    (titled("Design <!-- R&D -- x -->Intern"), "Design Intern"),
    (titled("Design <?php echo 1 & 2 ?>Intern"), "Design Intern"),
    (titled("Design <b>Intern</b> &amp; more"), "Design <b>Intern</b> &amp; more"),
    (titled("<b>Intern</b>"), "<b>Intern</b>"),
    (titled("&co; Intern", "<!DOCTYPE rss [<!ENTITY co 'Acme &amp; Sons'>]>"), "Acme & Sons Intern"),
    (titled("&co;&nbsp;x", '<!DOCTYPE rss [<!-- "]> --><!ENTITY nbsp "&#160;"><!ENTITY co "A]>">]>'), "A]>\xa0x"),
    (titled("&b;", '<!DOCTYPE rss [<!ENTITY a "Acme"><!ENTITY b "&a; Intern">]>'), "Acme Intern"),
    (titled("Intern", "<!DOCTYPE rss>"), "Intern"),
    (titled("f&uuml;r", '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://rss.example/rss.dtd">'), "für"),
    (titled("&x;", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), "&x;"),
    (titled("&x;", '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://x.example/x.dtd"> %p;]>'), "&x;"),
    (titled("&x; Intern", '<!DOCTYPE rss [<!ENTITY x "&x;">]>'), "&x; Intern"),
    (titled("&l9;", f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>'), "&l9;"),
    (titled("Intern&nbsp;", "<?xml version='1.1'?>\n<!-- & -->\n<?xml-stylesheet href='a'?>\n"), "Intern"),
    ("\ufeff \n" + titled("Intern", "<?xml version='1.0'?>") + "\n\0\0", "Intern"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "title"), TITLES)
@pytest.mark.parametrize("read", [as_record, feed_record])
def test_small_faults_of_xml_are_repaired(document, title, read):
    (item,) = read_xml(document.encode()).iter("item")
    assert read(item) == {"title": title, "guid": "7"}


@pytest.mark.parametrize("declared", ["", " xmlns:g='urn:g'"])
def test_an_undeclared_prefix_stays_a_prefix(declared):
    body = f"<rss{declared}><item><g:id>7</g:id><job:city x:y='1'>Ulm</job:city></item></rss>"
    assert as_record(read_xml(body.encode())[0]) == {"g:id": "7", "job:city": "Ulm"}


def test_a_fault_in_an_attribute_is_repaired():
    link = read_xml(b"""<feed><link href="/?a=1&b=2&nbsp;&#34;&quot;'"/></feed>""")[0]
    assert link.get("href") == '/?a=1&b=2\xa0""\''


WHOLE = titled("Design&nbsp;Intern")
BROKEN = [
    WHOLE.removesuffix("</rss>"),
    WHOLE.removesuffix("</channel></rss>"),
    WHOLE[: len(WHOLE) // 2],
    WHOLE.removesuffix("</rss>") + "<!-- </rss>",
    WHOLE.removesuffix("</rss>") + "<![CDATA[</rss>",
    WHOLE.removesuffix("</rss>") + "<?x </rss>",
    WHOLE.replace("</title>", ""),
    WHOLE.replace("</item>", "</channel>"),
    "",
    "&nbsp;",
    "Too many requests",
    "<!doctype html><html><body>&nbsp;</body></html>",
    "<!DOCTYPE rss [<!ENTITY a '",
    titled("&a;" * (MAX_BYTES // 1000 + 1), f"<!DOCTYPE rss [<!ENTITY a '{'a' * 1000}'>]>"),
]


@pytest.mark.parametrize("document", BROKEN, ids=range(len(BROKEN)))
def test_a_document_without_its_end_or_its_order_is_broken(document):
    with pytest.raises(BrokenAnswer):
        read_xml(document.encode())


@pytest.mark.parametrize(
    "part",
    ["<", "&", "<!--", "<?", "<?xml ", '<a "', "<![CDATA[", "<!DOCTYPE a [<!--", "<a:", "<!DOCTYPE a '", " <a\n"],
)
def test_a_document_made_to_cost_time_is_read_quickly(part):
    begin = time.process_time()
    for document in (part * 50_000, f"<a>{part * 50_000}</a>", f"<!DOCTYPE a [{part * 50_000}]><a/>"):
        try:
            read_xml(document.encode())
        except BrokenAnswer:
            continue
    assert time.process_time() - begin < 10


# Encodings

WORDS = "Zürich–Stage d’été"
ENCODINGS = [  # the real encoding, the label in the document, the label in the header
    ("utf-8", "", ""),
    ("utf-8", "utf-16", ""),
    ("utf-8", "", "utf-16"),
    ("utf-8", "iso-8859-1", "iso-8859-1"),
    ("utf-8", "nonsense", "zlib"),
    ("utf-8-sig", "iso-8859-1", "windows-1252"),
    ("windows-1252", "", ""),
    ("windows-1252", "utf-8", ""),
    ("windows-1252", "", "utf-8"),
    ("windows-1252", "iso-8859-1", ""),
    ("windows-1252", "", "iso-8859-1"),
    ("windows-1252", "", '"ISO-8859-1"'),
    ("windows-1252", "latin1", "utf-8"),
    ("windows-1252", "utf-16", "us-ascii"),
    ("utf-16", "utf-16", ""),
    ("utf-16", "utf-8", "utf-8"),
    ("utf-16-le", "", ""),
    ("utf-16-be", "", ""),
    ("utf-32", "", "utf-8"),
    ("utf-32-le", "", ""),
    ("utf-32-be", "", ""),
]
LEGACY = [
    ("windows-1251", "Стажёр"),
    ("koi8-r", "Стажёр"),
    ("windows-1250", "Stáž, praktyki w Łodzi"),
    ("iso-8859-15", "Stage à 600 €"),
    ("shift_jis", "インターン募集"),
    ("euc-jp", "インターン募集"),
    ("iso-2022-jp", "インターン募集"),
    ("gb2312", "实习生"),
    ("big5", "實習生"),
    ("euc-kr", "인턴 모집"),
    ("iso-8859-7", "Πρακτική άσκηση"),
]
WRITTEN = [(WORDS, *row) for row in ENCODINGS]
WRITTEN += [(words, name, label, header) for name, words in LEGACY for label, header in ((name, ""), ("", name))]


@pytest.mark.parametrize(("words", "written", "label", "header"), WRITTEN)
def test_xml_is_read_in_the_encoding_it_is_written_in(words, written, label, header):
    declaration = f"<?xml version='1.0' encoding='{label}'?>\n" if label else ""
    root = read_xml((declaration + titled(words)).encode(written), f"text/xml; charset={header}")
    assert root.findtext(".//title") == words


@pytest.mark.parametrize(("words", "written", "header"), [(w, name, h) for w, name, label, h in WRITTEN if not label])
def test_json_and_html_are_read_in_the_encoding_they_are_written_in(words, written, header):
    headers = {"Content-Type": f"application/json; charset={header}"} if header else {}
    body = json.dumps([{"title": words}], ensure_ascii=False).encode(written)
    assert json_of(Response(URL, headers=headers, body=body)) == [{"title": words}]
    page = page_of(Response(URL, headers=headers, body=f"<p>{words}</p>".encode(written)))
    assert page.p.get_text() == words


def test_a_damaged_character_does_not_change_the_encoding():
    body = '["Zürich, Genève, Köln"]'.encode() + b"\n"
    assert json_of(Response(URL, body=body.replace("è".encode(), b"\xc3"))) == ["Zürich, Gen\ufffdve, Köln"]


@pytest.mark.parametrize("body", [b"[]\0\0", b"\0[]", b"\r\n[]\r\n", codecs.BOM_UTF8 + b"\n[]"])
def test_bytes_around_json_are_ignored(body):
    assert json_of(Response(URL, body=body)) == []


@pytest.mark.parametrize(
    "body", [b"", b'{"jobs": [1, 2', b"<!doctype html><title>Back soon</title>", b"[" * 100_000, b"\xff\xfe[", b"\0"]
)
def test_an_answer_that_is_not_whole_json_is_broken(body):
    with pytest.raises(BrokenAnswer, match="expected JSON"):
        json_of(Response(URL, body=body))


def test_a_widget_is_read_in_its_declared_encoding(tmp_path):
    headers = {"Content-Type": "text/javascript; charset=iso-8859-1"}
    body = "JBL.embed_v2['jobs'] = [{id: '7', title: 'Praktik i Malmö'}];".encode("latin-1")
    spider = JobylonSpider(boards=[], plan=CrawlPlan([], tmp_path))
    assert spider.read_json(Response(URL, headers=headers, body=body)) == [{"id": "7", "title": "Praktik i Malmö"}]


# Compression

PLAIN = json.dumps([{"id": n, "title": "Intern, Zürich"} for n in range(50)], ensure_ascii=False).encode()


def raw(body):
    pack = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return pack.compress(body) + pack.flush()


def zipped(times):
    body = PLAIN
    for _ in range(times):
        body = gzip.compress(body)
    return body


UNPACKED = [
    *((PLAIN, coding) for coding in ("", "identity", "none", "utf-8", "UTF-8", "binary", "aws-chunked", "x, y", ",")),
    *((PLAIN, coding) for coding in ("gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip", "br, gzip")),
    *(
        (zipped(1), coding)
        for coding in ("gzip", "GZIP", "x-gzip", "gzip, gzip", "aws-chunked,gzip", "", "utf-8", "br")
    ),
    *((zipped(2), coding) for coding in ("gzip", "gzip, gzip", "", "none")),
    (zipped(1) + b"\0\0\0", "gzip"),
    (gzip.compress(PLAIN[:99]) + gzip.compress(PLAIN[99:]), "gzip"),
    (zlib.compress(PLAIN), "deflate"),
    (raw(PLAIN), "deflate"),
    (gzip.compress(raw(PLAIN)), "deflate, gzip"),
    (brotli.compress(PLAIN), "br"),
    (gzip.compress(brotli.compress(PLAIN)), "br, gzip"),
]


@pytest.mark.parametrize(("body", "coding"), UNPACKED)
def test_the_bytes_decide_whether_an_answer_is_compressed(body, coding):
    assert unpacked(body, coding, len(PLAIN)) == PLAIN


@pytest.mark.parametrize("coding", ["", "gzip", "deflate, br"])
def test_an_empty_body_stays_empty(coding):
    assert unpacked(b"", coding, 10) == b""


@pytest.mark.parametrize("written", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_characters_are_not_taken_for_compression(written):
    body = PLAIN.decode().encode(written)
    assert unpacked(body, "gzip", len(body)) == body


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (zipped(1), "gzip"), (zipped(1), ""), (zipped(2), "gzip"), (zipped(2), ""), (zlib.compress(PLAIN), "deflate"),
        (raw(PLAIN), "deflate"), (brotli.compress(PLAIN), "br"), (gzip.compress(brotli.compress(PLAIN)), "br, gzip"),
        (zipped(1) * 3, "gzip"),
    ],
)  # fmt: skip
def test_no_answer_unpacks_beyond_the_limit(body, coding):
    with pytest.raises(TooLarge):
        unpacked(body, coding, len(PLAIN) - 1)


NOISE = random.Random(7).randbytes(2000)
NOT_UNPACKED = [
    (zipped(1)[:-20], "gzip", "the end is missing"),
    (zipped(1)[:-20], "", "the end is missing"),
    (zipped(1) + zipped(1)[:-20], "gzip", "the end is missing"),
    (zlib.compress(PLAIN)[:-20], "deflate", "the end is missing"),
    (brotli.compress(PLAIN)[:-20], "br", "the end is missing"),
    (zipped(9), "gzip", "compressed more than 4 times"),
    (gzip.compress(b"") * 200_000, "gzip", "more than 100000 members"),
    (b"\0" + NOISE, "gzip", "the answer is not in its Content-Encoding gzip"),
    (b"\0" + NOISE, "zstd", "Content-Encoding zstd was not requested"),
    (brotli.compress(NOISE), "utf-8", "Content-Encoding utf-8 was not requested"),
]


@pytest.mark.parametrize(("body", "coding", "reason"), NOT_UNPACKED, ids=range(len(NOT_UNPACKED)))
def test_a_damaged_answer_is_rejected_in_one_line(body, coding, reason):
    with pytest.raises(ValueError, match=reason) as refused:
        unpacked(body, coding, MAX_BYTES)
    assert "\n" not in str(refused.value)


# Links


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://acme.example/a", "https://acme.example/a"),
        ("HTTP://Acme.example/a?b=c#d", "HTTP://Acme.example/a?b=c#d"),
        (" https://acme.example/a\n", "https://acme.example/a"),
        ("https://acme.example/a\n b", "https://acme.example/a b"),
        ("7", "https://acme.example/jobs/7"),
        ("/7", "https://acme.example/7"),
        ("../7?x=1", "https://acme.example/7?x=1"),
        ("?id=7", "https://acme.example/jobs/?id=7"),
        ("#job-7", "https://acme.example/jobs/#job-7"),
        ("//cdn.example/7", "https://cdn.example/7"),
        ("www.acme.example/7", "https://acme.example/jobs/www.acme.example/7"),
        (["/7", "/8"], "https://acme.example/7"),
        ([None, "/8"], "https://acme.example/8"),
        *(
            (link, None)
            for link in ("javascript:apply(7)", "JavaScript:void(0)", " java\nscript:x", "\x00javascript:x")
        ),
        *((link, None) for link in ("mailto:a@acme.example", "tel:+49", "data:text/html,x", "ftp://acme.example/7")),
        *((link, None) for link in ("file:///etc/passwd", "https://", "http:///7", "http://[::1", "about:blank")),
        *((value, None) for value in ("", "  ", None, 7, True, {"url": "/7"}, [], [[]], [7])),
    ],
)
def test_a_link_is_an_absolute_address_of_the_web_or_none(link, address):
    assert web_address(link, URL) == address
    if link is None or isinstance(link, str):
        posting = absolute_links(RawPosting(url=link, apply_url=link), URL)
        assert (posting.url, posting.apply_url) == (address or "", address)


class Links(Json):
    def parse_posting(self, record, board):
        return RawPosting(posting_id=record.pop("id"), title="Intern", **record)


def test_a_posting_without_an_address_is_dropped_alone(tmp_path):
    rows = [("/7", "mailto:a@acme.example"), ("javascript:open(8)", "/go"), ("jobs/9", "/go/9"), ("", "")]
    jobs = [{"id": str(number), "url": url, "apply_url": go} for number, (url, go) in enumerate(rows, 7)]
    commit, postings, _ = crawl(Links, tmp_path, {"/1": {"jobs": jobs}})
    assert (commit["verdict"], commit["ids"]) == ("ok", ["7", "8", "9", "10"])
    assert commit["dropped_reasons"] == {"missing url": 2}
    shown = [(line["posting"]["url"], line["posting"].get("apply_url")) for line in postings]
    assert shown == [(f"{SITE}/7", None), (f"{SITE}/jobs/9", f"{SITE}/go/9")]


class Feed(XmlFeedSpider):
    name = "feed"

    def parse_posting(self, record, board):
        return RawPosting(posting_id=record.pop("guid"), title=record.pop("title"), url="/7")


@pytest.mark.parametrize(
    ("document", "verdict"), [(WHOLE, "ok"), (WHOLE.removesuffix("</rss>"), "parse_error"), ("<rss/>", "ok_empty")]
)
def test_a_feed_with_a_small_fault_is_whole_and_one_without_its_end_is_not(tmp_path, document, verdict):
    commit, postings, _ = crawl(Feed, tmp_path, {"/1": document}, scope_all=True)
    assert (commit["verdict"], len(postings)) == (verdict, int(verdict == "ok"))


def test_a_header_alone_makes_a_feed_readable(tmp_path):
    headers = {"Content-Type": "application/xml; charset=windows-1251"}
    response = TextResponse(URL, headers=headers, body=titled("Стажёр").encode("windows-1251"))
    assert Feed(boards=[], plan=CrawlPlan([], tmp_path)).read_root(response).findtext(".//title") == "Стажёр"
