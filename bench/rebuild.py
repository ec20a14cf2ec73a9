"""Events per second of a rebuild, against the raw floor in the same run; and its memory.

The floor is that of ``bench.throughput``. A rebuild is `homeroom rebuild`'s own code in a process
of its own, beside a live generation that was never fed, from its first question to the brokers to
the last index; only the swap is left out. Memory is what its processes hold at most (proportional
set size), over a log that may be made longer: the data set several times, each time with ids of
its own.

    python -m bench.rebuild [--runs 3] [--times 1]
"""

import argparse
import asyncio
import multiprocessing
import resource
import statistics
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import psutil
import psycopg

from bench import figures
from bench.servers import postgresql_cpu_seconds, servers
from bench.throughput import Measured, measure, measure_floor, show
from homeroom.local import oulad
from homeroom.operations.generations import drop
from homeroom.operations.migrating.migrate import migrate
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.publisher import Publisher

SAMPLE_SECONDS = 0.1
NAMES_OF_IDS = ("created_by", "graded_by")


@dataclass(frozen=True, slots=True)
class Rebuilt(Measured):
    """``bytes_max``: what all its processes held at most."""

    bytes_max: int


def _copies(times: int) -> Iterator[OutgoingEvent]:
    """The data set so many times, each time about others."""
    events = oulad.Events()
    yield from events
    for number in range(1, times):
        for event in events:
            yield _renamed(event, f"x{number}-")


def _renamed(event: OutgoingEvent, prefix: str) -> OutgoingEvent:
    data = {
        name: prefix + value
        if isinstance(value, str) and (name.endswith("_id") or name in NAMES_OF_IDS)
        else [prefix + item for item in value]
        if name == "assigned_teachers"
        else value
        for name, value in event.data.items()
    }
    subject = "/".join(prefix + part for part in event.subject.split("/"))
    return replace(event, id=prefix + event.id, subject=subject, data=data)


def _rebuild(settings: Settings, processes: int) -> None:
    options = RebuildOptions(swap=False, processes=processes)
    rebuild(settings, read_model(settings), options, lambda *_: None, lambda _: None)


def _measured(settings: Settings, total: int, processes: int) -> Rebuilt:
    url = settings.require_database()
    postgresql = postgresql_cpu_seconds(url)
    began, before = time.perf_counter(), _children_cpu_seconds()
    child = multiprocessing.get_context("fork").Process(target=_rebuild, args=(settings, processes))
    child.start()
    bytes_max = 0
    while child.is_alive():
        bytes_max = max(bytes_max, _held(child.pid))
        child.join(SAMPLE_SECONDS)
    if child.exitcode:
        raise SystemExit(f"the rebuild ended with {child.exitcode}")
    seconds = time.perf_counter() - began
    cpu = _children_cpu_seconds() - before
    postgresql = postgresql_cpu_seconds(url) - postgresql
    return Rebuilt(total, seconds, cpu / total * 1e6, postgresql / total * 1e6, bytes_max)


def _children_cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _held(pid: int | None) -> int:
    held = 0
    with suppress(psutil.Error):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children()):
            held += process.memory_full_info().pss
    return held


def _drop(settings: Settings) -> None:
    """Takes away what the last rebuild has made."""
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        names = connection.execute("SELECT name FROM homeroom.generation WHERE state = 'next'")
        for (name,) in names.fetchall():
            drop(connection, name)
        connection.execute("CHECKPOINT")


async def _publish(settings: Settings, times: int) -> int:
    await migrate(settings, read_model(settings), project_folder("migrations"))
    async with Publisher(settings) as publisher:
        return (await publisher.publish(_copies(times))).count


def run(runs: int, times: int, partitions: int, processes: int) -> None:
    with servers(partitions) as settings:
        total = asyncio.run(_publish(settings, times))
        print(f"{total:,} events in {partitions} partitions a topic, {runs} runs")
        floors, rebuilds = [], []
        for _ in range(runs):
            floors.append(
                asyncio.run(measure(settings, lambda: measure_floor(settings, 5_000, total)))
            )
            rebuilds.append(_measured(settings, total, processes))
            _drop(settings)
        show("floor", floors)
        show("rebuild", rebuilds)
        ratios = [r.rate / floor.rate for r, floor in zip(rebuilds, floors, strict=True)]
        print(
            f"ratio  {statistics.median(ratios):.2f} of the floor's rate "
            f"(min {min(ratios):.2f}, max {max(ratios):.2f})"
        )
        cpu = [r.cpu / floor.cpu for r, floor in zip(rebuilds, floors, strict=True)]
        figures.at_least("rebuild: rate, of the floor's", statistics.median(ratios), 1.0)
        figures.at_most("rebuild: CPU, of the floor's", statistics.median(cpu), 1.6)
        most = max(r.bytes_max for r in rebuilds)
        figures.at_most("rebuild: memory", most / 1e6, 500, "MB")
        print(f"memory {most / 1e6:,.0f} MB at most, of all its processes")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--times", type=int, default=1, help="how long the log is")
    parser.add_argument("--partitions", type=int, default=4)
    parser.add_argument("--processes", type=int, default=0)
    given = parser.parse_args()
    run(given.runs, given.times, given.partitions, given.processes)


if __name__ == "__main__":
    main()
