"""The shards of a set of feeds, and how rendering them is divided into tasks."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from pipeline.engine.pool import map_in_pool
from pipeline.products.feeds.formats.base import FEED_VERSION, Publisher
from pipeline.products.feeds.shards import FORMATS, Shard, Task, Written, write_shards
from pipeline.products.feeds.survey import SHARD, Survey, release_memory

_SHARDS_PER_TASK = 6  # consecutive shards, because their rows share row groups of the file
IN_PROCESS = 1  # shards that are rendered without starting processes
_WORKERS = 2  # each holds about 120 MB


def plan(surveyed: Survey, publisher: Publisher) -> list[Shard]:
    """Return the shards of the surveyed entries: at least one, even if there is no entry."""
    total, tombstones, fingerprints = len(surveyed.prints), surveyed.tombstones(), surveyed.fingerprints()
    form = (FEED_VERSION, [form.name for form in FORMATS], publisher)
    shards = []
    for number, fingerprint in enumerate(fingerprints, 1):
        start = (number - 1) * SHARD
        follower, gone = (None, tombstones) if number == len(fingerprints) else (number + 1, ())
        content = repr((form, fingerprint, follower, gone)).encode()
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        shards.append(Shard(number, start, min(SHARD, total - start), follower, gone, digest))
    return shards


def tasks(
    out_dir: Path, surveyed: Survey, shards: list[Shard], known: pa.Array | None, publisher: Publisher
) -> Iterator[Task]:
    """Yield the tasks that render some shards; the shards of a task are consecutive.

    Args:
        known: for each entry the hash that it had before, or null; None if no changes are to be written.
    """
    starts = np.cumsum([0] + [int(flags.sum()) for _, _, flags in surveyed.groups])
    for consecutive in _consecutive(shards):
        start, stop = consecutive[0].start, consecutive[-1].start + consecutive[-1].entries
        pieces = []
        for (path, group, flags), before, after in zip(surveyed.groups, starts, starts[1:], strict=False):
            if before < stop and after > start:
                position = np.cumsum(flags) + before  # of each chosen row, from 1
                pieces.append((path, group, flags & (position > start) & (position <= stop)))
        yield Task(out_dir, pieces, consecutive, None if known is None else known[start:stop], publisher)


def render(todo: list[Task]) -> Iterator[Written]:
    """Write the shards of some tasks, in a pool of processes if there are many; yield a record of each."""
    pool = sum(len(task.shards) for task in todo) > IN_PROCESS
    if pool:
        release_memory()
    for written in map_in_pool(write_shards, todo, pool, _WORKERS, limit_memory, ("pipeline.products.feeds.shards",)):
        yield from written


def limit_memory() -> None:
    """Make Arrow allocate from the system, to which it releases memory at once; its own pool keeps some 20 MB more."""
    pa.set_memory_pool(pa.system_memory_pool())


def _consecutive(shards: list[Shard]) -> list[list[Shard]]:
    """Divide shards into lists of consecutive ones, so that every worker has some."""
    length = min(_SHARDS_PER_TASK, math.ceil(len(shards) / _WORKERS))
    lists: list[list[Shard]] = []
    for shard in shards:
        if lists and len(lists[-1]) < length and lists[-1][-1].number + 1 == shard.number:
            lists[-1].append(shard)
        else:
            lists.append([shard])
    return lists
