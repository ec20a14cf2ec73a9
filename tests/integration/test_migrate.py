"""Preparing a database while something else happens in its cluster."""

import secrets
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import find_live
from homeroom.errors import DefinitionError
from homeroom.operations.migrating import addresses, logins, migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES
from homeroom_kit.errors import ConfigurationError
from tests.support.commands import homeroom
from tests.support.logins import own_logins, with_own_logins
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for

pytestmark = pytest.mark.empty_database


def prepare(settings: Settings) -> None:
    migrate.migrate_database(settings, read_model(settings), project_folder("migrations"))


@pytest.fixture
def new_role(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[sql.Identifier]:
    """A name for the reader's role that the cluster does not know yet."""
    name = f"homeroom_reader_{secrets.token_hex(4)}"
    monkeypatch.setattr(migrate, "READER", replace(migrate.READER, role=name))
    yield sql.Identifier(name)
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


@at_full_strength
def test_the_role_may_be_created_for_another_database_meanwhile(
    settings: Settings, new_role: sql.Identifier
) -> None:
    with (
        # Waited for last, when the other transaction has ended in any case.
        ThreadPoolExecutor(1) as pool,
        psycopg.connect(settings.require_database()) as other,
        psycopg.connect(settings.require_database(), autocommit=True) as looking,
    ):
        other.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(new_role))
        preparing = pool.submit(prepare, settings)
        blocked = (
            "SELECT FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid)) "
            "AND query LIKE '%%CREATE ROLE%%'"
        )
        wait_for(lambda: looking.execute(blocked, (other.info.backend_pid,)).fetchone() is not None)
        other.commit()
        preparing.result(30)

    prepare(settings)


@at_full_strength
@pytest.mark.parametrize("right", ["CREATEROLE", "NOCREATEROLE"])
def test_an_owner_who_is_no_superuser_can_prepare_a_database_twice(
    settings: Settings, right: str
) -> None:
    """What only a superuser may take from everybody stays as it is; logins need the right."""
    url, name = settings.require_database(), f"owner_{secrets.token_hex(4)}"
    owner, role = sql.Identifier(name), sql.Identifier(migrate.READER.role)
    with psycopg.connect(url, autocommit=True) as superuser:
        database = sql.Identifier(superuser.info.dbname)
        create = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD 'x'").format(owner, sql.SQL(right))
        superuser.execute(create)
        try:
            superuser.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, owner))
            known = "SELECT FROM pg_roles WHERE rolname = %s"
            if superuser.execute(known, (migrate.READER.role,)).fetchone() is not None:
                grant = sql.SQL("GRANT {} TO {} WITH ADMIN OPTION").format(role, owner)
                superuser.execute(grant)
            theirs = make_conninfo(url, user=name, password="x")
            for _ in range(2):
                prepare(settings.model_copy(update={"database_url": theirs}))
            if right == "NOCREATEROLE":
                own = with_own_logins(settings, name)
                with psycopg.connect(theirs, autocommit=True) as connection:
                    warnings = list(logins.prepare_logins(connection, own))
                assert len(warnings) == len(PROCESSES)
                assert all("permission denied" in warning for warning in warnings)
        finally:
            superuser.execute(
                sql.SQL(
                    "ALTER DATABASE {} OWNER TO CURRENT_USER; REASSIGN OWNED BY {} TO CURRENT_USER"
                ).format(database, owner)
            )
            superuser.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(owner))


