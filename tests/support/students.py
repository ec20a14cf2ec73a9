"""A read model of students: entity rows as a test tells them, projections by their definitions."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from homeroom.engine.generations.registry import enter
from homeroom.engine.planning.planner import Plan
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.model.contract import BY_ENTITY, TIMED, Field, empty_row

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]
# Columns that every entity row has beside its own.
FIRST = {"sequence": 1, "first_sequence": 1, "mask": 0}


def row(entity: str, **told: Any) -> Row:
    """A row of an entity as its creating event left it, but for what is told."""
    creating = BY_ENTITY[entity][0]
    usual: Row = dict.fromkeys(creating.key, "") | empty_row(entity)
    usual |= {f.column: _usual(f) for f in creating.fields} | dict(creating.sets)
    if entity in TIMED:
        usual[TIMED[entity]] = NOON
    unknown = told.keys() - usual.keys()
    assert not unknown, f"{entity} has no {unknown}"
    return {name: _typed(value) for name, value in (usual | told).items()}


def _usual(field: Field) -> Any:
    if field.nullable:
        return None
    lists: dict[str, Any] = {"ids": [], "texts": [], "flags": {}}
    some = {
        "time": NOON, "integer": 1, "count": 1, "marks": 1, "score": 0, "flag": True,
        "marks above 0": 100, "amount": "25.50", "currency": "EUR",
        "day": "2026-03-01", "id": "",
    }  # fmt: skip
    return field.choices[0] if field.choices else (lists | some).get(field.kind, field.name)


def _typed(value: Any) -> Any:
    """As PostgreSQL returns it: numbers that are scores are decimals."""
    return Decimal(str(value)) if isinstance(value, float) else value


class Students:
    """The owner's hand in the live generation of a prepared database."""

    def __init__(self, database_url: str) -> None:
        self.connection = psycopg.connect(database_url, autocommit=True)
        self.generation = self._one("SELECT schema FROM homeroom.live")
        self.connection.execute("SET timezone = 'UTC'")
        self._enter(self.generation)
        self.plan: Plan = read_model(Settings()).plan()
        self.projections = [p.name for p in self.plan.tables]
        self.rows: Rows = {}
        tables = [*BY_ENTITY, *self.projections, "incomplete", "positions"]
        self._empty = self._function("empty", "DELETE FROM {}", tables)
        self._derive = self._function(
            "derive", "INSERT INTO {} SELECT * FROM {}_def", self.projections
        )

    def _one(self, query: str) -> Any:
        found = self.connection.execute(query.encode()).fetchone()
        assert found is not None
        return found[0]

    def _enter(self, generation: str) -> None:
        enter(self.connection, generation, for_session=True)

    def hold(self, *told: tuple[str, Mapping[str, Any]]) -> Rows:
        """These entity rows and no others, and what follows from them; the rows for the model."""
        self.rows = {entity: {} for entity in BY_ENTITY}
        self._add(told)
        with self.connection.transaction():
            self.connection.execute(self._empty)
            self.connection.execute("DELETE FROM homeroom.revoked_token")
            self.connection.execute("DELETE FROM homeroom.revoked_subject")
            for entity, of_entity in self.rows.items():
                self._insert(entity, [*of_entity.values()])
            self.connection.execute(self._derive)
        return self.rows

    def hold_many(self, statements: str) -> None:
        """The entity rows that these statements insert, no others, and what follows from them."""
        self.hold()
        with self.connection.transaction():
            self.connection.execute(statements.encode())
            self.connection.execute(self._derive)

    def hold_further(self, *told: tuple[str, Mapping[str, Any]]) -> Rows:
        """The rows that it holds, and these; of one key the later one."""
        before = [(entity, one) for entity, of in self.rows.items() for one in of.values()]
        return self.hold(*before, *told)

    def _add(self, told: tuple[tuple[str, Mapping[str, Any]], ...]) -> None:
        for entity, given in told:
            made = row(entity, **given)
            key = "/".join(made[name] for name in BY_ENTITY[entity][0].key)
            self.rows[entity][key] = made

    def _function(self, name: str, statement: str, tables: list[str]) -> bytes:
        """What calls a function of this session, with one statement for each table.

        The session plans the statements once: that takes most of their time.
        """
        text = ";".join(statement.replace("{}", table) for table in tables)
        self.connection.execute(
            f"CREATE FUNCTION pg_temp.{name}() RETURNS void LANGUAGE plpgsql "
            f"AS $$ BEGIN {text}; END $$".encode()
        )
        return f"SELECT pg_temp.{name}()".encode()

    def _insert(self, entity: str, rows: list[Row]) -> None:
        if not rows:
            return
        columns = [*rows[0], *FIRST]
        statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
            sql.Identifier(entity),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(map(sql.Placeholder, columns)),
        )
        with self.connection.cursor() as cursor:
            cursor.executemany(
                statement,
                [{n: Jsonb(v) if isinstance(v, dict) else v for n, v in (r | FIRST).items()}
                 for r in rows],
            )  # fmt: skip

    def reach(self, newest_time: datetime | None) -> None:
        """As of when the read model is."""
        self.connection.execute(
            "INSERT INTO positions (topic, partition, next_offset, newest_time) "
            "VALUES ('people', 0, 1, %s)", (newest_time,),
        )  # fmt: skip

    def lack(self, entity: str, key: str, since: datetime = NOON, has_row: bool = True) -> None:
        """An incomplete row, and no other."""
        self.connection.execute("DELETE FROM incomplete")
        self.connection.execute(
            "INSERT INTO incomplete (entity, key, since, has_row) VALUES (%s, %s, %s, %s)",
            (entity, key, since, has_row),
        )

    def close(self) -> None:
        self.connection.close()
