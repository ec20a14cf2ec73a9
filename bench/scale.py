"""What schools of 100,000, 10 million and 100 million students would take, from measured costs.

The demo's events are applied in this run, to count the events, rows and bytes of a student's year.
What an event and a read cost in CPU is taken from other benchmarks: the options' defaults are the
figures of docs/performance.md. Everything is printed, assumptions too. Nothing here was tried at
these sizes: it multiplies.

    python -m bench.scale [--students 100000 10000000 100000000] [--years 3] [--worker-cpu 20.1] …
"""

import argparse
import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

import psycopg

from bench.servers import FOLDER, servers
from bench.throughput import live
from homeroom.engine.generations.registry import live_generation
from homeroom.local import cache_folder
from homeroom.local.demo.year import Year as LifeYear
from homeroom.local.kafka import LocalKafka
from homeroom.local.oulad import import_oulad
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.publisher import Publisher

STUDENTS = (100_000, 10_000_000, 100_000_000)
SCHOOL_DAYS, SCHOOL_HOURS = 190, 8
GIB = 2**30
# Every table of the live generation: what it has, and its bytes with indexes.
TABLES = """
    SELECT sum(s.n_live_tup)::bigint, sum(pg_total_relation_size(s.relid))::bigint
    FROM pg_stat_user_tables s WHERE s.schemaname = %s
"""


@dataclass(frozen=True, slots=True)
class Year:
    """What a student's year comes to, in events, rows, and bytes of tables and of the log."""

    events: float
    rows: float
    table_bytes: float
    log_bytes: float


class Held(NamedTuple):
    """What a generation and the log of its topics hold."""

    students: int
    rows: int
    table_bytes: int
    log_bytes: int


@dataclass(frozen=True, slots=True)
class Assumed:
    """Costs are in microseconds of CPU; rates are per second."""

    worker_cpu: float
    flink_cpu: float
    postgresql_cpu: float
    service_cpu: float
    read_cpu: float
    live_rate: float
    rebuild_rate: float
    years: float
    peak: float
    visits: float
    hot: float
    load: float


# Each with what it is unless it is said, and what it means.
OPTIONS: dict[str, tuple[float, str]] = {
    "worker_cpu": (20.1, "µs of CPU that a worker takes for an event, in full batches"),
    "flink_cpu": (164, "µs of CPU that Flink takes for an event, in place of a worker"),
    "postgresql_cpu": (20.2, "µs that PostgreSQL takes to write an event"),
    "service_cpu": (656, "µs that a query service takes for a dashboard"),
    "read_cpu": (519, "µs that PostgreSQL takes for a dashboard"),
    "live_rate": (
        32_697,
        "events a second that one generation takes on two cores, in full batches",
    ),
    "rebuild_rate": (40_553, "events a second of a rebuild on two cores"),
    "years": (3, "years that are kept"),
    "peak": (10, "times the mean of a school day in its busiest hour"),
    "visits": (4, "dashboards that are read for a student in a day, by all who see them"),
    "hot": (0.2, "of the tables are touched often, and should be in memory"),
    "load": (0.5, "of a core may be in use"),
}


async def measure_year(settings: Settings) -> Year:
    """Applies the demo's events, and counts.

    A student's year is one of the data set, which has the classes, assignments and submissions of
    many, and one of the few whose missions, habits and goals the demo invents.
    """
    model = read_model(settings)
    await migrate(settings, model, project_folder("migrations"))
    empty = _held(settings)
    published = await import_oulad(settings)
    await live(settings, model, 5_000, published.count)
    of_classes = _held(settings)
    lives = LifeYear(datetime.now(UTC).date())
    async with Publisher(settings) as publisher:
        more = (await publisher.publish(lives)).count
    await live(settings, model, 5_000, more)
    logs = lives.habit_logs()
    recorded = sum(len(each.logs) for each in logs)
    students = len({each.student_id for each in logs})
    all_held = _held(settings)
    of_class, of_life = (
        [(after - before) / count for after, before in zip(later, earlier, strict=True)]
        for later, earlier, count in (
            (of_classes, empty, of_classes.students), (all_held, of_classes, students),
        )
    )  # fmt: skip
    return Year(
        published.count / of_classes.students + (more + recorded) / students,
        of_class[1] + of_life[1] + recorded / students,
        of_class[2] + of_life[2],
        of_class[3] + of_life[3],
    )


