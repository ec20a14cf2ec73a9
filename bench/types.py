"""What an event of each type costs, against one submission: 20,000 of one type at once, alone.

Every table of the contract has at least 20,000 rows, those that belong to others as many more as
make up the rows in all. A batch is decoded and written by the worker's own code, without a broker,
and taken back before it commits. ``again``: events of a type that creates, about rows that there
are. CPU microseconds per event, of the process and of its session in PostgreSQL, hold still where
wall time, on a shared machine, does not: the ratio is one of CPU. It is marked where it is below
0.5: ``per row`` where that is since an event writes more rows, and each of them costs no more than
twice what a row of a submission does; ``SLOW`` where that is no reason.

    python -m bench.types [--rows 1000000] [--events 20000] [--runs 1] [--only class.updated.v1 …]
"""

import argparse
import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

from bench import figures
from bench.changes import CHANGES, missing
from bench.contents import MEMBERS, PARENTS
from bench.servers import database
from bench.trials import Cost, Layout, Trial, connected, fill, further_events, new_events
from homeroom.engine import process
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.contract import EVENT_TYPES

REFERENCE = "submission.received.v1"
RATIO_MIN = 0.5
# So many events come first: the statements of a type are written when they are first needed.
WARMING = 20


@dataclass(frozen=True, slots=True)
class Case:
    """Events of one type; ``again``: about rows that there are."""

    type_name: str
    again: bool

    @property
    def entity(self) -> str:
        return EVENT_TYPES[self.type_name].entity

    def __str__(self) -> str:
        creates = EVENT_TYPES[self.type_name].creates
        return f"{self.type_name} again" if self.again and creates else self.type_name


def cases(only: list[str]) -> Iterator[Case]:
    """Every case, or those of some types; raises SystemExit for a type that has none."""
    if missing() or not set(only) <= EVENT_TYPES.keys():
        unknown = ", ".join(sorted(missing() or set(only) - EVENT_TYPES.keys()))
        raise SystemExit(f"No case for {unknown}: say in bench/changes.py what it changes.")
    for name, event in EVENT_TYPES.items():
        if not only or name in only:
            if event.creates:
                yield Case(name, again=False)
            if CHANGES[name] or not event.creates:
                yield Case(name, again=True)


def layout(rows: int, events: int) -> Layout:
    """At least so many rows, and so many of each entity that every event has its own."""
    each = max(1, -(-(rows - len(PARENTS) * events) // (len(MEMBERS) * events)))
    return Layout("", events, each * events, spare=events)


async def measure(trial: Trial, case: Case, of: Layout, events: int, runs: int) -> Cost:
    """The run of the median CPU."""
    made = further_events if case.again else new_events
    costs = []
    await trial.cost(made(case.type_name, of, min(events, WARMING)))
    for _ in range(runs):
        costs.append(await trial.cost(made(case.type_name, of, events)))
        await trial.clean(case.entity)
    return sorted(costs, key=lambda cost: cost.cpu)[(runs - 1) // 2]


def show(case: Case, cost: Cost, reference: Cost) -> bool:
    """Prints its line; returns whether it is slow."""
    ratio = reference.cpu / cost.cpu
    of_row = (reference.cpu / reference.rows) / (cost.cpu / cost.rows)
    mark = "" if ratio >= RATIO_MIN else "  per row" if of_row >= RATIO_MIN else "  SLOW"
    print(
        f"{case!s:38} {cost.events / cost.seconds:8,.0f} events/s  CPU per event: process "
        f"{cost.process_cpu / cost.events * 1e6:5.1f} µs, PostgreSQL "
        f"{cost.postgresql_cpu / cost.events * 1e6:6.1f} µs  ratio {ratio:5.2f}  "
        f"{cost.rows:5.1f} rows per event, {cost.cpu / cost.rows * 1e6:6.1f} µs per row{mark}",
        flush=True,
    )
    return mark.endswith("SLOW")


async def run(settings: Settings, rows: int, events: int, runs: int, only: list[str]) -> None:
    url, model = settings.require_database(), read_model(settings)
    schema = migrate_database(settings, model, project_folder("migrations"))
    of = layout(rows, events)
    with connected(url, schema) as connection:
        fill(connection, model, [of])
    total = sum(of.count(entity.name) for entity in model.catalog.entities)
    print(f"{total:,} rows of entities, {events:,} events at once, {runs} runs", flush=True)
    trial = await Trial.open(url, model, schema)
    reference = await measure(trial, Case(REFERENCE, again=False), of, events, max(runs, 3))
    slow = [
        case for case in cases(only)
        if show(case, await measure(trial, case, of, events, runs), reference)
    ]  # fmt: skip
    await trial.close()
    figures.at_most("types of events that are slow", len(slow), 0)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    list(cases(given.only))
    with database() as settings, process.rare_garbage_collection():
        asyncio.run(run(settings, given.rows, given.events, given.runs, given.only))


if __name__ == "__main__":
    main()
