"""Preparing a database while something else happens in its cluster."""

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import psycopg
import pytest
from psycopg import sql

from homeroom.operations import migrate
from homeroom.settings import Settings
from tests.support.readmodel import prepare
from tests.support.waiting import wait_for


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
        psycopg.connect(settings.require_database()) as other,
        psycopg.connect(settings.require_database(), autocommit=True) as looking,
        ThreadPoolExecutor(1) as pool,
    ):
        other.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(new_role))
        preparing = pool.submit(prepare, settings)
        blocked = (
            "SELECT FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid)) "
            "AND query LIKE 'CREATE ROLE%%'"
        )
        wait_for(lambda: looking.execute(blocked, (other.info.backend_pid,)).fetchone() is not None)
        other.commit()
        preparing.result(30)

    prepare(settings)
