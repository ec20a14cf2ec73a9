"""Statements that a session prepares by name, and runs several at a time.

``EXECUTE a(1); EXECUTE b`` is one round trip, and costs the client what one statement does. In a
pipeline each statement costs it as much again, since psycopg waits for the socket at each. Values
stand in the text, which the server's log shows where a statement fails: so none of them may tell of
people.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

import psycopg
from psycopg import AsyncClientCursor, AsyncConnection, sql
from psycopg.pq import TransactionStatus

NAME_LETTERS = 40


@dataclass(frozen=True, slots=True)
class SessionStatement:
    """A statement by the name that it has in a session, how it is prepared, and how it is called.

    The name follows from the text: a session may have served another generation.
    """

    name: str
    preparing: str
    calling: str

    @classmethod
    def of(cls, label: str, text: str, values: int = 0) -> "SessionStatement":
        """``label``: what operators see in ``pg_stat_activity``; ``values``: how many it takes."""
        digest = blake2b(text.encode(), digest_size=8).hexdigest()
        name = sql.Identifier(f"{label[:NAME_LETTERS]}:{digest}").as_string()
        given = f"({', '.join(['%s'] * values)})" if values else ""
        return cls(name, f"PREPARE {name} AS {text}", f"EXECUTE {name}{given}")

    @classmethod
    def with_values(cls, label: str, statement: bytes) -> "SessionStatement":
        """Of a statement with psycopg's ``%s``."""
        text = statement.decode()
        values = text.count("%s")
        numbered = text % tuple(f"${number}" for number in range(1, values + 1))
        return cls.of(label, numbered, values)

    def call(self, *values: Any) -> "PreparedCall":
        """The statement with its values."""
        return PreparedCall(self, values)


class PreparedCall(NamedTuple):
    """One statement to run, with its values."""

    statement: SessionStatement
    values: Sequence[Any]


class StepResult(NamedTuple):
    """What one statement returned, and how many rows it returned or wrote."""

    rows: list[tuple[Any, ...]]
    row_count: int


class PreparedStatements:
    """What one session has prepared, and how it runs it."""

    def __init__(self, connection: AsyncConnection[Any]) -> None:
        self._connection = connection
        self._prepared: set[str] | None = None

    def forget(self) -> None:
        """Has the session asked what it has prepared: psycopg drops all of it after a rollback."""
        self._prepared = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[bool]:
        """Rolls back at an error. Yields whether steps of the block have to begin and commit it.

        Where the caller has a transaction already, the block is a part of that.
        """
        if self._connection.info.transaction_status != TransactionStatus.IDLE:
            self.forget()
            async with self._connection.transaction():
                yield False
            return
        try:
            yield True
        except BaseException:
            self.forget()
            # What ended the block is what matters. Nobody may go on in what was not rolled back.
            try:
                await self._connection.rollback()
            except psycopg.Error:
                await self._connection.close()
            raise

    async def run(self, steps: Sequence[PreparedCall | bytes]) -> list[StepResult]:
        """Runs calls and plain statements in one round trip, and returns a result for each.

        What is called for the first time is prepared before. Where one fails, those that follow
        are not run, and psycopg's error is raised.
        """
        calls = [step for step in steps if isinstance(step, PreparedCall)]
        await self._prepare([call.statement for call in calls])
        texts = [
            step.statement.calling if isinstance(step, PreparedCall) else step.decode()
            for step in steps
        ]
        cursor = AsyncClientCursor(self._connection)
        values = [value for call in calls for value in call.values]
        await cursor.execute("; ".join(texts).encode(), values)
        results = []
        for _ in steps:
            rows = await cursor.fetchall() if cursor.rownumber is not None else []
            results.append(StepResult(rows, cursor.rowcount))
            cursor.nextset()
        return results

    async def _prepare(self, statements: Sequence[SessionStatement]) -> None:
        if self._prepared is None:
            cursor = await self._connection.execute(
                "SELECT quote_ident(name) FROM pg_prepared_statements WHERE from_sql"
            )
            self._prepared = {name for (name,) in await cursor.fetchall()}
        missing = {s.name: s.preparing for s in statements if s.name not in self._prepared}
        if missing:
            await self._connection.execute("; ".join(missing.values()).encode())
            self._prepared |= missing.keys()
