"""Which shards there are, and how their rendering is split into tasks."""

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

_TOGETHER = 6  # neighbouring shards that one task renders: their rows share groups of the file
IN_PROCESS = 1  # shards rendered without starting processes
_WORKERS = 2  # each holds about 120 MB


def plan(found: Survey, publisher: Publisher) -> list[Shard]:
    """Return the shards of what a survey found: one at least, even where it is empty."""
    total, tombstones, fingerprints = len(found.prints), found.tombstones(), found.fingerprints()
    form = (FEED_VERSION, [form.name for form in FORMATS], publisher)
    shards = []
    for number, fingerprint in enumerate(fingerprints, 1):
        start = (number - 1) * SHARD
        follower, gone = (None, tombstones) if number == len(fingerprints) else (number + 1, ())
        said = repr((form, fingerprint, follower, gone)).encode()
        digest = hashlib.blake2b(said, digest_size=16).hexdigest()
        shards.append(Shard(number, start, min(SHARD, total - start), follower, gone, digest))
    return shards


def tasks(
    out_dir: Path, found: Survey, shards: list[Shard], known: pa.Array | None, publisher: Publisher
) -> Iterator[Task]:
    """Yield tasks that render some shards, each of shards that follow each other.

    Args:
        known: for each entry the hash it had before, or None; None where no changes are to be written.
    """
    starts = np.cumsum([0] + [int(flags.sum()) for _, _, flags in found.groups])
    for some in _neighbours(shards):
        start, stop = some[0].start, some[-1].start + some[-1].entries
        pieces = []
        for (path, group, flags), before, after in zip(found.groups, starts, starts[1:], strict=False):
            if before < stop and after > start:
                place = np.cumsum(flags) + before  # the place of each chosen row, from 1
                pieces.append((path, group, flags & (place > start) & (place <= stop)))
        yield Task(out_dir, pieces, some, None if known is None else known[start:stop], publisher)


def render(todo: list[Task]) -> Iterator[Written]:
    """Yield the shards that tasks write; much work is done in a pool of processes."""
    pool = sum(len(task.shards) for task in todo) > IN_PROCESS
    if pool:
        release_memory()
    for written in map_in_pool(write_shards, todo, pool, _WORKERS, limit_memory, ("pipeline.products.feeds.shards",)):
        yield from written


def limit_memory() -> None:
    """Let Arrow take memory from the system, which has it back at once; its own pool keeps some 20 MB more."""
    pa.set_memory_pool(pa.system_memory_pool())


def _neighbours(shards: list[Shard]) -> list[list[Shard]]:
    together = min(_TOGETHER, math.ceil(len(shards) / _WORKERS))  # every worker has some
    found: list[list[Shard]] = []
    for shard in shards:
        if found and len(found[-1]) < together and found[-1][-1].number + 1 == shard.number:
            found[-1].append(shard)
        else:
            found.append([shard])
    return found
