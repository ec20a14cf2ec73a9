"""Runs a backfill: some rows at a time, each time in one transaction.

The number of a subject is the lock of all that is said of it. A transaction reads rows, locks the
numbers of their subjects, reads the rows again, and says those subjects that have said nothing.
Whoever changes a row and says so in one transaction has committed before the second reading, which
sees it, or says its event afterwards, with a higher number. What is changed before of a subject
that has said nothing is left to the backfill (``outbox.say`` returns 0).
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg
import structlog
from psycopg import Connection, errors, sql
from psycopg.rows import dict_row

from homeroom_kit.backfill.plan import Backfill, Subject
from homeroom_kit.errors import BackfillFailed, NoOutbox
from homeroom_kit.outbox.saying import say
from homeroom_kit.outbox.tables import REMEDY, SCHEMA
from homeroom_kit.statements import load_for
from homeroom_kit.tasks import backoff_seconds

ROWS_MAX = 100
# Below PostgreSQL's deadlock_timeout of a second, so that it is never the writer that is ended.
LOCK_WAIT = "500ms"
NOT_FOUND_SHOWN_MAX = 10

# Somebody writes what this transaction needs: it is tried again.
IN_THE_WAY = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class BackfillReport:
    """How a backfill ended, over all its runs.

    ``not_found``: at most ten subjects that were changed meanwhile and that no row was about; they
    were deleted, or ``select`` leaves them out.
    """

    rows_read: int
    events_said: int
    not_found: tuple[Subject, ...]


def announce(connection: Connection[Any], backfill: Backfill, schema: str = SCHEMA) -> None:
    """Notes that a backfill will come, within the caller's transaction.

    From its commit on ``outbox.say`` takes events of subjects that have said nothing.
    """
    statements = load_for(schema, "backfill", __package__)
    told = {"name": backfill.name, "entities": list(backfill.entities)}
    connection.execute(statements["announce"], told)


def run(
    database_url: str,
    backfill: Backfill,
    *,
    rows_per_second: float | None = None,
    rows_max: int = ROWS_MAX,
    schema: str = SCHEMA,
) -> BackfillReport:
    """Says the rows from where the last run ended, to the last row.

    ``rows_per_second`` bounds it, ``rows_max`` are read in one transaction. Wherever it is killed,
    the next run goes on. Raises BackfillFailed, InvalidEvents, NoOutbox, and psycopg's errors.
    """
    with psycopg.connect(database_url, application_name="homeroom-kit backfill") as connection:
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        running = _Running(connection, backfill, rows_max, schema)
        try:
            with connection.transaction():
                announce(connection, backfill, schema)
            while rows := running.step():
                if rows_per_second:
                    time.sleep(rows / rows_per_second)
            return running.finish()
        except (errors.UndefinedTable, errors.InvalidSchemaName) as error:
            if schema in str(error):
                raise NoOutbox(schema, REMEDY) from error
            raise


class _Running:
    def __init__(
        self, connection: Connection[Any], backfill: Backfill, rows_max: int, schema: str
    ) -> None:
        self._connection, self._backfill = connection, backfill
        self._rows_max, self._schema = rows_max, schema
        self._sql = load_for(schema, "backfill", __package__)

    def step(self) -> int:
        """Says the next rows; returns how many there were. Retries while writers are in the way."""
        failures = 0
        while True:
            try:
                with self._connection.transaction():
                    self._connection.execute(self._sql["lock_wait"], (LOCK_WAIT,))
                    return self._step()
            except IN_THE_WAY as error:
                failures += 1
                log.info("backfill waits for a writer", name=self._backfill.name, error=str(error))
                time.sleep(backoff_seconds(failures))

    def _step(self) -> int:
        after = self._progress()
        rows = self._page("first_page" if after is None else "next_page", after, None)
        if not rows:
            return 0
        last = rows[-1]["homeroom_kit_key"]
        numbers: dict[Subject, int] = {}
        said = self._backfill.said_of(rows)
        while missing := said.keys() - numbers.keys():
            numbers |= self._lock(missing)
            # A new statement sees what was committed before the numbers were locked.
            again = "first_page_again" if after is None else "page_again"
            said = self._backfill.said_of(self._page(again, after, last))
        count = 0
        for subject, events in said.items():
            if numbers[subject]:
                continue
            for event, happened in events:
                say(self._connection, event, time=happened, schema=self._schema)
                count += 1
        self._forget([one for one in numbers.keys() - said.keys() if not numbers[one]])
        told = {"name": self._backfill.name, "after": last, "rows": len(rows), "events": count}
        self._connection.execute(self._sql["advance"], told)
        return len(rows)

    def finish(self) -> BackfillReport:
        """Ends it: nothing is left to it any more."""
        name = {"name": self._backfill.name}
        entities = {"entities": list(self._backfill.entities), "limit": NOT_FOUND_SHOWN_MAX}
        with self._connection.transaction():
            found = self._connection.execute(self._sql["closing"], name).fetchone()
            assert found is not None
            self._connection.execute(self._sql["finish"], name)
            left = self._connection.execute(self._sql["not_found"], entities).fetchall()
        not_found = tuple((entity, subject) for entity, subject in left)
        report = BackfillReport(found[0], found[1], not_found)
        if left:
            log.warning("changed, and found by no backfill", subjects=report.not_found)
        return report

    def _progress(self) -> list[str] | None:
        found = self._connection.execute(
            self._sql["progress"], {"name": self._backfill.name}
        ).fetchone()
        assert found is not None
        after, entities = found
        if set(entities) != set(self._backfill.entities):
            raise BackfillFailed(
                self._backfill.name,
                f"it was announced for {', '.join(entities)}, and is for "
                f"{', '.join(self._backfill.entities)}: give it another name",
            )
        return list(after) if after is not None else None

    def _page(
        self, statement: str, after: list[str] | None, last: list[str] | None
    ) -> list[dict[str, Any]]:
        key = [sql.Identifier("source", name) for name in self._backfill.key]
        # Their types are those of the columns that they are compared with.
        parts: Mapping[str, sql.Composable] = {
            "select": sql.SQL(self._backfill.select.replace("%", "%%")),
            "key": sql.SQL(", ").join(key),
            "texts": sql.SQL(", ").join(sql.SQL("{}::text").format(name) for name in key),
            "after": _placeholders("after", after),
            "last": _placeholders("last", last),
        }
        composed = sql.SQL(self._sql[statement].decode()).format(**parts)
        values = {"limit": self._rows_max, **_values("after", after), **_values("last", last)}
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(composed, values).fetchall()

    def _lock(self, subjects: Iterable[Subject]) -> dict[Subject, int]:
        locked = self._connection.execute(self._sql["lock_subjects"], _columns(subjects))
        return {(entity, subject): number for entity, subject, number in locked.fetchall()}

    def _forget(self, subjects: Iterable[Subject]) -> None:
        self._connection.execute(self._sql["forget_subjects"], _columns(subjects))


def _columns(subjects: Iterable[Subject]) -> dict[str, list[str]]:
    ordered = sorted(subjects)
    return {"entities": [e for e, _ in ordered], "subjects": [s for _, s in ordered]}


def _placeholders(name: str, key: list[str] | None) -> sql.Composed:
    names = (sql.Placeholder(f"{name}_{number}") for number, _ in enumerate(key or ()))
    return sql.SQL(", ").join(names)


def _values(name: str, key: list[str] | None) -> dict[str, str]:
    return {f"{name}_{number}": value for number, value in enumerate(key or ())}
