"""Compares all projections with their definitions again and again, a few rows at a time.

It runs inside a worker. It goes through each projection in ranges of the key's first column, which
PostgreSQL finds by index in the table and in the relations that the definition reads.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection, errors
from psycopg import sql as pg

from homeroom.database import connect
from homeroom.engine.consuming.progress import Drift
from homeroom.engine.generations.registry import live_generation_async, stored_plan_async
from homeroom.errors import NotMigrated
from homeroom.operations.differences import SQL as DIFFERENCES_SQL
from homeroom.operations.differences import Condition
from homeroom.operations.verifying.verify import differing
from homeroom.statements import composable, load
from homeroom_kit.tasks import backoff_seconds, in_background

log = structlog.get_logger(__name__)

# What is compared at a time takes about PIECE_SECONDS, and a look is of as many pieces as the share
# of the interval allows, but no longer.
PIECE_SECONDS = 0.01
LOOK_SECONDS_MAX = 0.05
ROWS_FIRST = 20
ROWS_MAX = 5_000
STATEMENT_LIMIT = ("2s",)
ANSWER_SECONDS_MAX = 30.0
END_SECONDS_MAX = 1.0
# Rows that differ are looked at again, some in each look, until they are right.
AGAIN_MAX = 5
REMEMBERED_MAX = 10_000

SQL = load("background", __package__)

Row = tuple[str, str]


class BackgroundVerify:
    """Verifies some rows at intervals, over its own connection, in transactions of milliseconds.

    It follows the live generation, and survives every failure of the database.
    """

    def __init__(
        self, database_url: str, interval_seconds: float, drift: Drift, share: float
    ) -> None:
        self._database_url = database_url
        self._interval_seconds = interval_seconds
        self._share = share
        self._look_seconds = min(LOOK_SECONDS_MAX, max(PIECE_SECONDS, interval_seconds * share))
        self._drift = drift
        self._connection: AsyncConnection[Any] | None = None
        self._schema = ""
        self._tables: Sequence[tuple[str, list[str]]] = ()
        # Where the turn is: the table, and the last value of its key's first column.
        self._at = 0
        self._after: Any = None
        self._sizes: dict[str, int] = {}
        # Of each row that differs: what finds it, and the round in which it was last seen so.
        self._drifted: dict[Row, tuple[Condition, int]] = {}
        self._round = 0

    async def run(self) -> None:
        """Looks until it is cancelled."""
        failures = 0
        try:
            while True:
                began = time.monotonic()
                try:
                    async with asyncio.timeout(ANSWER_SECONDS_MAX):
                        await self._look()
                    failures = 0
                except (psycopg.Error, OSError) as error:
                    failures += 1
                    if failures == 1:
                        log.warning("verify interrupted, trying again", error=str(error).strip())
                    await self._disconnect()
                took = time.monotonic() - began
                pause = backoff_seconds(failures) if failures else took / self._share
                await asyncio.sleep(max(self._interval_seconds, pause))
        finally:
            await self._disconnect()

    async def _disconnect(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error, OSError):
                await self._connection.close()
        self._connection = None

    async def _look(self) -> None:
        if self._connection is None:
            self._connection = await connect(self._database_url, "homeroom verify")
            await self._connection.execute(SQL["prepare_session"], STATEMENT_LIMIT)
        give_up_at = time.monotonic() + self._look_seconds
        try:
            async with self._connection.transaction():
                await self._follow(self._connection)
                await self._look_again(self._connection)
                round_ = self._round
                while self._tables and self._round == round_:
                    await self._look_at_some(self._connection)
                    if time.monotonic() > give_up_at:
                        break
        except errors.QueryCanceled:
            if self._tables:
                self._pass_over()
        rows = Counter(dict.fromkeys((table for table, _ in self._tables), 0))
        rows.update(table for table, _ in self._drifted)
        self._drift.rows = dict(rows)

    async def _follow(self, connection: AsyncConnection[Any]) -> None:
        """Starts over where another generation has become live."""
        try:
            schema = await live_generation_async(connection)
        except NotMigrated:
            return
        if schema == self._schema:
            return
        self._schema, self._tables = schema, ()
        # Flink's tables are not of one commit: one look alone says nothing of them.
        if not (await stored_plan_async(connection, schema)).is_fed_by_flink:
            cursor = await connection.execute(DIFFERENCES_SQL["projections"], (schema,))
            self._tables = await cursor.fetchall()
        self._at, self._after = 0, None
        self._sizes.clear()
        self._drifted.clear()

    async def _look_again(self, connection: AsyncConnection[Any]) -> None:
        """Verifies a few of the rows that differed once more, in turn."""
        for row in list(self._drifted)[:AGAIN_MAX]:
            condition, _ = self._drifted[row]
            cursor = await connection.execute(differing(self._schema, row[0], condition))
            differs = await cursor.fetchone() is not None
            # The others come first then.
            del self._drifted[row]
            if differs:
                self._drifted[row] = condition, self._round
            else:
                log.info("drift is gone", table=row[0], key=row[1])

    async def _look_at_some(self, connection: AsyncConnection[Any]) -> None:
        """The next keys: those of a table in ascending order, then the next table."""
        name, columns = self._tables[self._at]
        began = time.monotonic()
        table, size = pg.Identifier(self._schema, name), self._sizes.get(name, ROWS_FIRST)
        cursor = await connection.execute(
            composable(SQL["end_of_range"]).format(
                first=pg.Identifier(columns[0]),
                table=table,
                after=between(columns, self._after, None).rows,
                rows=pg.Literal(size - 1),
            )
        )
        (end,) = await cursor.fetchone() or (None,)
        rows = between(columns, self._after, end)
        cursor = await connection.execute(differing(self._schema, name, rows))
        self._note(name, columns, await cursor.fetchall())
        cursor = await connection.execute(
            composable(DIFFERENCES_SQL["count"]).format(table=table, chosen=rows.rows)
        )
        self._drift.keys += (await cursor.fetchone() or (0,))[0]
        self._resize(name, size, time.monotonic() - began)
        if end is not None:
            self._after = end
        else:
            self._next_table()

    def _note(self, table: str, columns: Sequence[str], drift: Sequence[tuple[Any, ...]]) -> None:
        for key, have, should in drift:
            row = table, key
            if row not in self._drifted:
                if len(self._drifted) >= REMEMBERED_MAX:
                    continue
                log.warning("drift", table=table, key=key)
            condition = Condition.of_key(columns, [(have or should)[c] for c in columns])
            self._drifted[row] = condition, self._round

    def _resize(self, table: str, size: int, seconds: float) -> None:
        if seconds > PIECE_SECONDS:
            self._sizes[table] = max(1, size // 2)
        elif seconds < PIECE_SECONDS / 4:
            self._sizes[table] = min(ROWS_MAX, size * 2)

    def _next_table(self) -> None:
        """Rows that differed in the last round and not in this one are right again."""
        table = self._tables[self._at][0]
        gone = [r for r, (_, seen) in self._drifted.items() if r[0] == table and seen < self._round]
        for row in gone:
            del self._drifted[row]
            log.info("drift is gone", table=row[0], key=row[1])
        self._turn()

    def _turn(self) -> None:
        self._after = None
        self._at = (self._at + 1) % len(self._tables)
        self._round += self._at == 0

    def _pass_over(self) -> None:
        """Fewer rows next time; where it cannot be fewer, the next table's turn comes."""
        table = self._tables[self._at][0]
        size = self._sizes.get(table, ROWS_FIRST)
        if size > 1:
            self._sizes[table] = max(1, size // 8)
            return
        log.warning("not verified: it takes too long", table=table, after=self._after)
        self._turn()


def verifying(
    database_url: str, interval_seconds: float, drift: Drift, share: float
) -> AbstractAsyncContextManager[None]:
    """Verifies while the block runs, unless the interval is 0.

    ``share``: of the time, at most so much goes into looks.
    """
    if not interval_seconds:
        return nullcontext()
    verify = BackgroundVerify(database_url, interval_seconds, drift, share)
    return in_background(verify.run(), "verify", END_SECONDS_MAX)


def between(columns: Sequence[str], after: Any, end: Any) -> Condition:
    """Rows whose key begins with what is above one value and up to another; None: no bound.

    Of a compound key its first column alone: what a definition reads has it in an index.
    """
    first = pg.Identifier(columns[0])
    bounds: list[pg.Composable] = []
    if after is not None:
        bounds.append(pg.SQL("{} > {}").format(first, pg.Literal(after)))
    if end is not None:
        bounds.append(pg.SQL("{} <= {}").format(first, pg.Literal(end)))
    bounds = bounds or [pg.SQL("true")]
    return Condition(columns, pg.SQL(" AND ").join(bounds))
