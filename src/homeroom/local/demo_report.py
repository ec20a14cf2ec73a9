"""What the demo says at its end."""

import json
import shlex
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql as pg

from homeroom.engine.planner import Plan
from homeroom.local.demo_load import Load
from homeroom.operations.verify import Compared

TEACHER = "T-DDD"
PATHS = (
    "dashboard/stats",
    "dashboard/assignments/recent?limit=2",
    "dashboard/navigation-counts",
)
REQUEST_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of each entity and of each projection, and the time of their newest event."""

    entities: dict[str, int]
    projections: dict[str, int]
    newest_event: datetime | None


def contents(database_url: str, generation: str, plan: Plan) -> Contents:
    """Count, in one snapshot."""

    def count(table: str) -> int:
        found = connection.execute(
            pg.SQL("SELECT count(*) FROM {}").format(pg.Identifier(generation, table))
        ).fetchone()
        return int(found[0]) if found else 0

    with psycopg.connect(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        newest = connection.execute(
            pg.SQL("SELECT max(newest_time) FROM {}").format(pg.Identifier(generation, "positions"))
        ).fetchone()
        return Contents(
            {name: count(name) for name in sorted(plan.entities)},
            {name: count(name) for name in sorted(p.name for p in plan.projections)},
            newest[0] if newest else None,
        )


def summary(done: Load, tables: Contents, compared: list[Compared]) -> str:
    """Events, seconds, rates and rows; how the tables compare with their definitions, if known."""
    made_of = [f"{count:,} {name}" for name, count in tables.entities.items() if count]
    lines = [
        *_load_lines(done),
        f"  freshness  {_freshness(tables)}",
        f"  entities   {', '.join(made_of)}",
        "",
    ]
    verdicts = {table.table: _verdict(table) for table in compared}
    width = max(map(len, tables.projections))
    for name, count in tables.projections.items():
        line = f"  {name:<{width}}  {count:>7,} rows  {verdicts.get(name, '')}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def _load_lines(done: Load) -> list[str]:
    lines = []
    if done.published:
        rate = done.published / max(done.publishing_seconds, 1e-3)
        lines.append(
            f"  published  {done.published:,} events in {done.publishing_seconds:.1f} s "
            f"({rate:,.0f} events/s)"
        )
    else:
        lines.append(f"  published  nothing: the log holds {done.events_in_log:,} events already")
    if done.projected:
        rate = done.projected / max(done.projecting_seconds, 1e-3)
        lines.append(
            f"  projected  {done.projected:,} events in {done.projecting_seconds:.1f} s "
            f"({rate:,.0f} events/s)"
        )
    else:
        lines.append("  projected  nothing: the tables held all of them already")
    return lines


def _freshness(tables: Contents) -> str:
    newest = f"{tables.newest_event:%d %B %Y}" if tables.newest_event else "none"
    return f"0 events behind; the newest event is of {newest}"


def _verdict(compared: Compared) -> str:
    if not compared.differs:
        return "equal to its definition"
    return f"DIFFERS: {compared.unexpected:,} unexpected, {compared.missing:,} missing"


def urls(address: str) -> list[str]:
    """What the demo asks the service for, or has you ask."""
    return [f"{address}/api/teachers/{TEACHER}/{path}" for path in PATHS]


def curl_lines(address: str, token: str) -> list[str]:
    """The same as commands, which show only the answer and end its line."""
    header = shlex.quote(f"Authorization: Bearer {token}")
    return [f"curl -sw '\\n' -H {header} {shlex.quote(url)}" for url in urls(address)]


def how_to_use(address: str, token: str, exports: Path) -> str:
    """Where the service is and how to ask it, here and from another terminal."""
    lines = [
        "",
        f"The service: {address}  (its pages: {address}/docs)",
        f"A token for the teacher {TEACHER}, good for a day:",
        token,
        "",
        "Paste these into another terminal:",
        "",
        *curl_lines(address, token),
        "",
        f"For homeroom's own commands there:  . {shlex.quote(str(exports))}",
        "Ctrl-C stops everything; the next run finds it all again.",
    ]
    return "\n".join(lines)


def ask(url: str, token: str) -> str:
    """The answer's body; OSError (urllib's errors among them) if it is not a good one."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
        return json.dumps(json.loads(answer.read()), separators=(",", ":"), ensure_ascii=False)
