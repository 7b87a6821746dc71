"""Errors that end a command, with their exit statuses."""

from __future__ import annotations


class InternfeedError(Exception):
    """A command cannot do its work. The message gives the reason in one line.

    Attributes:
        exit_status: the status with which the command ends.

    >>> Corrupt("the snapshot has no manifest.json").exit_status
    2
    """

    exit_status = 1


class UsageError(InternfeedError):
    """The request cannot be carried out. The message says how to fix it."""


class Corrupt(InternfeedError):
    """Stored files differ from their manifest."""

    exit_status = 2


class Locked(InternfeedError):
    """Another process writes into the data folder."""

    exit_status = 4


class Interrupted(BaseException):
    """A signal ended the run; the same command resumes it.

    Derives from `BaseException`, so that the handler that sets aside unreadable postings does not catch it.

    Attributes:
        exit_status: 128 and the signal's number.

    >>> Interrupted(15).exit_status
    143
    """

    def __init__(self, number: int) -> None:
        super().__init__("interrupted; the same command resumes the run")
        self.exit_status = 128 + number
