"""The summary that the demo prints at its end."""

import json
import shlex
import textwrap
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from psycopg import sql as pg

from homeroom.database import snapshot
from homeroom.engine.planning.planner import Plan
from homeroom.local.demo.batches import batch_id_of
from homeroom.local.demo.load import Load
from homeroom.local.demo.schools import TEACHER_ID
from homeroom.local.demo.teaching import ADMIN_ID
from homeroom.local.demo.year import CLASS
from homeroom.operations.differences import Compared, count_rows

REQUEST_TIMEOUT_SECONDS = 10.0
WIDTH = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose dashboard the demo shows. ``variable`` holds the token in another shell."""

    user_id: str
    role: str
    variable: str
    paths: tuple[str, ...]

    def urls(self, address: str) -> list[str]:
        """The URLs of the person's dashboard."""
        return [f"{address}{path}" for path in self.paths]

    def curl_lines(self, address: str, token: str) -> list[str]:
        """The same requests as curl commands that print only the answer and a newline."""
        header = shlex.quote(f"Authorization: Bearer {token}")
        return [f"curl -sw '\\n' -H {header} {shlex.quote(url)}" for url in self.urls(address)]


TEACHER = Person(
    "T-DDD",
    "teacher",
    "DEMO_TOKEN",
    (
        "/api/teachers/T-DDD/dashboard/stats",
        "/api/teachers/T-DDD/dashboard/assignments/recent?limit=2",
        "/api/teachers/T-DDD/dashboard/navigation-counts",
        "/api/students?limit=2",
        "/api/reports/student/148993",
        "/v1/teacher/dashboard?limit=2",
    ),
)
# A student whose year leaves no part of the dashboard empty.
STUDENT = Person("148993", "student", "DEMO_STUDENT_TOKEN", ("/api/v1/student/dashboard",))
# One of the habits that the student has not given up, for examples that log it.
HABIT_ID = "148993-habit-1"
# A teacher of two schools, who looks at one of them.
SCHOOLS_TEACHER = Person(
    TEACHER_ID,
    "teacher",
    "DEMO_SCHOOLS_TOKEN",
    ("/api/teachers/dashboard/?school_id=SCH-2&date_range=month&students_limit=2",),
)
# The platform's admin, who assigns teachers.
ADMIN = Person(
    ADMIN_ID,
    "admin",
    "DEMO_ADMIN_TOKEN",
    ("/api/teacher-assignments?user_id=T-DDD",),
)
PEOPLE = (TEACHER, SCHOOLS_TEACHER, ADMIN, STUDENT)
OPERATOR_ID = "O-DEMO"
# Who may sign in to the pages with one click: HOMEROOM_DEMO_PEOPLE.
SIGN_INS = json.dumps(
    [
        {"sub": sub, "role": role, "name": name, "about": about}
        for sub, role, name, about in (
            (TEACHER.user_id, "teacher", "A teacher", "Exams, assignments and classes of DDD"),
            (STUDENT.user_id, "student", "A student", "Habits, goals and missions of a year"),
            (TEACHER_ID, "teacher", "A teacher of two schools", "Sessions, progress and earnings"),
            (ADMIN_ID, "admin", "An admin", "Who teaches which class and subject"),
            (OPERATOR_ID, "operator", "An operator", "The flow, its letters and its tables"),
        )
    ]
)
# A batch of the teacher's, of the first assignment of DDD-2014J, which services may ask for.
BATCH_ID = batch_id_of("25362")
SERVICE_ID = "demo"
CLASS_INFO = f"/internal/v1/batches/class-info?batch_ids={BATCH_ID}"
# Where development servers of browser applications listen, which may read the demo's service.
PAGES = [
    f"http://{host}:{port}"
    for host in ("localhost", "127.0.0.1")
    for port in (3000, 4200, 5173, 8080)
]


@dataclass(frozen=True, slots=True)
class Contents:
    """The rows of each entity and of each projection, and the time of their newest event."""

    entities: dict[str, int]
    projections: dict[str, int]
    newest_event: datetime | None


def contents(database_url: str, generation: str, plan: Plan) -> Contents:
    """Count, in one snapshot."""

    with snapshot(database_url, "homeroom demo") as connection:

        def count(table: str) -> int:
            return count_rows(connection, pg.Identifier(generation, table))

        newest = connection.execute(
            pg.SQL("SELECT max(newest_time) FROM {}").format(pg.Identifier(generation, "positions"))
        ).fetchone()
        return Contents(
            {name: count(name) for name in sorted(plan.entities)},
            {name: count(name) for name in sorted(p.name for p in plan.tables)},
            newest[0] if newest else None,
        )