@at_full_strength
def test_logins_are_made_once_and_their_addresses_written_for_nobody_else(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(settings)
    mark = f"t{secrets.token_hex(4)}"
    monkeypatch.setattr(addresses, "_name", lambda process: f"{mark}_{process}")
    file = tmp_path / "logins.env"
    given = addresses.with_addresses(settings, file)
    assert file.stat().st_mode & 0o777 == 0o600
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        try:
            for _ in range(2):
                assert list(logins.prepare_logins(connection, given)) == []
            assert addresses.with_addresses(settings, file) == given
            for process in PROCESSES:
                psycopg.connect(given.own_database(process)).close()
            moved = settings.require_database().replace("127.0.0.1", "localhost")
            elsewhere = settings.model_copy(update={"database_url": moved})
            followed = addresses.with_addresses(elsewhere, file).serve_database_url
            assert "localhost" in followed
            psycopg.connect(followed).close()
            with pytest.raises(ConfigurationError, match="its password is not in"):
                addresses.with_addresses(settings, tmp_path / "another.env")
            changed = {"serve_database_url": make_conninfo(given.serve_database_url, password="y")}
            assert list(logins.prepare_logins(connection, given.model_copy(update=changed))) == []
            psycopg.connect(changed["serve_database_url"]).close()
        finally:
            for process in PROCESSES:
                connection.execute(
                    sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(f"{mark}_{process}"))
                )


def test_what_else_a_file_of_logins_holds_stays_as_it_is(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = f"t{secrets.token_hex(4)}"
    monkeypatch.setattr(addresses, "_name", lambda process: f"{mark}_{process}")
    file = tmp_path / "homeroom.env"
    somebodys = "HOMEROOM_RELAY_DATABASE_URL=postgresql://ada:theirs@elsewhere/homeroom"
    held = [
        "# Keys.", "HOMEROOM_JWT_SECRET='a key'", "", somebodys, "HOMEROOM_SERVE_DATABASE_URL=",
        "#HOMEROOM_WORKER_DATABASE_URL=", "HOMEROOM_SESSION_SECRET=another",
    ]  # fmt: skip
    file.write_text("\n".join(held))
    given = addresses.with_addresses(settings, file)
    lines = file.read_text().splitlines()
    of_serve = f"HOMEROOM_SERVE_DATABASE_URL={shlex.quote(given.serve_database_url)}"
    assert lines[: len(held)] == [of_serve if line == held[4] else line for line in held]
    added = sorted(line.partition("=")[0] for line in lines[len(held) :])
    assert added == sorted(
        f"HOMEROOM_{process.upper()}_DATABASE_URL"
        for process in PROCESSES if process not in ("relay", "serve")
    )  # fmt: skip
    assert given.relay_database_url == "postgresql://ada:theirs@elsewhere/homeroom"
    assert addresses.with_addresses(settings, file) == given
    assert file.read_text().splitlines() == lines


def test_where_every_process_has_an_address_no_file_of_logins_is_said_to_be_written(
    settings: Settings, tmp_path: Path
) -> None:
    prepare(settings)
    file = tmp_path / "logins.env"
    with own_logins(settings) as own:
        done = homeroom(own, "migrate", "--logins", str(file))
    assert (done.returncode, file.exists()) == (0, False), done.stderr
    assert "Every process has an address already" in done.stderr


@at_full_strength
def test_generations_of_before_are_handed_over(settings: Settings) -> None:
    prepare(settings)
    with psycopg.connect(settings.require_database(), autocommit=True) as owner:
        owner.execute("REASSIGN OWNED BY homeroom_tables TO CURRENT_USER")
        prepare(settings)
        left = owner.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'g0001'::regnamespace "
            "AND relowner <> 'homeroom_tables'::regrole"
        ).fetchone()
        assert left == (0,)
        may = "SELECT has_database_privilege('homeroom_tables', current_database(), 'CREATE')"
        assert owner.execute(may).fetchone() == (False,)


WHOLE = (
    "-- refresh student_id, exam_id\nSELECT e.student_id, q.exam_id FROM (SELECT r.student_id, "
    "r.exam_id FROM exam_result r GROUP BY r.student_id, r.exam_id HAVING count(*) > 0) AS q "
    "JOIN enrollment e ON e.student_id = q.student_id AND e.class_id = q.exam_id"
)


def test_of_the_first_generation_too_postgresql_is_asked_what_a_change_costs(
    settings: Settings,
) -> None:
    model = ReadModel(read_model(settings).catalog, {"whole": WHOLE})
    with pytest.raises(DefinitionError, match=r"all rows of .* are read: no index"):
        migrate.migrate_database(settings, model, project_folder("migrations"))
    with psycopg.connect(settings.require_database()) as connection:
        assert find_live(connection) is None
    prepare(settings)
