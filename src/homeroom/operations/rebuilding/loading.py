"""The first phase: processes read the log, each a share of the partitions, and write entities.

They write as a worker does, into a generation without projections, so there is one way to apply an
event. What is different is speed: batches are large, and a commit does not wait for the disk.
"""

import asyncio
import contextlib
import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

import psycopg
from aiokafka.errors import KafkaError

from homeroom.engine import process
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import Partition
from homeroom.errors import RebuildFailed
from homeroom.operations.rebuilding.as_of import remove_later
from homeroom.operations.rebuilding.record import REPORT_SECONDS, ActiveRebuild, RebuildOptions
from homeroom.operations.rebuilding.replaying import LogReplayer
from homeroom.readmodel import read_model
from homeroom.redaction import show_no_secret
from homeroom.settings import Settings
from homeroom.terminal import guard
from homeroom_kit.errors import HomeroomError

EVENTS_PER_BATCH = 10_000
PROCESSES_MAX = 4
# A crash of the server may take the last batches, each with the positions that it moved.
SESSION = ("SET synchronous_commit = off", "SET work_mem = '64MB'")


def load(
    settings: Settings, rebuild: ActiveRebuild, entities: ReadModel, goal: Mapping[Partition, int]
) -> None:
    """Applies the log up to the goal; goes on from the generation's positions.

    ``entities``: the read model without projections. Raises RebuildFailed with what a loader
    reported, and RebuildAborted.
    """
    while not _load_until_paused(settings, rebuild, goal):
        rebuild.wait_while_paused(_progress(rebuild, goal))
    if rebuild.options.as_of is not None:
        asyncio.run(_remove_later(settings, entities, rebuild.generation))


def _load_until_paused(
    settings: Settings, rebuild: ActiveRebuild, goal: Mapping[Partition, int]
) -> bool:
    """Loads what is left; False where an operator wants a pause."""
    stored = positions.read_all(rebuild.connection, rebuild.generation)
    left = {p: end - stored.get(p, 0) for p, end in goal.items() if stored.get(p, 0) < end}
    shares = _shares(left, processes_of(rebuild.options, len(left)))
    rebuild.progress(_progress(rebuild, goal), sum(goal.values()))
    is_done = _run_loaders(settings, rebuild, goal, shares)
    rebuild.progress(_progress(rebuild, goal))
    return is_done


def _run_loaders(
    settings: Settings,
    rebuild: ActiveRebuild,
    goal: Mapping[Partition, int],
    shares: Sequence[Sequence[Partition]],
) -> bool:
    """Runs a process for each share to its end; False where a pause is wanted, and they are ended.

    What they have not committed then is read again.
    """
    loaders = [_start(settings, rebuild, {p: goal[p] for p in share}) for share in shares]
    try:
        while any(loader.is_alive() for loader, _ in loaders):
            time.sleep(REPORT_SECONDS / 5)
            _check(loaders)
            if rebuild.progress(_progress(rebuild, goal)) == "pause":
                return False
        _check(loaders)
        return True
    finally:
        for loader, _ in loaders:
            loader.terminate()
        for loader, _ in loaders:
            loader.join()


def _progress(rebuild: ActiveRebuild, goal: Mapping[Partition, int]) -> int:
    stored = positions.read_all(rebuild.connection, rebuild.generation)
    return sum(min(stored.get(partition, 0), end) for partition, end in goal.items())


def _check(loaders: Sequence[tuple[BaseProcess, Pipe]]) -> None:
    """Raises RebuildFailed where a loader reported why it ended, or was ended."""
    for loader, errors in loaders:
        if errors.poll():
            with contextlib.suppress(EOFError):
                raise RebuildFailed(errors.recv())
        if loader.exitcode:
            raise RebuildFailed(f"a loader ended with {loader.exitcode}")


def processes_of(options: RebuildOptions, partitions: int) -> int:
    """How many processes load: no more than there are partitions."""
    wanted = options.processes or min(PROCESSES_MAX, os.cpu_count() or 1)
    return min(wanted, partitions)


def _shares(left: Mapping[Partition, int], processes: int) -> list[list[Partition]]:
    """The partitions, dealt out so that all processes have about as many records to read."""
    shares: list[list[Partition]] = [[] for _ in range(processes)]
    sizes = [0] * processes
    for partition, records in sorted(left.items(), key=lambda item: (-item[1], item[0])):
        smallest = sizes.index(min(sizes))
        shares[smallest].append(partition)
        sizes[smallest] += records
    return shares


def _start(
    settings: Settings, rebuild: ActiveRebuild, share: Mapping[Partition, int]
) -> tuple[BaseProcess, Pipe]:
    # Forking spares each loader the second that importing everything takes, but only a process
    # without other threads may be forked.
    context: multiprocessing.context.ForkContext | multiprocessing.context.SpawnContext
    if sys.platform == "linux" and threading.active_count() == 1:
        context = multiprocessing.get_context("fork")
    else:
        context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    arguments = settings, rebuild.generation, rebuild.options.as_of, share, theirs
    loader = context.Process(target=_run_loader, args=arguments, daemon=True)
    loader.start()
    theirs.close()
    return loader, ours


def _run_loader(
    settings: Settings, schema: str, as_of: datetime | None, share: Mapping[Partition, int],
    errors: Pipe,
) -> None:  # fmt: skip
    """The life of one loader process."""
    # A process that was not forked has streams of its own. In this order, as in every command.
    show_no_secret()
    guard()
    # The handlers of the parent are about what the parent has to tidy up.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with process.rare_garbage_collection():
            entities = ReadModel(read_model(settings).catalog, {})
            asyncio.run(load_share(settings, entities, schema, as_of, share))
    except (HomeroomError, KafkaError, psycopg.Error, OSError) as error:
        errors.send(f"{type(error).__name__}: {error}")
    finally:
        errors.close()


def _end_with_parent() -> None:
    """Ends this process at the moment its parent ends, even by SIGKILL.

    A forked loader has the parent's connection open too, and with it the lock of the rebuild: were
    it to live on, nobody could continue the rebuild.
    """
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)


async def load_share(
    settings: Settings,
    entities: ReadModel,
    schema: str,
    as_of: datetime | None,
    share: Mapping[Partition, int],
) -> None:
    """Applies some partitions of the log up to their targets; as LogReplayer.reach."""
    async with LogReplayer.open(
        settings, entities, schema, session=SESSION, as_of=as_of
    ) as replayer:
        await replayer.reach(share, events_per_batch=EVENTS_PER_BATCH)


async def _remove_later(settings: Settings, entities: ReadModel, schema: str) -> None:
    """What is beyond a moment and was kept back, after all shares were loaded."""
    async with LogReplayer.open(settings, entities, schema) as replayer:
        await replayer.retry(lambda: remove_later(replayer.writer, entities))
