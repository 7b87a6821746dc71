"""SIGTERM and SIGINT: turned into `Interrupted`, and remembered where the crawl handles them."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from crawlers.contract.errors import Interrupted

received_signals: list[int] = []
"""The signals that this process received in the current run."""
_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def remember_signals() -> None:
    """Record the signals that the present handlers receive, so that a run can name the signal that ended it."""
    for number in _SIGNALS:
        handler = signal.getsignal(number)
        if callable(handler) and not isinstance(handler, _RecordingHandler) and handler is not _interrupt:
            signal.signal(number, _RecordingHandler(handler))


class _RecordingHandler:
    """Records a signal and passes it on to another handler."""

    def __init__(self, handler: Callable[[int, Any], Any]) -> None:
        self._handler = handler

    def __call__(self, number: int, frame: Any) -> Any:
        received_signals.append(number)
        return self._handler(number, frame)


def _interrupt(number: int, frame: object) -> NoReturn:
    received_signals.append(number)
    raise Interrupted(number)


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGINT into `Interrupted`, so that staged files are removed."""
    received_signals.clear()
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    take_signals()
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def take_signals() -> None:
    """Handle the signals again, after a crawl that had handlers of its own."""
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
