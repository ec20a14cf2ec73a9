"""Preparing a database while something else happens in its cluster."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import find_live
from homeroom.errors import DefinitionError
from homeroom.operations.migrating import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
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


def test_an_owner_who_is_no_superuser_can_prepare_a_database_twice(settings: Settings) -> None:
    """What only a superuser may take from everybody stays as it is."""
    url, name = settings.require_database(), f"owner_{secrets.token_hex(4)}"
    owner, role = sql.Identifier(name), sql.Identifier(migrate.READER.role)
    with psycopg.connect(url, autocommit=True) as superuser:
        database = sql.Identifier(superuser.info.dbname)
        create = sql.SQL("CREATE ROLE {} LOGIN CREATEROLE PASSWORD 'x'").format(owner)
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
        finally:
            superuser.execute(
                sql.SQL(
                    "ALTER DATABASE {} OWNER TO CURRENT_USER; REASSIGN OWNED BY {} TO CURRENT_USER"
                ).format(database, owner)
            )
            superuser.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(owner))


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
