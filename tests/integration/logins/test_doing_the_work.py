"""Each login may do what its process does: clients' commands, the relay's, a worker's writing."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from homeroom.api import rate_limits
from homeroom.api.revoking import revoke_session
from homeroom.commands import (
    access_log,
    assignments,
    habit_logs,
    ingested_ids,
    marks,
    notifications,
    nudges,
    own_notifications,
    publications,
    resources,
    tickets,
)  # fmt: skip
from homeroom.commands.assignment_rules import CLASS, Admin, Link
from homeroom.commands.database import CommandDatabase
from homeroom.commands.resource_rules import Changes, NewResource
from homeroom.database import connect, connect_sync
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.registry import enter_live_async
from homeroom.files.folder import FolderStore
from homeroom.files.store import FileType
from homeroom.operations.migrating.reader import READER
from homeroom.queries.changes import FOLLOWER
from homeroom.queries.database import ReadScope, TokenIdentity
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom.settings.databases import Process
from homeroom.statements import load
from homeroom_kit.publishing.structured import event_of
from homeroom_kit.statements import load_for
from tests.support.ingesting import event

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
REFUSED = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedObject,
    psycopg.errors.InvalidParameterValue,
)
PARAMETER = re.compile(r"%\((\w+)\)s|%s")
# What the relay does itself; the rest of these files is the query service's.
OF_RELAY = {
    "outbox": {"add_command", "append", "wake"},
    "nudges": None, "own_notifications": None, "numbering": {"standing", "positions", "is_level"},
    "tickets": {"prune"}, "changes": {"prune"}, "access_log": {"prune"},
    "request_counts": {"prune"}, "ingested_ids": {"prune"},
}  # fmt: skip


@pytest.fixture
async def commands(own: Settings) -> AsyncIterator[CommandDatabase]:
    database = CommandDatabase(own)
    await database.open()
    yield database
    await database.close()


async def test_the_query_service_records_what_clients_command(own, commands, tmp_path) -> None:
    async with commands.connection(ReadScope(student_id="S-mine")) as connection:
        habit = "SELECT habit_id FROM student_habits"
        await connection.execute("SET search_path = g0001, pg_temp")
        (habit_id,) = await (await connection.execute(habit)).fetchone()
        log = {"id": "1", "habit_id": habit_id, "logged_on": "2026-03-10", "done": True,
               "recorded_at": "2026-03-10T11:00:00Z"}  # fmt: skip
        recorded = await habit_logs.record(connection, "S-mine", [log], NOW)
        assert [result.status for result in recorded.results] == ["recorded"]
        again = await habit_logs.record(connection, "S-mine", [log], NOW)
        assert [result.status for result in again.results] == ["duplicate"]
        # What was sent today is counted, and seen.
        more = [log | {"id": "2", "logged_on": "2026-03-09"}]
        for quota, status in ((1, "rejected"), (2, "recorded")):
            sent = await habit_logs.record(connection, "S-mine", more, NOW, quota)
            assert [result.status for result in sent.results] == [status]
    admin = Admin("M-mine", "O-mine")
    async with commands.connection(admin.scope) as connection:
        links = [Link(CLASS, "C-mine")]
        made = await assignments.make(
            connection, admin, "T-mine", links, NOW, skip_existing=True, dry_run=True
        )
        assert made.assignments == ()
        await assignments.remove(connection, admin, CLASS, "1-mine", NOW)
        made = await assignments.make(connection, admin, "T-mine", links, NOW)
        assert len(made.assignments) == 1
        mark = marks.GivenMark("S-mine", "C-mine", "J", 12.0)
        assert (await marks.record(connection, admin.scope, [mark], NOW)).mark_ids
    async with commands.connection(ReadScope(teacher_id="T-mine")) as connection:
        assert (await notifications.read(connection, "T-mine", "N-mine", NOW)).receipt.read_at
        assert await notifications.read_all(connection, "T-mine", "O-mine", NOW)
        assert await notifications.prefer(connection, "T-mine", {"assignment": {"email": True}})
        new = NewResource("O-mine", "Title", None, FileType("a.pdf", "application/pdf", 3))
        store = FolderStore(own.model_copy(update={"resource_folder": str(tmp_path)}))
        kept = await resources.reserve(
            connection, store, "T-mine", new, "127.0.0.1", NOW, NOW + timedelta(hours=1)
        )
        taking = await resources.begin_taking_in(connection, store, "T-mine", kept.resource_id)
        _, command = await resources.publish(connection, "T-mine", taking.kept, NOW)
        said = Changes({"class_ids": ["C-mine"], "with_students": True})
        await resources.change(connection, "T-mine", kept.resource_id, said, NOW)
        await resources.remove(connection, "T-mine", kept.resource_id, NOW)
        token = TokenIdentity("jti", "T-mine", 1)
        ticket = await tickets.issue(connection, "T-mine", token, 2.0**32)
    given = event_of(event("T-mine"))
    events = {ingested_ids.identity_of(given): given}
    for service in ("school", "other"):
        # No service meets the ids of another one.
        async with commands.connection(ReadScope(service_id=service)) as connection:
            assert await ingested_ids.claim(connection, service, events, 60) == {*events}
            place = next(iter(events)), ("people", 0, 7)
            await ingested_ids.remember(connection, service, [place])
            known = await ingested_ids.known(connection, service, list(events))
            assert [one.place for one in known.values()] == [("people", 0, 7)]
            assert await ingested_ids.known(connection, "another", list(events)) == {}
    async with commands.connection(FOLLOWER) as connection:
        assert (await tickets.redeem(connection, ticket)).teacher_id == "T-mine"
        assert await tickets.redeem(connection, ticket) is None
    # Of whoever signs out of the pages, with a second click too.
    await revoke_session(commands, "session-mine")
    await revoke_session(commands, "session-mine")
    with connect_sync(own.require_database(), "tests", autocommit=True) as connection:
        deleted = connection.execute(
            "DELETE FROM homeroom.revoked_token WHERE jti = 'session-mine'"
        )
        assert deleted.rowcount == 1
    async with commands.connection() as connection:
        denial = access_log.Denial("T-mine", "teacher", None, "GET", "/x", NOW, "1", "127.0.0.1")
        await access_log.append(connection, denial)
        found = await connection.execute(
            publications.SQL["published"], {"commands": [command, uuid4()]}
        )
        assert len(await found.fetchall()) == 1


async def test_the_query_service_counts_requests_of_tokens_that_were_not_revoked(commands) -> None:
    counting = {
        "caller": "student/S-mine", "limited": "reads", "requests_max": 5, "jti": "count-mine",
        "subject": "S-mine", "issued_at": 1,
    }  # fmt: skip
    async with commands.connection(ReadScope(service_id="homeroom")) as connection:
        counted = await connection.execute(rate_limits.SQL["count"], counting)
        assert await counted.fetchone() == (1, 60)
        await revoke_session(commands, "count-mine")
        counted = await connection.execute(rate_limits.SQL["count"], counting)
        assert await counted.fetchone() is None


async def test_the_relay_may_do_its_statements(own: Settings) -> None:
    async with await connect(own.relay_database_url, "tests") as connection:
        for module, names in OF_RELAY.items():
            statements = load(module, "homeroom.commands")
            await _try(connection, statements, names or set(statements))
        relay = load_for("homeroom", "relay", "homeroom_kit.relaying")
        await _try(connection, relay, set(relay))
        async with connection.transaction():
            await enter_live_async(connection)
            await nudges.look(connection, NOW)
        rows = await connection.execute(
            relay["unpublished"], {"limit": 9, "known": ["x"], "wanted": ["x"], "refused": 1}
        )
        assert await rows.fetchall() == []
        assert await own_notifications.EndedMemberships().look(connection) is not None
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await connection.execute("SELECT * FROM g0001.marks")


async def _try(
    connection: psycopg.AsyncConnection, statements: Mapping[str, bytes], names: set[str]
) -> None:
    """Has PostgreSQL look whether each statement is allowed, without running it."""
    await connection.execute("SET search_path = g0001, pg_temp")
    for name in names:
        text = statements[name].decode()
        if re.search(r"^\s*(NOTIFY|LISTEN)", re.sub(r"--.*\n", "", text)):
            continue
        numbers: dict[str, int] = {}
        numbered = PARAMETER.sub(
            lambda f, n=numbers: f"${n.setdefault(f[1] or str(len(n)), len(n) + 1)}", text
        )
        explain = f"EXPLAIN (GENERIC_PLAN) {numbered}"
        await connection.execute(explain.encode())


@pytest.mark.parametrize("process", ["worker", "operator"])
async def test_workers_and_operators_may_do_all_with_generations(
    own: Settings, process: Process
) -> None:
    with connect_sync(own.require_database(process), "tests", autocommit=True) as connection:
        connection.execute("SET search_path = g0001, pg_temp")
        with connection.transaction(force_rollback=True):
            for statement in (
                "UPDATE positions SET next_offset = 1", "DELETE FROM students",
                "INSERT INTO homeroom.change (relation, key, owner) VALUES ('', '', '{}')",
                "CREATE TEMPORARY TABLE mine ()", "SELECT * FROM homeroom.discard",
                "DELETE FROM homeroom.generation", "CREATE INDEX ON students (name)",
                "ANALYZE students", "DROP SCHEMA g0001 CASCADE",
            ):  # fmt: skip
                connection.execute(statement.encode())
        refused = ["CREATE ROLE mine", "ALTER TABLE homeroom.live ADD x int", "SET ROLE postgres"]
        if process == "worker":
            refused += ["SELECT * FROM homeroom.ticket", "DELETE FROM homeroom.revoked_token",
                        "CREATE SCHEMA mine", "UPDATE homeroom.live SET schema = 'x'"]  # fmt: skip
        for statement in refused:
            with pytest.raises(REFUSED):
                connection.execute(statement.encode())


def test_an_operator_makes_a_generation_that_workers_write_into(own: Settings) -> None:
    with (
        connect_sync(own.operator_database_url, "tests") as connection,
        connection.transaction(force_rollback=True),
    ):
        create_generation(connection, "mine", read_model(own), READER, bare=True)
        owners = connection.execute(
            "SELECT DISTINCT pg_get_userbyid(c.relowner) FROM pg_class c "
            "WHERE c.relnamespace = 'mine'::regnamespace"
        ).fetchall()
        assert owners == [("homeroom_tables",)]
        policies = "SELECT DISTINCT policyname FROM pg_policies WHERE schemaname = 'mine'"
        names = {row[0] for row in connection.execute(policies)}
        assert names == {
            "own", "homeroom_commands", "homeroom_explainers", "homeroom_relays",
            "homeroom_notifiers",
        }  # fmt: skip
