"""The first phase: processes read the log and stage every event, each a share of the partitions."""

import asyncio
import contextlib
import gc
import multiprocessing
import multiprocessing.context
import os
import signal
import sys
import threading
import time as clock
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.connection import Connection as Pipe
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg
from aiokafka.errors import KafkaError
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine import process
from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition
from homeroom.errors import HomeroomError, RebuildFailed
from homeroom.kafka import client_options
from homeroom.operations.rebuilding.record import BEAT_SECONDS, Options, Run
from homeroom.operations.rebuilding.staging import Staging
from homeroom.readmodel import read_model
from homeroom.settings import Settings

EVENTS_PER_CHUNK = 10_000
CHUNKS_PER_COLLECTION = 10
PROCESSES_MAX = 4

LEFT = """
SELECT topic, partition, next_offset, target FROM load_positions WHERE next_offset < target
"""
DONE = "SELECT sum(next_offset - start)::bigint, sum(target - start)::bigint FROM load_positions"


def load(settings: Settings, run: Run) -> None:
    """Stages the log up to the targets in ``load_positions``; goes on from where it stands.

    Raises RebuildFailed with what a loader said, and RebuildAborted.
    """
    enter(run.connection, run.generation)
    while True:
        left = {
            Partition(topic, number): Span(position, target)
            for topic, number, position, target in run.connection.execute(LEFT).fetchall()
        }
        paused = bool(left) and not _load_until_asked(settings, run, left)
        done, total = run.connection.execute(DONE).fetchone() or (0, 0)
        run.progress(done or 0, total or 0)
        if not paused:
            return
        run.wait_while_paused(done)


def enter(connection: Connection[Any], schema: str) -> None:
    connection.execute(pg.SQL("SET search_path = {}, pg_temp").format(pg.Identifier(schema)))


def _load_until_asked(settings: Settings, run: Run, left: Mapping[Partition, Span]) -> bool:
    """Runs the loaders to their end; False where an operator wants a pause, and they are ended.

    What they have not committed then is read again.
    """
    loaders = [
        _start(settings, run.generation, share)
        for share in _shares(left, processes_of(run.options, len(left)))
    ]
    try:
        while any(process.is_alive() for process, _ in loaders):
            clock.sleep(BEAT_SECONDS / 5)
            _check(loaders)
            done, total = run.connection.execute(DONE).fetchone() or (0, 0)
            if run.progress(done, total) == "pause":
                return False
        _check(loaders)
        return True
    finally:
        for process, _ in loaders:
            process.terminate()
        for process, _ in loaders:
            process.join()


def _check(loaders: Sequence[tuple[BaseProcess, Pipe]]) -> None:
    """Raises RebuildFailed where a loader said why it ended, or was ended."""
    for loader, told in loaders:
        if told.poll():
            with contextlib.suppress(EOFError):
                raise RebuildFailed(told.recv())
        if loader.exitcode:
            raise RebuildFailed(f"a loader ended with {loader.exitcode}")


def processes_of(options: Options, partitions: int) -> int:
    """How many processes load: no more than there are partitions."""
    wanted = options.processes or min(PROCESSES_MAX, os.cpu_count() or 1)
    return min(wanted, partitions)


def _shares(left: Mapping[Partition, Span], processes: int) -> list[dict[Partition, Span]]:
    """The partitions, dealt out so that all processes have about as much to read."""
    shares: list[dict[Partition, Span]] = [{} for _ in range(processes)]
    sizes = [0] * len(shares)
    for partition, span in sorted(left.items(), key=lambda p: p[1].start - p[1].end):
        smallest = sizes.index(min(sizes))
        shares[smallest][partition] = span
        sizes[smallest] += span.end - span.start
    return shares


def _start(
    settings: Settings, schema: str, share: dict[Partition, Span]
) -> tuple[BaseProcess, Pipe]:
    # Forking spares each loader the second that importing everything takes, but only a process
    # without other threads may be forked.
    context: multiprocessing.context.ForkContext | multiprocessing.context.SpawnContext
    if sys.platform == "linux" and threading.active_count() == 1:
        context = multiprocessing.get_context("fork")
    else:
        context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_loader, args=(settings, schema, share, theirs, os.getpid()), daemon=True
    )
    process.start()
    theirs.close()
    return process, ours


def _loader(
    settings: Settings, schema: str, share: dict[Partition, Span], told: Pipe, parent: int
) -> None:
    """The life of one loader process."""
    # What its parent does before it ends is the parent's matter.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        with process.rare_garbage_collection():
            asyncio.run(_stage(settings, schema, share, lambda: os.getppid() == parent))
    except (HomeroomError, KafkaError, psycopg.Error, OSError) as error:
        told.send(f"{type(error).__name__}: {error}")
    finally:
        told.close()


async def _stage(
    settings: Settings, schema: str, share: dict[Partition, Span], wanted: Callable[[], bool]
) -> None:
    catalog = read_model(settings).catalog
    with psycopg.connect(
        settings.require_database(), autocommit=True, application_name="homeroom rebuild loader"
    ) as connection:
        enter(connection, schema)
        # Staged rows and positions are unlogged: a crash of the server takes both.
        connection.execute("SET synchronous_commit = off")
        staging = Staging(connection, catalog)
        async with LogReader.connect(client_options(settings)) as reader:
            number = 0
            async for chunk in reader.read(share, EVENTS_PER_CHUNK):
                if not wanted():
                    return
                staging.take(chunk)
                number += 1
                if number % CHUNKS_PER_COLLECTION == 0:
                    gc.collect()
