"""The properties of each verdict."""

import pytest

from crawlers.contract.verdict import Verdict

# verdict: was_read, is_complete, confirms, answered, healthy if the whole board was seen, and healthy if it was not
PROPERTIES = {
    "ok": (True, True, True, True, True, True),
    "ok_empty": (True, True, True, True, True, True),
    "unchanged": (False, False, True, True, True, False),
    "partial": (True, False, True, True, True, False),
    "blocked": (False, False, False, False, False, False),
    "rate_limited": (False, False, False, False, False, False),
    "robots_denied": (False, False, False, True, True, True),
    "robots_unreachable": (False, False, False, False, False, False),
    "tdm_reserved": (False, False, False, True, True, True),
    "gone": (False, False, False, True, False, False),
    "parse_error": (False, False, False, False, False, False),
    "timeout": (False, False, False, False, False, False),
    "interrupted": (False, False, False, False, False, False),
    "skipped": (False, False, False, False, True, True),
}


@pytest.mark.parametrize("verdict", Verdict)
def test_the_properties_of_a_verdict(verdict):
    healthy = verdict.is_healthy(True, False), verdict.is_healthy(False, False)
    assert (verdict.was_read, verdict.is_complete, verdict.confirms, verdict.answered, *healthy) == PROPERTIES[verdict]
    assert verdict.is_healthy(False, True) == healthy[0], "a completely read window counts as a completely seen board"
