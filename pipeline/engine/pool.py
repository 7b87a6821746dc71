"""Work as a map of a pure function over tasks: in this process, or in a pool of processes.

Functions and tasks can be pickled and tasks name files, so that any `concurrent.futures` executor could do the work.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from pipeline.engine.frugal import without_pandas

Task = TypeVar("Task")
Result = TypeVar("Result")

_PRELOAD = ["pipeline.run.reading", "pipeline.products.feeds.shards"]  # loaded once, and its memory shared


def spread(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    pool: bool,
    workers: int | None = None,
    prepare: Callable[[], None] | None = None,
    preload: Sequence[str] = _PRELOAD,
) -> Iterator[Result]:
    """Yield what a function makes of each task, in order.

    Args:
        pool: whether the work is worth starting processes for.
        workers: how many at most; as many as there are cores where it is None.
        prepare: what each worker does first.
        preload: modules that are loaded once for all workers, before the first pool is made.

    Raises:
        OSError: a worker was killed.

    >>> list(spread(len, ["a", "bc"], pool=False))
    [1, 2]
    """
    if not pool:
        yield from map(function, tasks)
        return
    # A crawl leaves threads behind, and a fork would copy their locks.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(preload))
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(min(workers or cores, cores), context, _begin, (prepare,)) as executor:
        try:
            yield from executor.map(function, tasks)
        except BrokenProcessPool:
            raise OSError("a worker was ended from outside, for want of memory perhaps") from None


def _begin(prepare: Callable[[], None] | None) -> None:
    _end_with_the_run()
    without_pandas()
    if prepare:
        prepare()


def _end_with_the_run() -> None:
    """Let a worker end when its run does, however that ends: nobody else may write into the run's folders."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal; the run itself ends its workers
    run = multiprocessing.parent_process()
    assert run is not None

    def wait() -> None:
        run.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
