"""Everything works where each process has a login of its own, and none is the database's owner."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES
from tests.support import wait_for
from tests.support.commands import running, serving, succeed
from tests.support.habits import habit, log_of, publish, student
from tests.support.logins import own_logins
from tests.support.notifier import SECRET
from tests.support.scraping import watched_worker
from tests.support.strength import at_full_strength

KEY = "the-key-of-the-tests-is-longer-than-32-bytes"
NOBODY = "postgresql://nobody@127.0.0.1:1/nothing"
SESSIONS = """
    SELECT DISTINCT usename::text FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND backend_type = 'client backend' AND application_name LIKE 'homeroom %'
"""


@pytest.fixture(scope="module")
def own(prepared: Settings) -> Iterator[Settings]:
    """Those of every process but `migrate`, which alone knows the owner."""
    with own_logins(prepared) as given:
        yield given


@at_full_strength
async def test_events_commands_and_a_rebuild_go_through_without_the_owner(
    own: Settings,
) -> None:
    keys = SecretStr(f"tests={KEY}")
    theirs = own.model_copy(
        update={
            "database_url": NOBODY, "internal_api_keys": keys,
            # Where nothing is asked for, nothing is sent.
            "webhook_url": "http://127.0.0.1:1/", "webhook_secret": SecretStr(SECRET),
        }
    )  # fmt: skip
    names = {f"{process}_database_url" for process in PROCESSES}
    users = {psycopg.conninfo.conninfo_to_dict(getattr(own, name))["user"]: name for name in names}
    with (
        watched_worker(theirs) as worker,
        serving(theirs) as service,
        running(theirs, "notify"),
    ):
        wait_for(worker.ready, 60)
        position = await publish(theirs, [student("S-ada"), habit("H-read", "S-ada")])
        token = {"Authorization": f"Bearer {tokens.issue(theirs, 'S-ada', 'student')}"}

        def read(position: str) -> int:
            waiting = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
            return service.get("/api/v1/student/dashboard", {}, token | waiting).status_code

        assert wait_for(lambda: read(position) == 200, 60)
        log = log_of("1", "H-read", datetime.now(UTC).date().isoformat())

        def record() -> str | None:
            answer = service.post("/api/v1/student/habits/logs", {"logs": [log]}, token)
            return answer.headers["Homeroom-Position"] if answer.status_code == 200 else None

        recorded = wait_for(record)
        # The relay has published it, and a worker applied it.
        assert wait_for(lambda: read(recorded) == 200, 60)
        shortly = {"operator_database_url", "explain_database_url"}
        logged_in: set[str] = set()
        with psycopg.connect(own.database_url, autocommit=True) as looking:

            def each_has_its_login() -> bool:
                # Of the login of somebody else there is no name.
                logged_in.update(users[row[0]] for row in looking.execute(SESSIONS))
                return logged_in >= names - shortly

            wait_for(each_has_its_login, 60)
        asked = {"table": "student", "key": "S-ada"}
        key = {"X-Service-ID": "tests", "X-Internal-API-Key": KEY}
        assert service.get("/internal/v1/explain", asked, key).status_code == 200
        assert "g0001" in succeed(theirs, "status")
        succeed(theirs, "rebuild", "--yes")
        position = await publish(theirs, [habit("H-run", "S-ada")])
        assert wait_for(lambda: read(position) == 200, 60)
        assert "live" in succeed(theirs, "generations", "list")
        succeed(theirs, "verify")
        succeed(theirs, "rollback", "--yes")
        assert wait_for(lambda: read(recorded) == 200, 60)
