"""Reads go to a standby: they are its own moment's, wait for it, and outlive it."""

import asyncio
import contextlib
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest

from homeroom.api import tokens
from homeroom.api.access import Access
from homeroom.api.services import services_of
from homeroom.errors import PositionNotReached
from homeroom.local.postgres import ROLE, LocalPostgres, other_database
from homeroom.operations.differences import Scope
from homeroom.operations.repairing.repair import repair
from homeroom.queries.database import NO_TOKEN, NOBODY, NOTHING
from homeroom.queries.positions import FOLLOWED_STANDBY_LOOK_SECONDS
from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.base_backup import started_from_backup
from tests.support.browser import school
from tests.support.browser.people import PEOPLE
from tests.support.browser.signing_in import cookie_of, pages_on
from tests.support.commands import Service, running, serving, succeed
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength
from tests.support.templates import OWN_PREFIX, prepare

PREFERENCES = "/api/teachers/notification-preferences"
LAG_SECONDS = 1.0


@dataclass
class Standby:
    """A hot standby of the settings' database, and what was published to its primary."""

    settings: Settings
    server: LocalPostgres
    url: str
    teachers: int = 0

    async def publish(self) -> tuple[str, str]:
        """One more teacher; returns the id and the position."""
        self.teachers += 1
        teacher = f"T{self.teachers}"
        partition, offset = await publish_teacher(self.settings, teacher)
        return teacher, f"{self.settings.topic_prefix}people:{partition}:{offset}"

    def wait_until_caught_up(self) -> None:
        """All that the primary has written was replayed."""
        with psycopg.connect(self.settings.database_url, autocommit=True) as primary:
            (written,) = primary.execute("SELECT pg_current_wal_lsn()").fetchone() or ("",)
        # The standby may not have the database itself yet.
        url = other_database(self.url, "postgres")
        with psycopg.connect(url, autocommit=True) as standby:
            query = "SELECT pg_last_wal_replay_lsn() >= %s"
            wait_for(lambda: (standby.execute(query, [written]).fetchone() or (False,))[0])

    @contextmanager
    def paused(self) -> Iterator[None]:
        """It replays nothing until the block ends."""
        self.wait_until_caught_up()
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
            paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
            wait_for(lambda: (connection.execute(paused).fetchone() or (False,))[0])
            try:
                yield
            finally:
                connection.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture(scope="module")
def servers(run_folder: Path) -> Iterator[tuple[LocalPostgres, LocalPostgres]]:
    """A server whose first database is prepared, and its standby, for all tests."""
    primary, standby = (
        LocalPostgres(run_folder / secrets.token_hex(3) / "postgres", durable=False)
        for _ in range(2)
    )
    primary.start()
    prepare(Settings(database_url=primary.address))
    started_from_backup(primary.address, standby, "--write-recovery-conf")
    yield primary, standby
    standby.kill()
    primary.kill()