def _held(settings: Settings) -> Held:
    """What tables and log hold now."""
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        schema = live_generation(connection)
        connection.execute("VACUUM ANALYZE")
        rows, table_bytes = connection.execute(TABLES, (schema,)).fetchone() or (0, 0)
        connection.execute(f"SET search_path TO {schema}")
        (students,) = connection.execute(
            "SELECT count(DISTINCT student_id) FROM enrollment"
        ).fetchone() or (0,)
    data = LocalKafka(cache_folder() / FOLDER / "kafka").data
    # What the brokers have of these topics, compressed.
    log = sum(file.stat().st_size for file in data.glob(f"**/{settings.topic_prefix}*/*.log"))
    return Held(students, rows, table_bytes, log)


def show(students: int, year: Year, assumed: Assumed) -> None:
    """Prints what so many students would take."""
    seconds = SCHOOL_DAYS * SCHOOL_HOURS * 3600
    busiest = students * year.events / seconds * assumed.peak
    reads = students * assumed.visits / (SCHOOL_HOURS * 3600) * assumed.peak
    tables = students * year.table_bytes * assumed.years
    events = students * year.events * assumed.years
    share = busiest / assumed.live_rate
    needed = {
        "events a year": f"{students * year.events:,.0f}",
        "events a second, busiest hour": f"{busiest:,.0f}",
        "… of what one generation takes here": f"{share:.1%}",
        "dashboards read a second, busiest hour": f"{reads:,.0f}",
        "rows": f"{students * year.rows * assumed.years:,.0f}",
        "tables and indexes": f"{tables / GIB:,.1f} GiB; twice that during a rebuild",
        "log": f"{students * year.log_bytes * assumed.years / GIB:,.1f} GiB for each replica",
        "memory of the primary": f"{tables * assumed.hot / GIB:,.1f} GiB for what is touched",
        "cores of workers": _cores(busiest * assumed.worker_cpu, assumed),
        "cores of Flink, in their place": _cores(busiest * assumed.flink_cpu, assumed),
        "cores of PostgreSQL, writing": _cores(busiest * assumed.postgresql_cpu, assumed),
        "cores of query services": _cores(reads * assumed.service_cpu, assumed),
        "cores of PostgreSQL, reading": _cores(reads * assumed.read_cpu, assumed),
        "a rebuild takes": f"{events / assumed.rebuild_rate / 3600:,.1f} hours",
        "core hours of Flink, for the same": f"{events * assumed.flink_cpu / 3.6e9:,.0f}",
    }
    print(f"\n{students:,} students")
    for what, value in needed.items():
        print(f"  {what:46} {value}")


def _cores(microseconds_a_second: float, assumed: Assumed) -> str:
    return f"{microseconds_a_second / 1e6 / assumed.load:,.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, nargs="+", default=STUDENTS)
    for name, (default, meaning) in OPTIONS.items():
        parser.add_argument(
            f"--{name.replace('_', '-')}", type=float, default=default, help=meaning
        )
    given = vars(parser.parse_args())
    students = given.pop("students")
    assumed = Assumed(**given)
    with servers(4) as settings:
        year = asyncio.run(measure_year(settings))
    print("A student's year:")
    for what, value in {
        "events": year.events, "rows": year.rows, "bytes of tables": year.table_bytes,
        "bytes of the log": year.log_bytes,
    }.items():  # fmt: skip
        print(f"  {value:9,.1f}  {what}")
    print(f"Assumed, with {SCHOOL_DAYS} school days of {SCHOOL_HOURS} hours:")
    for name, (_, meaning) in OPTIONS.items():
        print(f"  {getattr(assumed, name):9,.1f}  {meaning}")
    for number in students:
        show(number, year, assumed)


if __name__ == "__main__":
    main()
