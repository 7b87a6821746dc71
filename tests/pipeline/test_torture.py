"""A few of the moments of ``make torture``."""

from tests.torture import torture


def test_a_command_killed_at_any_moment_loses_nothing():
    assert torture(moments=4) == []
