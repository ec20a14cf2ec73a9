"""Whether an event costs the same at a teacher with 1,000,000 rows as at one with 1,000.

Both teachers are in one database, each with a class, an exam, an assignment and so on that has half
of all that belongs to such a thing, and with as many more of each. Every type of event is published
about both in turn: about new rows, about rows that there are, and (``head``) about those two of
each kind that have everything: these are the events that many rows follow. A student's own history
(days of a habit, scores) is as short at both. Batches are decoded and written by the worker's own
code, without a broker, and taken back before they commit; there are as many events about existing
rows in a batch as the small teacher has rows.

CPU is of the process and of its session in PostgreSQL, the median of the runs. It is marked where
it is more than 1.2 times as much at the large teacher: ``GROWS``, and ``per row`` where the event
writes more rows there, and a row costs no more.

    python -m bench.sizes [--rows 1000000 1000] [--batches 1 20 2000] [--runs 15]
                          [--only class.updated.v1 …] [--all]
"""

import argparse
import asyncio
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from bench import figures
from bench.contents import PARENTS, ROWS
from bench.servers import database
from bench.trials import Cost, Layout, Trial, connected, fill, further_events, new_events
from bench.types import Case, cases
from homeroom.engine import process
from homeroom.engine.log.records import StoredRecord
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

RATIO_MAX = 1.2
# Of each kind of parent those two have all members.
HEADS = 2
# What is more by chance is measured again, with so many times the runs.
AGAIN = 3
RUNS_OF_LARGE = 3
LARGE = 200


@dataclass(frozen=True, slots=True)
class Compared:
    """One case at both teachers, in batches of one size."""

    what: str
    events: int
    large: list[Cost]
    small: list[Cost]

    @property
    def ratio(self) -> float:
        return _median(self.large) / _median(self.small)

    @property
    def ratio_of_rows(self) -> float:
        """The same of each row that is written."""
        return self.ratio * self.small[0].rows / self.large[0].rows

    @property
    def mark(self) -> str:
        if self.ratio <= RATIO_MAX:
            return ""
        more = self.large[0].rows > self.small[0].rows
        return "per row" if more and self.ratio_of_rows <= RATIO_MAX else "GROWS"

    def __str__(self) -> str:
        large, small = _median(self.large) * 1e6, _median(self.small) * 1e6
        return (
            f"{self.what:42} {self.events:5,} at once  CPU per event {large:9,.0f} against "
            f"{small:7,.0f} µs  ratio {self.ratio:6.2f}  rows {self.large[0].rows:8,.1f} against "
            f"{self.small[0].rows:5.1f}  {self.mark}"
        )


def _median(costs: list[Cost]) -> float:
    return statistics.median(cost.cpu for cost in costs)


@dataclass(frozen=True, slots=True)
class Batches:
    """The events of one case, in batches of one size; ``head``: about what has everything."""

    case: Case
    events: int
    head: bool = False

    def __str__(self) -> str:
        return f"{self.case} {'head' if self.head else ''}"

    def records(self, layout: Layout) -> list[StoredRecord]:
        name = self.case.type_name
        if not self.case.again:
            return new_events(name, layout, self.events)
        return further_events(name, layout, self.events, 0 if self.head else HEADS)


def batches(sizes: list[int], only: list[str], small: Layout) -> Iterator[Batches]:
    for case in cases(only):
        most = small.count(case.entity) - HEADS if case.again else max(sizes)
        yield from (Batches(case, events) for events in sizes if events <= most)
        if case.again and case.entity in PARENTS:
            yield Batches(case, HEADS, head=True)


async def compare(trial: Trial, of: Batches, layouts: tuple[Layout, Layout], runs: int) -> Compared:
    costs: tuple[list[Cost], list[Cost]] = ([], [])
    both = [of.records(layout) for layout in layouts]
    for _ in range(runs):
        for found, records in zip(costs, both, strict=True):
            found.append(await trial.cost(records))
    await trial.clean(of.case.entity)
    return Compared(str(of), of.events, *costs)


def layout(teacher: str, rows: int, events: int) -> Layout:
    each = max(1, rows // len(ROWS))
    return Layout(teacher, each, each, spare=events, one_teacher=True)


async def run(settings: Settings, given: argparse.Namespace) -> None:
    url, model = settings.require_database(), read_model(settings)
    schema = migrate_database(settings, model, project_folder("migrations"))
    most = max(given.batches)
    layouts = layout("a-", given.rows[0], most), layout("z-", given.rows[1], most)
    with connected(url, schema) as connection:
        fill(connection, model, layouts)
    trial = await Trial.open(url, model, schema)
    marked: Counter[str] = Counter()
    reached: set[str] = set()
    for of in batches(given.batches, given.only, layouts[1]):
        runs = min(given.runs, RUNS_OF_LARGE) if of.head or of.events >= LARGE else given.runs
        compared = await compare(trial, of, layouts, runs)
        if compared.mark == "GROWS":
            compared = await compare(trial, of, layouts, runs * AGAIN)
        marked[compared.mark or "flat"] += 1
        reached |= (+compared.large[0].written).keys()
        if given.all or compared.mark:
            print(compared, flush=True)
    await trial.close()
    figures.at_most("what costs more at a teacher with many rows", marked["GROWS"], 0)
    print(", ".join(f"{mark}: {count}" for mark, count in marked.items()))
    unreached = {projection.name for projection in model.plan().tables} - reached
    if unreached and not given.only:
        print(f"No event wrote {', '.join(sorted(unreached))}.")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, nargs=2, default=[1_000_000, 1_000])
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 20, 2_000])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--all", action="store_true", help="shows what is flat, too")
    given = parser.parse_args()
    list(cases(given.only))
    with database() as settings, process.rare_garbage_collection():
        asyncio.run(run(settings, given))


if __name__ == "__main__":
    main()
