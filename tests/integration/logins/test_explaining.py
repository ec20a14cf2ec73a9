"""Whoever explains with a login of its own sees everybody's rows, and can write none."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from homeroom.api.internal import Explainer
from homeroom.database import connect_sync
from homeroom.operations.explain import ExplainRequest
from homeroom.operations.migrating.logins import GROUPS
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.integration.logins.test_climbing import BACK, REFUSED, TO_THE_SERVER

TABLES = """
    SELECT n.nspname, c.relname, n.nspname = 'g0001' OR c.relname IN ('live', 'discard', 'retry'),
           c.relkind = 'r'
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname IN ('homeroom', 'g0001') AND c.relkind IN ('r', 'v')
"""


@pytest.fixture
def session(own: Settings) -> Iterator[psycopg.Connection]:
    """What `homeroom serve` explains over, after an attack that lets it write what it may."""
    with connect_sync(own.explain_database_url, "tests", autocommit=True) as connection:
        assert connection.execute("SHOW default_transaction_read_only").fetchone() == ("on",)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("CREATE TABLE g0001.mine ()")
        connection.execute("SET default_transaction_read_only = off")
        yield connection


@pytest.mark.parametrize(("table", "key"), [("student", "S-mine"), ("students", "S-theirs")])
async def test_whosever_row_it_is_an_explanation_comes(own: Settings, table: str, key: str) -> None:
    """Nothing of the owner's or the operators' is needed."""
    alone = {"database_url": "", "operator_database_url": "", "kafka_bootstrap_servers": ""}
    explanation = await Explainer(own.model_copy(update=alone)).explain(ExplainRequest(table, key))
    assert explanation.generation == "g0001"
    assert key in str(explanation.value)
    assert [row.key for row in explanation.rows if row.entity == "student"] == [key]


def test_every_row_of_a_generation_is_seen(own: Settings, session: psycopg.Connection) -> None:
    tables = session.execute(TABLES).fetchall()
    with psycopg.connect(own.database_url) as owner:
        for schema, name, is_shown, _ in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, name))
            if is_shown:
                assert session.execute(count).fetchone() == owner.execute(count).fetchone(), name
            else:
                with pytest.raises(REFUSED):
                    session.execute(count)
    assert {name for _, name, is_shown, _ in tables if is_shown} > {
        "live", "discard", "retry", "student", "dead_letters", "waiting", "gaps",
        *(p.name for p in read_model(own).plan().tables),
    }  # fmt: skip


def test_nothing_can_be_written_or_made(session: psycopg.Connection) -> None:
    tables = session.execute(TABLES).fetchall()
    for schema, name in [(schema, name) for schema, name, _, is_table in tables if is_table]:
        table = sql.Identifier(schema, name)
        for attack in ("DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}",
                       "INSERT INTO {} DEFAULT VALUES",
                       "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
                       "CREATE POLICY x ON {} USING (true)"):  # fmt: skip
            with pytest.raises(REFUSED):
                session.execute(sql.SQL(attack).format(table))
    for attack in (
        *TO_THE_SERVER, "CREATE TABLE homeroom.mine ()", "CREATE TABLE g0001.mine ()",
        "CREATE SCHEMA mine", "CREATE TEMPORARY TABLE mine ()",
        "SELECT nextval('homeroom.mark_id')", "UPDATE homeroom.live SET schema = 'mine'",
    ):  # fmt: skip
        with pytest.raises(REFUSED):
            session.execute(attack.encode())


def test_it_becomes_nobody_else(own: Settings, session: psycopg.Connection) -> None:
    owner = psycopg.conninfo.conninfo_to_dict(own.database_url)["user"]
    others = {*GROUPS, "homeroom_reader", "pg_read_all_data", owner} - {"homeroom_explainers"}
    for back in BACK:
        session.execute(back)
        for other in sorted(others):
            for climb in ("SET ROLE {}", "SET SESSION AUTHORIZATION {}"):
                with pytest.raises(REFUSED):
                    session.execute(sql.SQL(climb).format(sql.Identifier(other)))
