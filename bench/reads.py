"""How fast answers are: requests per second and latency of each endpoint of the student's
dashboard, of pages of a teacher's lists, and of batches of essays, beside the plainest endpoint
there can be, in the same run; and the CPU time of the service and of PostgreSQL for each request.

The plainest one is FastAPI and psycopg: it reads one row by its key, with no token to verify, no
snapshot, no row-level security. It is served as ours is, by one process, and asked in turns with
ours, so that whatever else the machine does falls on both. Where others use the machine too, CPU
time says more than rates do.

    python -m bench.reads [--students 100000] [--seconds 5] [--rounds 3] [--connections 1 16 64]

The teacher has all students, 50,000 exams, and 10,000 batches of thirty essays. 1,000 teachers have
five classes and three subjects each by assignment, and each student has two marks. With `--lists`
only the lists, the batches, the assignments and the records are asked, and students have nothing
else, so that a million of them are filled in soon:

    python -m bench.reads --lists --students 1000000 --connections 1
"""

import argparse
import asyncio
import multiprocessing
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

import psycopg
from psycopg import sql
from pydantic import SecretStr

from bench import figures, plain
from bench.costs import RequestCost, Served, Target, measure
from bench.servers import SECRET, running, servers
from homeroom.api import cursors, tokens
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

ENDPOINTS = ("dashboard", "profile", "curriculum/progress", "missions")
# Of the plainest endpoint's rate.
AIMS = {"dashboard": 0.6, "profile": 0.85}
# The first pages of lists, pages that nearly all others are before, and searches.
TEACHER = "T1"


def _hours_ago(name: str, hours: int) -> str:
    return cursors.pack(name, datetime.now(UTC) - timedelta(hours=hours), "")


LISTS = {
    "exams": "exams",
    "exams far behind": f"exams?cursor={_hours_ago('exams', 49_000)}",
    "exams of a status": "exams?status=draft",
    "exams searched": "exams?q=exam%20777",
    "graded": "assignments?graded=true",
    "graded far behind": f"assignments?graded=true&cursor={_hours_ago('assignments', 4_900)}",
    "students": "students",
    "students far behind": f"students?cursor={cursors.pack('students', 'Student 98', '')}",
    "students searched": "students?q=ent%20777",
    "students of a class": "students?class_id=C7",
}
BATCHES = {
    "batches": "",
    "batches far behind": "?offset=9900",
    "batches of a status": "?status=processing",
}
BATCH_IDS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(1, 501)]
SERVICE_KEY = "the bench's own key of a service that asks"
OF_SERVICES = {
    "class of a batch": f"class-info?batch_ids={BATCH_IDS[0]}",
    "classes of 500 batches": f"class-info?batch_ids={','.join(BATCH_IDS)}",
    "status of a batch": f"{BATCH_IDS[0]}/status",
    "a user's batches": f"user/{TEACHER}",
    "those of a status": f"user/{TEACHER}?status=processing_pipelines",
}
# Of 1,000 teachers, as an admin of the platform asks.
ASSIGNMENTS = {
    "assignments": "",
    "assignments, 500": "?limit=500",
    "those to a class": "?class_level_id=C7",
    "workload": "/workload",
    "history": f"/history?user_id={TEACHER}",
}
# As a teacher with five classes of a hundred and three subjects asks, and an admin of the platform.
RECORDS = {
    "assigned students": "students",
    "those of a class": "students?class_level_id={class_id}",
    "one student": "students/{student_id}",
    "assessments": "assessments",
    "class report": "reports/class/{class_id}",
    "student report": "reports/student/{student_id}",
}
OF_ADMINS = {
    "all students": "students",
    "all far behind": f"students?cursor={cursors.pack('students', 'Student 98', '')}",
    "all assessments": "assessments",
    "access log": "access-log",
}
# Callers who ask again and again would find everything in the database's cache; so many differ.
CALLERS = 2_000
STUDENTS_MIN = 3_101
WARM_SECONDS = 1.0


def fill(settings: Settings, students: int, *, only_lists: bool) -> None:
    """Students with something of everything, or only teachers, and every projection of it."""
    model = read_model(settings)
    files = ("reads_school.sql",) if only_lists else ("reads_school.sql", "reads_fill.sql")
    text = "".join(Path(__file__).with_name(name).read_text() for name in files)
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        enter(connection, live_generation(connection), for_session=True)
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute(text.replace("{students}", str(students)).encode())
        connection.execute("ANALYZE")
        for projection in model.plan().tables:
            connection.execute(projection.derive.encode())
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(projection.name)))
        connection.execute("VACUUM")
        connection.execute("CHECKPOINT")


def _request(path: str, token: str = "") -> bytes:
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\n{authorization}\r\n".encode()


def _service_request(path: str) -> bytes:
    keys = f"X-Service-ID: bench\r\nX-Internal-API-Key: {SERVICE_KEY}\r\n"
    return f"GET /internal/v1/batches/{path} HTTP/1.1\r\nHost: bench\r\n{keys}\r\n".encode()


