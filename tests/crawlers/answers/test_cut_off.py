"""Pages that are cut off, and spellings of addresses."""

import pytest

from crawlers.answers.cut_off import cut_off_sign
from crawlers.answers.links import comparable

PAGES = {
    "whole": ("<html><p>Hi</p></html>", False),
    "a part of a page": ("<p>Hi", False),
    "cut off": ("<html><ul><li>Intern", True),
    "an open script": ("<p>Hi<script>let a = 1;<li>Intern", True),
    "an open field": ("<textarea>x<li>Intern", True),
    "an open comment": ("<p>Hi<!-- <li>Intern", True),
    "an error of PHP": ("<p>Hi<b>Fatal error</b>: Allowed memory in list.php on line 88", True),
}


@pytest.mark.parametrize(("page", "is_cut"), PAGES.values(), ids=PAGES)
def test_a_page_that_is_cut_off_is_recognized(page, is_cut):
    assert (cut_off_sign(page) is not None) == is_cut


@pytest.mark.parametrize(
    "other", ["http://a.example/jobs/7", "https://www.a.example/jobs/7/", "//a.example/jobs/7?fbclid=1"]
)
def test_spellings_of_an_address_are_equal(other):
    assert comparable(other) == comparable("https://a.example/jobs/7#apply")
