"""The map of a pure function over tasks, in this process or in a pool of processes.

Functions and tasks can be pickled, and tasks name files, so that any `concurrent.futures` executor could do the work.
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

from pipeline.engine.imports import block_pandas

Task = TypeVar("Task")
Result = TypeVar("Result")

_PRELOAD = ["pipeline.run.reading", "pipeline.products.feeds.shards"]  # imported once; the workers share the memory


def map_in_pool(
    function: Callable[[Task], Result],
    tasks: Sequence[Task],
    pool: bool,
    workers: int | None = None,
    prepare: Callable[[], None] | None = None,
    preload: Sequence[str] = _PRELOAD,
) -> Iterator[Result]:
    """Yield the function's result for each task, in order.

    Args:
        pool: whether to start processes, which is worth it only for much work.
        workers: the most processes; None means one for each core.
        prepare: a function that each worker calls first.
        preload: modules that are imported once for all workers, before the first pool is made.

    Raises:
        OSError: a worker process was killed.

    >>> list(map_in_pool(len, ["a", "bc"], pool=False))
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
            raise OSError("a worker process was killed, possibly because memory ran out") from None


def _begin(prepare: Callable[[], None] | None) -> None:
    _end_with_parent()
    block_pandas()
    if prepare:
        prepare()


def _end_with_parent() -> None:
    """End this worker when its run ends or is killed: no worker may write into the folders of a later run."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all processes; the run ends its workers
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