def targets(
    settings: Settings, students: int, ours_at: Served, plain_at: Served, *, only_lists: bool
) -> list[Target]:
    """The plainest endpoint first."""
    chosen = random.Random(1).sample(range(1, students + 1), min(CALLERS, students))
    known = [(f"S{n}", tokens.issue(settings, f"S{n}", "student")) for n in chosen]
    ours = [
        Target(name, ours_at, [_request(f"/api/v1/student/{name}", token) for _, token in known])
        for name in (() if only_lists else ENDPOINTS)
    ]
    teacher = tokens.issue(settings, TEACHER, "teacher")
    ours += [
        Target(name, ours_at, [_request(f"/api/teachers/{TEACHER}/{path}", teacher)])
        for name, path in LISTS.items()
    ]
    ours += [
        Target(name, ours_at, [_request(f"/v1/teacher/dashboard{query}", teacher)])
        for name, query in BATCHES.items()
    ]
    ours += [Target(name, ours_at, [_service_request(path)]) for name, path in OF_SERVICES.items()]
    admin = tokens.issue(settings, "A1", "admin")
    ours += [
        Target(name, ours_at, [_request(f"/api/teacher-assignments{path}", admin)])
        for name, path in ASSIGNMENTS.items()
    ]
    # The first class that `reads_school.sql` assigns the teacher to; it has S3000 to S3099.
    named = {"class_id": "C30", "student_id": "S3001"}
    ours += [
        Target(name, ours_at, [_request(f"/api/{path.format(**named)}", teacher)])
        for name, path in RECORDS.items()
    ]
    ours += [Target(n, ours_at, [_request(f"/api/{path}", admin)]) for n, path in OF_ADMINS.items()]
    own = _request("/api/teacher-assignments/my-assignments", teacher)
    ours.append(Target("own assignments", ours_at, [own]))
    return [Target("plain", plain_at, [_request(f"/plain/{s}") for s, _ in known]), *ours]


@contextmanager
def _plain(settings: Settings) -> Iterator[Served]:
    port = multiprocessing.Value("i", 0)
    process = multiprocessing.Process(
        target=plain.serve, args=(settings.require_database(), port), daemon=True
    )
    process.start()
    while not port.value:
        time.sleep(0.05)
    assert process.pid is not None
    yield Served(process.pid, port.value)
    process.terminate()
    process.join()


def compare(found: list[Target], connections: int, seconds: float, rounds: int, url: str) -> None:
    """Asks each in turn, and prints a line for each."""
    measured: dict[str, list[RequestCost]] = {target.name: [] for target in found}
    for target in found:
        measure(target, connections, WARM_SECONDS, url)
    for _ in range(rounds):
        for target in found:
            measured[target.name].append(measure(target, connections, seconds, url))
    for name, rounds_of in measured.items():
        line = _line(rounds_of, measured["plain"])
        if name in AIMS:
            what = f"rate of a {name} of the plainest endpoint's, {connections} connections"
            figures.at_least(what, _rate(rounds_of, measured["plain"]), AIMS[name])
        print(f"{connections:3} connections  {name:22} {line}", flush=True)


def _rate(ours: list[RequestCost], plainest: list[RequestCost]) -> float:
    return median(m.spent.rate / p.spent.rate for m, p in zip(ours, plainest, strict=True))


def _line(ours: list[RequestCost], plainest: list[RequestCost]) -> str:
    """The medians of the rounds; ratios are of the same round."""
    spent = [m.spent for m in ours]
    cpu = [m.cpu / p.cpu for m, p in zip(ours, plainest, strict=True)]
    return (
        f"{median(s.rate for s in spent):7,.0f}/s   "
        f"p50 {median(s.percentile(50) for s in spent):6.1f} ms   "
        f"p99 {median(s.percentile(99) for s in spent):6.1f} ms   "
        f"of plain {_rate(ours, plainest):.2f}   "
        f"CPU {median(m.service_cpu for m in ours):5.0f} + "
        f"{median(m.postgresql_cpu for m in ours):5.0f} us   of plain {median(cpu):.2f}"
    )


def run(
    students: int, connections: list[int], seconds: float, rounds: int, *, only_lists: bool
) -> None:
    with servers(2) as unset:
        keys = SecretStr(f"bench={SERVICE_KEY}")
        settings = unset.model_copy(
            update={"jwt_secret": SecretStr(SECRET), "internal_api_keys": keys, "port": 0}
        )
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        began = time.monotonic()
        fill(settings, students, only_lists=only_lists)
        print(f"{students:,} students, filled in {time.monotonic() - began:.0f} s", flush=True)
        with running(settings, "serve") as service, _plain(settings) as plain_at:
            assert service.stdout is not None
            ours_at = Served(service.pid, int(service.stdout.readline().rsplit(":", 1)[1]))
            found = targets(settings, students, ours_at, plain_at, only_lists=only_lists)
            for count in connections:
                compare(found, count, seconds, rounds, settings.require_database())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--students", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 64])
    parser.add_argument(
        "--lists",
        action="store_true",
        help="a teacher's lists, batches, assignments and records alone",
    )
    given = parser.parse_args()
    if given.students < STUDENTS_MIN:
        parser.error(f"records are asked of a class that there is from {STUDENTS_MIN} students on")
    run(
        given.students, given.connections, given.seconds, given.rounds, only_lists=given.lists
    )  # fmt: skip


if __name__ == "__main__":
    main()
