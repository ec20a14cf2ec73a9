"""A copy of the database beside the original, on the same brokers: each reads the whole log."""

import secrets
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from structlog.testing import capture_logs

from homeroom.engine.generations.group import read_database_id
from homeroom.local.components import Components, drop_database
from homeroom.settings import Settings
from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import in_process
from tests.support.commands import tables_of
from tests.support.strength import pick

EVENTS = pick(quick=200, thorough=1_000)


@pytest.fixture
async def copied(prepared: Settings, components: Components) -> AsyncIterator[Settings]:
    """The settings of a copy of the prepared database, after a worker has been in that."""
    async with in_process(prepared) as worker:
        await Upstream(prepared).final_ends()
        assert worker is not None
    name = f"test_{secrets.token_hex(6)}"
    original = str(conninfo_to_dict(prepared.database_url)["dbname"])
    with psycopg.connect(components.database_url, autocommit=True) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(original)
            )
        )
    url = make_conninfo(prepared.database_url, dbname=name)
    yield prepared.model_copy(update={"database_url": url})
    drop_database(components.database_url, name)


def database_id(settings: Settings) -> str:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        return read_database_id(connection)


async def test_two_databases_on_one_cluster_share_no_group(
    prepared: Settings, copied: Settings
) -> None:
    assert database_id(copied) == database_id(prepared)
    upstream = Upstream(prepared)
    with capture_logs() as said:
        async with in_process(prepared), in_process(copied):
            await upstream.publish(make_load(EVENTS, seed=88))
            for settings in (prepared, copied):
                with tables_of(settings) as tables:
                    upstream.settings = settings
                    await assert_exact(upstream, tables)
    await upstream.close()
    assert database_id(copied) != database_id(prepared)
    told = [line for line in said if line["event"] == "database is a copy, or was promoted"]
    assert [line["former_id"] for line in told] == [database_id(prepared)]
    groups = {line["group"] for line in said if line["event"] == "worker started"}
    assert groups == {
        f"{prepared.topic_prefix}homeroom-g0001-{database_id(s)}" for s in (prepared, copied)
    }
