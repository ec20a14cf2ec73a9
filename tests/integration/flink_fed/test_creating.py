"""A generation for a job of Flink's: made, listed, shown to readers, and removed."""

import json

import psycopg
import pytest
from psycopg import sql

from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import homeroom, succeed
from tests.support.flink_fed import NAME
from tests.support.templates import prepare

COUNT = sql.SQL("SELECT count(*) FROM {}")


def test_it_is_registered_apart_as_fed_by_flink_and_can_be_removed(settings: Settings) -> None:
    prepare(settings)
    assert json.loads(succeed(settings, "flink", "create", "--json")) == {"generation": NAME}
    listed = json.loads(succeed(settings, "generations", "list", "--json"))
    found = {g["name"]: (g["state"], g["fed_by"], g["by_this_code"]) for g in listed}
    assert found == {"g0001": ("live", "workers", True), NAME: ("apart", "flink", True)}
    assert "fed by Flink" in succeed(settings, "generations", "list")
    again = homeroom(settings, "flink", "create")
    assert again.returncode == 1
    assert "There is a generation flink already" in again.stderr
    succeed(settings, "generations", "drop", NAME, "--yes")
    with psycopg.connect(settings.require_database()) as connection:
        assert connection.execute("SELECT to_regnamespace(%s)", (NAME,)).fetchone() == (None,)
        names = connection.execute("SELECT name FROM homeroom.generation").fetchall()
    assert names == [("g0001",)]


@pytest.mark.parametrize("name", ["g0007", "public", "Flink", "homeroom"])
def test_it_takes_no_name_that_another_schema_may_have(settings: Settings, name: str) -> None:
    prepare(settings)
    refused = homeroom(settings, "flink", "create", "--schema", name)
    assert refused.returncode == 1
    assert "cannot be a generation's name" in refused.stderr


def test_readers_may_see_of_it_what_they_see_of_any_generation(fed: Settings) -> None:
    granted = (
        "SELECT grantee, table_name, privilege_type, '' "
        "FROM information_schema.role_table_grants WHERE table_schema = %s "
        "AND grantee LIKE 'homeroom%%' AND table_name <> 'unreadable'"
    )
    policies = (
        "SELECT tablename, policyname, roles::text, qual FROM pg_policies WHERE schemaname = %s"
    )
    with psycopg.connect(fed.require_database()) as connection:
        for query in (granted, policies):
            mine, other = (
                {(*row[:3], row[3].replace(f"{name}.", ""))
                 for row in connection.execute(query.encode(), (name,))}
                for name in (NAME, "g0001")
            )  # fmt: skip
            assert mine == other != set()


def test_the_sinks_can_write_every_table(fed: Settings) -> None:
    model = read_model(fed)
    tables = [e.name for e in model.catalog.entities] + [p.name for p in model.plan().tables]
    with psycopg.connect(fed.require_database()) as connection:
        counts = {
            table: [
                connection.execute(COUNT.format(sql.Identifier(name, table))).fetchone()
                for name in (NAME, "g0001")
            ]
            for table in tables
        }
    assert {t: c for t, c in counts.items() if c[0] != c[1]} == {}
    assert sum(c[0] != (0,) for c in counts.values()) > 40
