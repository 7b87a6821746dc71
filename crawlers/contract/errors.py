"""Errors that end a command, each with its exit status."""

from __future__ import annotations


class InternfeedError(Exception):
    """A command cannot do its work; the message says why, in one line.

    Attributes:
        exit_status: the status with which the command ends.

    >>> Corrupt("the snapshot has no manifest.json").exit_status
    2
    """

    exit_status = 1


class UsageError(InternfeedError):
    """What was asked cannot be done; the message says what would be right."""


class Corrupt(InternfeedError):
    """What is stored is not what its manifest says."""

    exit_status = 2


class Locked(InternfeedError):
    """Another process writes into the data folder."""

    exit_status = 4


class Interrupted(BaseException):
    """A signal ended the run; the same command resumes it.

    It is no `Exception`, so that code which sets aside a posting that cannot be read lets it pass.

    Attributes:
        exit_status: 128 and the signal's number.

    >>> Interrupted(15).exit_status
    143
    """

    def __init__(self, number: int) -> None:
        super().__init__("interrupted; the same command resumes the run")
        self.exit_status = 128 + number
