"""How fast habit logs are taken over HTTP, one at a time and 500 at a time.

Requests come round again after a while, so that some logs are duplicates, as from phones.

    python -m bench.writes [--seconds 5] [--connections 1 4]
"""

import argparse
import asyncio
from datetime import UTC, datetime, timedelta

import orjson
import psycopg
from pydantic import SecretStr

from bench.http import ask_repeatedly
from bench.servers import SECRET, running, servers
from homeroom.api import tokens
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

STUDENTS = 8
# Logs of one request, and how many different requests there are.
SIZES = {1: 3_000, 500: 60}
DAYS = 3_000
# The students are there and numbers are level, as they are once a worker has caught up.
PREPARE = """
INSERT INTO g0001.students (student_id, name, time_zone)
SELECT 'S-' || n, 'Ada', 'UTC' FROM generate_series(0, 7) AS n;
INSERT INTO g0001.student_habits (habit_id, student_id, name, started_on, stopped)
SELECT 'H-' || n, 'S-' || n, 'Reading', '2020-01-01', false
FROM generate_series(0, 7) AS n;
UPDATE homeroom.numbering SET identity = homeroom.identity();
"""


def _request(settings: Settings, number: int, size: int) -> bytes:
    """One of a student's requests; no two of one size have a log in common."""
    student, now = number % STUDENTS, datetime.now(UTC)
    first = number * size
    logs = [
        {
            "id": f"{size}-{n}",
            "habit_id": f"H-{student}",
            "logged_on": now.date() - timedelta(days=n % DAYS),
            "done": True,
            "recorded_at": now + timedelta(microseconds=n),
        }
        for n in range(first, first + size)
    ]
    body = orjson.dumps({"logs": logs})
    token = tokens.issue(settings, f"S-{student}", "student")
    head = (
        "POST /api/v1/student/habits/logs HTTP/1.1\r\nHost: bench\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def run(seconds: float, connections: list[int]) -> None:
    with servers(2) as unset:
        settings = unset.model_copy(update={"jwt_secret": SecretStr(SECRET), "port": 0})
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        with psycopg.connect(settings.require_database(), autocommit=True) as owner:
            owner.execute(PREPARE.encode())
        with running(settings, "serve") as service:
            assert service.stdout is not None
            port = int(service.stdout.readline().rsplit(":", 1)[1])
            for size, count in SIZES.items():
                requests = [_request(settings, number, size) for number in range(count)]
                for at_once in connections:
                    spent = asyncio.run(ask_repeatedly(port, requests, at_once, seconds))
                    print(
                        f"{size:3} logs a request, {at_once:2} connections  "
                        f"{spent.rate:6,.0f} requests/s  {spent.rate * size:8,.0f} logs/s   "
                        f"p50 {spent.percentile(50):6.1f} ms   p99 {spent.percentile(99):6.1f} ms",
                        flush=True,
                    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 4])
    given = parser.parse_args()
    run(given.seconds, given.connections)


if __name__ == "__main__":
    main()