@pytest.fixture
def standby(settings: Settings, servers: tuple[LocalPostgres, LocalPostgres]) -> Iterator[Standby]:
    """A database of the test's own on both servers, and a running worker."""
    primary, server = servers
    # One test has ended it.
    server.start()
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    with psycopg.connect(other_database(primary.address, "postgres"), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {ROLE}".encode())
    settings = settings.model_copy(
        update={
            "database_url": other_database(primary.address, name),
            "read_database_url": other_database(server.address, name),
            "read_lag_seconds_max": LAG_SECONDS,
            "nudge_interval_seconds": 0,
        }
    )
    succeed(settings, "migrate")
    found = Standby(settings, server, settings.read_database_url)
    found.wait_until_caught_up()
    with running(settings, "worker"):
        yield found


def ask(service: Service, teacher: str, position: str = "", seconds: float = 10) -> httpx.Response:
    headers = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": str(seconds)}
    return service.ask(teacher, "stats", **(headers if position else {}))


def prefer(service: Service, settings: Settings, teacher: str) -> int:
    """A command, which writes."""
    token = tokens.issue(settings, teacher, "teacher")
    body = {"new_student": {"email": True}}
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.put(f"{service.address}{PREFERENCES}", json=body, headers=headers).status_code


async def test_a_service_reads_from_its_standby(standby: Standby, tmp_path: Path) -> None:
    with (tmp_path / "serve.log").open("w") as log, serving(standby.settings, log) as service:
        ada, position = await standby.publish()
        answer = ask(service, ada, position)
        assert answer.status_code == 200, answer.text
        as_of = answer.headers["Homeroom-As-Of"]
        assert service.get("/readyz", {}, {}).status_code == 200

        with standby.paused():
            bea, position = await standby.publish()
            late = ask(service, bea, position, 0.2)
            assert late.status_code == 504
            # What it has is its own moment's, and commands go to the database itself.
            assert ask(service, bea).status_code == 404
            assert ask(service, ada).headers["Homeroom-As-Of"] == as_of
            assert prefer(service, standby.settings, ada) == 200
            refused = wait_for(lambda: lagging(service))
            assert "seconds behind the database" in refused
        assert ask(service, bea, position).status_code == 200
        wait_for(lambda: service.get("/readyz", {}, {}).status_code == 200)
        assert "homeroom_read_lag_seconds" in service.get("/metrics", {}, {}).text
    said = (tmp_path / "serve.log").read_text()
    assert "standby_lags" in said
    assert "LISTEN" not in said


def lagging(service: Service) -> str:
    answer = service.get("/readyz", {}, {})
    return answer.text if answer.status_code == 503 else ""


@at_full_strength
async def test_when_a_standby_ends_the_next_one_is_read(standby: Standby) -> None:
    """libpq's list of hosts: here the database itself is the last one."""
    known = psycopg.conninfo.conninfo_to_dict
    first, last = known(standby.url), known(standby.settings.database_url)
    hosts = f"{first['host']},{last['host']}", f"{first['port']},{last['port']}"
    url = psycopg.conninfo.make_conninfo(standby.url, host=hosts[0], port=hosts[1])
    with serving(standby.settings.model_copy(update={"read_database_url": url})) as service:
        ada, position = await standby.publish()
        assert ask(service, ada, position).status_code == 200
        standby.server.kill()
        wait_for(lambda: ask(service, ada).status_code == 200)
        bea, position = await standby.publish()
        assert wait_for(lambda: ask(service, bea, position)).status_code == 200


@at_full_strength
async def test_a_page_shows_what_its_form_did_although_its_standby_is_behind(
    standby: Standby,
) -> None:
    """One service takes the form, whose standby holds it already; another one has the page."""
    # For so long the browser knows what it must see.
    patient = standby.settings.model_copy(update={"read_lag_seconds_max": 600})
    behind = pages_on(patient, "")
    ahead = behind.model_copy(update={"read_database_url": behind.database_url})
    school.fill(behind.database_url)
    session = {"Cookie": "=".join(cookie_of(PEOPLE["admin"]))}
    path = "/admin/assignments"
    with serving(ahead) as writing, serving(behind) as reading:
        page = writing.get(path, {"user_id": "T-3"}, session)
        token = re.search(r'name="csrf_token" value="(\w+)"', page.text)
        assert token, page.text
        form = {"csrf_token": token[1], "user_id": "T-3", "class_level_id": "C-1"}
        with standby.paused():

            def assign() -> httpx.Response | None:
                # The worker has to find the numbering level with the log first.
                answer = httpx.post(
                    f"{writing.address}{path}/class", data=form,
                    headers=session | {"Homeroom-Wait-Seconds": "10"}, timeout=30,
                )  # fmt: skip
                return answer if answer.status_code != 503 else None

            done = wait_for(assign)
            assert done.status_code == 303, done.text
            assert "soon" not in done.headers["location"]
            assert not has_class(reading, session)
            seen = done.headers["set-cookie"].partition(";")[0]
            assert has_class(reading, {"Cookie": f"{session['Cookie']}; {seen}"})


def has_class(service: Service, headers: dict[str, str]) -> bool:
    """Whether the page offers to remove an assignment of the teacher."""
    page = service.get("/admin/assignments", {"user_id": "T-3"}, headers)
    assert page.status_code == 200, page.text
    return bool(re.search(r'name="user_id" value="T-3">\s*<button', page.text))


async def test_an_answer_rests_on_what_it_waited_for_whichever_standby_gives_it(
    standby: Standby,
) -> None:
    """One standby held it already; the one that reads does not yet."""
    services = services_of(standby.settings)
    database = services.database
    await database.open()
    try:
        with standby.paused():
            _, position = await standby.publish()
            topic, partition, offset = position.split(":")
            offsets = {(topic, int(partition)): int(offset)}
            access = Access(services, NOBODY, NO_TOKEN, offsets)
            with pytest.raises(PositionNotReached):
                await access.read(NOTHING)
        await access.read(NOTHING)
    finally:
        await database.close()


async def test_who_follows_a_standby_is_told_of_a_repair(standby: Standby) -> None:
    services = services_of(standby.settings)
    url, moved = standby.settings.database_url, asyncio.Event()
    ada, position = await standby.publish()
    await services.database.open()
    watching = asyncio.create_task(services.positions.run())
    try:
        topic, partition, offset = position.split(":")
        await services.positions.wait({(topic, int(partition)): int(offset)}, 10, NO_TOKEN)
        with psycopg.connect(url) as connection:
            wrong = "UPDATE g0001.teachers SET name = 'wrong'"
            assert connection.execute(wrong).rowcount == 1
        standby.wait_until_caught_up()
        with services.positions.following(moved):
            with contextlib.suppress(TimeoutError):
                while True:
                    async with asyncio.timeout(3 * FOLLOWED_STANDBY_LOOK_SECONDS):
                        await moved.wait()
                    moved.clear()
            # Nothing moves any more.
            found = await asyncio.to_thread(repair, url, Scope(("teachers",)), "ada", "t")
            assert [(one.key, one.have) for one in found.differences] == [(ada, "wrong")]
            async with asyncio.timeout(20):
                await moved.wait()
    finally:
        watching.cancel()
        await services.database.close()