def summary(done: Load, tables: Contents, compared: list[Compared]) -> str:
    """Events, seconds, rates and rows; each table and its verdict where they were compared."""
    lines = [
        *_load_lines(done),
        f"  students   those of {CLASS} live a made-up year, up to {done.year_end:%d %B %Y}",
        f"  freshness  {_freshness(tables)}",
        _counts("entities", tables.entities),
    ]
    if not compared:
        return "\n".join([*lines, _counts("tables", tables.projections)])
    verdicts = {table.table: _verdict(table) for table in compared}
    width = max(map(len, tables.projections))
    rows = (
        f"  {name:<{width}}  {count:>7,} rows  {verdicts[name]}"
        for name, count in tables.projections.items()
    )
    return "\n".join([*lines, "", *rows])


def _counts(what: str, counts: Mapping[str, int]) -> str:
    """How many rows of each, without those that have none, as a paragraph."""
    text = ", ".join(
        f"{count:,}\N{NO-BREAK SPACE}{name}" for name, count in counts.items() if count
    )
    return textwrap.fill(
        text, WIDTH, initial_indent=f"  {what:<9}  ", subsequent_indent=" " * 13,
        break_long_words=False,
    ).replace("\N{NO-BREAK SPACE}", " ")  # fmt: skip


def _load_lines(done: Load) -> list[str]:
    held = f"nothing: the log holds {done.events_in_log:,} events already"
    lines = [f"  published  {_rate(done.published, 'events', done.publishing_seconds) or held}"]
    if recorded := _rate(done.recorded, "habit logs", done.recording_seconds):
        lines.append(f"  recorded   {recorded}")
    projected = _rate(done.projected, "events", done.projecting_seconds)
    lines.append(f"  projected  {projected or 'nothing: the tables held all of them already'}")
    return lines


def _rate(count: int, what: str, seconds: float) -> str:
    """How many in how long; nothing where there were none."""
    if not count:
        return ""
    return f"{count:,} {what} in {seconds:.1f} s ({count / max(seconds, 1e-3):,.0f} {what}/s)"


def old_year(year_end: date, folder: Path | None) -> str:
    """A hint for a year that did not end today; ``folder`` holds all of the demo's data."""
    if year_end == datetime.now(UTC).date():
        return ""
    hint = f"The students' year ended on {year_end:%d %B %Y}: streaks have broken since."
    return f"{hint} To begin anew, remove {folder}" if folder else hint


def _freshness(tables: Contents) -> str:
    newest = f"{tables.newest_event:%d %B %Y}" if tables.newest_event else "none"
    return f"0 events behind; the newest event is of {newest}"


def _verdict(compared: Compared) -> str:
    if not compared.differs:
        return "equal to its definition"
    return f"DIFFERS: {compared.unexpected:,} unexpected, {compared.missing:,} missing"


def service_headers(key: str) -> dict[str, str]:
    """With which a service asks."""
    return {"X-Service-ID": SERVICE_ID, "X-Internal-API-Key": key}


def _service_line(address: str, key: str) -> str:
    sent = " ".join(
        f"-H {shlex.quote(f'{name}: {value}')}" for name, value in service_headers(key).items()
    )
    return f"curl -sw '\\n' {sent} {shlex.quote(address + CLASS_INFO)}"


def sign_in_line(address: str, no_people: str) -> str:
    """Where people sign in to the pages. ``no_people``: why nobody can without a password."""
    if no_people:
        return f"Nobody is let in without a password: {no_people}."
    return f"Sign in as a teacher, a student, an admin or an operator: {address}/sign-in"


def how_to_use(
    address: str, tokens: Mapping[Person, str], key: str, exports: Path, no_people: str = ""
) -> str:
    """Where people sign in, where the service is and how to ask it, here and from another terminal.

    ``key``: with which a service asks; ``no_people``: as in ``sign_in_line``.
    """
    lines = ["", sign_in_line(address, no_people)]
    lines += ["", f"The service: {address}  (its documentation: {address}/docs)"]
    for who, token in tokens.items():
        lines += [f"A token for the {who.role} {who.user_id}, good for a day:", token]
    lines += ["", "Paste these into another terminal."]
    for who, token in tokens.items():
        commands = who.curl_lines(address, token)
        lines += ["", f"The {who.role}'s dashboard:", "", *commands]
    lines += ["", "The class of a batch of essays, as a service asks:", ""]
    lines.append(_service_line(address, key))
    lines += [
        "",
        f"For homeroom's own commands there:  . {shlex.quote(str(exports))}",
        "Ctrl-C stops everything; the next run finds it all again.",
    ]
    return "\n".join(lines)


def ask(url: str, token: str) -> str:
    """The answer's body; raises OSError (as urllib's errors are) for an error answer."""
    return ask_with(url, {"Authorization": f"Bearer {token}"})


def ask_with(url: str, headers: Mapping[str, str]) -> str:
    """The same with any headers."""
    request = urllib.request.Request(url, headers=dict(headers))
    with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
        return json.dumps(json.loads(answer.read()), separators=(",", ":"), ensure_ascii=False)
