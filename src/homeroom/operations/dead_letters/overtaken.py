"""Which events a retry must leave out: in a sparse topic the order is that of the log.

There an event counts only if its number is greater than that of the event before it in the log
(docs/contract.md, "Ordering"). One that is applied behind a later one would make a row that the
next fold of the log does not make.
"""

from collections.abc import Iterable
from typing import Any

from psycopg import AsyncConnection
from psycopg import sql as pg

from homeroom.engine.log.records import Event
from homeroom.statements import composable, load

SQL = load("overtaken", __package__)
OVERTAKEN = (
    "A later event of the subject is applied already, and in a sparse topic events count in the "
    "order of the log. Publish it again with a new number, rebuild, or discard it."
)


async def overtaken(connection: AsyncConnection[Any], events: Iterable[Event]) -> list[Event]:
    """Those of sparse topics whose subject has applied what stands behind them, or elsewhere."""
    return [
        event for event in events
        if event.entity.sparse and await _is_overtaken(connection, event)
    ]  # fmt: skip


async def _is_overtaken(connection: AsyncConnection[Any], event: Event) -> bool:
    query = composable(SQL["overtaken"]).format(
        entity=pg.Identifier(event.entity.name),
        key=pg.SQL(", ").join(map(pg.Identifier, event.entity.key_names)),
        values=pg.SQL(", ").join(map(pg.Literal, event.subject.split("/"))),
    )
    place = {"partition": event.record.partition, "offset": event.record.offset}
    row = await (await connection.execute(query, place)).fetchone()
    return bool(row and row[0])
