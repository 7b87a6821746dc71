"""Histories of boards: no listing closes, and no value becomes null, unless the answer of the day proves it.

`make torture` plays 10,000 random histories; these are the smallest ones that once failed, and some random ones.
"""

import pytest

from tests.tools.histories import Fault, Night, holds, play

ALWAYS = 99


def night(later=1, fault=Fault(), added=0, removed=(), changed=()):  # noqa: B008 - never changed
    return Night(later, added, removed, changed, fault)


SMALLEST = [  # the kind of a board, its number of postings, and its nights
    ("paged", 5, [night(fault=Fault("page repeats", None, 1, ALWAYS))]),
    ("paged", 6, [night(fault=Fault("page is shifted", 1, 1, ALWAYS))]),
    ("paged", 5, [night(fault=Fault("posting added while paged", None, 1, ALWAYS))]),
    ("endless", 6, [night(fault=Fault("page is shifted", 1, 1, ALWAYS))]),
    ("html", 6, [night(fault=Fault("page is shifted", 2, 1, ALWAYS))]),
    ("html", 5, [night(fault=Fault("wall", "challenge", 1))]),
    ("sitemap", 1, [night(7, fault=Fault("detail wall", "nothing", 1))]),
    ("sitemap", 2, [night(7, fault=Fault("json-ld", "a comma too many", 1))]),
    ("sitemap", 2, [night(7, fault=Fault("json-ld", "another posting beside it", 1))]),
    ("html", 2, [night(added=1, fault=Fault("detail wall", "challenge", 1))]),
    ("html", 2, [night(8, changed=((0, 6, 25),))]),
    ("sitemap", 2, [night(8, removed=(0,))]),
    ("json", 1, [night(fault=Fault("record", "title is a record", 1))]),
    ("json", 2, [night(fault=Fault("record", "id is null", 1))]),
    ("json", 1, [night(fault=Fault("record", "pay is a record", 1))]),
    ("json", 1, [night(fault=Fault("record", "text is empty", 1))]),
    ("json", 1, [night(fault=Fault("record", "text is missing", 1))]),
    ("json", 9, [night(fault=Fault("records", "title is missing"))]),
    ("json", 3, [night(fault=Fault("total", -1))]),
]


@pytest.mark.parametrize(("shape", "count", "nights"), SMALLEST)
def test_a_history_that_once_failed_passes(tmp_path, shape, count, nights):
    history = play(tmp_path, shape, count, [*nights, night(9)])
    assert history.nights == len(nights) + 2


def test_a_change_at_the_board_is_read_in_time(tmp_path):
    """The model detects stale values: a history in which a change is never read fails."""
    history = play(tmp_path, "html", 3, [night(1, changed=((0, 6, 25), (1, 8, None)))])
    assert {values["pay_min"] for values in history.values.values()} == {20}
    history.night(7, Fault())
    assert {values["pay_min"] for values in history.values.values()} == {20, 25, None}


def test_random_histories_pass():
    holds(150)
