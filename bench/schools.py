"""How fast the dashboard of a teacher at a school with 5,000 students and 1,000 sessions is.

It is asked over HTTP, of one process, as clients ask.

    python -m bench.schools [--seconds 5] [--connections 1 16]
"""

import argparse
import asyncio
from pathlib import Path

import psycopg
from psycopg import sql
from pydantic import SecretStr

from bench.http import ask_repeatedly
from bench.servers import SECRET, running, servers
from homeroom.api import tokens
from homeroom.engine.generations.registry import enter, live_generation
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

PATH = "/api/teachers/dashboard/?school_id="
# The large school, and one at which the teacher has nothing.
TARGETS = {
    "a week": f"{PATH}O1", "a month": f"{PATH}O1&date_range=month", "an empty school": f"{PATH}O2",
}  # fmt: skip
WARM_SECONDS = 1.0


def fill(settings: Settings) -> None:
    """The entities, and every projection of them."""
    text = Path(__file__).with_name("schools.sql").read_text()
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        enter(connection, live_generation(connection), for_session=True)
        connection.execute(text.encode())
        connection.execute("ANALYZE")
        for projection in read_model(settings).plan().tables:
            connection.execute(projection.derive.encode())
            connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(projection.name)))
        connection.execute("VACUUM")


def run(seconds: float, connections: list[int]) -> None:
    with servers(2) as unset:
        settings = unset.model_copy(
            update={
                "jwt_secret": SecretStr(SECRET),
                "port": 0,
                "dashboard_requests_per_minute_max": 0,
            }
        )
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        fill(settings)
        token = tokens.issue(settings, "T1", "teacher")
        with running(settings, "serve") as service:
            assert service.stdout is not None
            port = int(service.stdout.readline().rsplit(":", 1)[1])
            for count in connections:
                for name, path in TARGETS.items():
                    head = f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}"
                    request = [f"{head}\r\n\r\n".encode()]
                    asyncio.run(ask_repeatedly(port, request, count, WARM_SECONDS))
                    spent = asyncio.run(ask_repeatedly(port, request, count, seconds))
                    print(
                        f"{count:3} connections  {name:16} {spent.rate:6,.0f}/s   "
                        f"p50 {spent.percentile(50):6.1f} ms   p99 {spent.percentile(99):6.1f} ms",
                        flush=True,
                    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16])
    given = parser.parse_args()
    run(given.seconds, given.connections)


if __name__ == "__main__":
    main()
