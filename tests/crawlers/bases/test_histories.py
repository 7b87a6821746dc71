"""No listing closes, and no stated value becomes null, unless the day's answer was proof of it.

`make torture` plays 10,000 random histories; here are the smallest ones that once failed, and a fixed number of others.
"""

import pytest

from tests.tools.histories import Fault, Night, holds, play

ALWAYS = 99


def night(later=1, fault=Fault(), added=0, removed=(), changed=()):  # noqa: B008 - never changed
    return Night(later, added, removed, changed, fault)


SMALLEST = [  # the shape of a board, how many postings it has, and its nights
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
def test_a_history_that_once_failed_holds(tmp_path, shape, count, nights):
    history = play(tmp_path, shape, count, [*nights, night(9)])
    assert history.nights == len(nights) + 2


def test_a_change_at_the_board_is_read_in_time(tmp_path):
    """The model can tell: a history in which nothing is read for ever fails."""
    history = play(tmp_path, "html", 3, [night(1, changed=((0, 6, 25), (1, 8, None)))])
    assert {values["pay_min"] for values in history.values.values()} == {20}
    history.night(7, Fault())
    assert {values["pay_min"] for values in history.values.values()} == {20, 25, None}


def test_random_histories_hold():
    holds(150)
