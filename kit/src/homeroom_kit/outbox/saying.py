"""``say``: over whatever the service has its transaction in."""

import inspect
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, overload

from homeroom_kit.contract.event import EventData
from homeroom_kit.errors import NothingSaidYet, NoTransaction
from homeroom_kit.outbox.statement import SaidEvent, said_event
from homeroom_kit.outbox.tables import SCHEMA
from homeroom_kit.statements import load_for

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy.engine import Connection as SqlConnection
    from sqlalchemy.ext.asyncio import AsyncConnection as AsyncSqlConnection
    from sqlalchemy.ext.asyncio import AsyncSession, async_scoped_session
    from sqlalchemy.orm import Session, scoped_session

    Transaction = psycopg.Connection[Any] | SqlConnection | Session | scoped_session[Any]
    AsyncTransaction = (
        psycopg.AsyncConnection[Any] | AsyncSqlConnection | AsyncSession | async_scoped_session[Any]
    )

# By name: a service has one of the libraries, and what is not loaded was not given.
PSYCOPG = ("psycopg.Connection",)
PSYCOPG_ASYNC = ("psycopg.AsyncConnection",)
SQLALCHEMY = (
    "sqlalchemy.orm.Session",
    "sqlalchemy.orm.scoped_session",
    "sqlalchemy.engine.Connection",
)
SQLALCHEMY_ASYNC = (
    "sqlalchemy.ext.asyncio.AsyncSession",
    "sqlalchemy.ext.asyncio.async_scoped_session",
    "sqlalchemy.ext.asyncio.AsyncConnection",
)

_PARAMETER = re.compile(r"%\((\w+)\)s")

Execute = Callable[[Any, Mapping[str, Any]], Any]


@overload
def say(
    transaction: "Transaction",
    event: EventData,
    *,
    time: datetime | None = None,
    event_id: str | None = None,
    schema: str = SCHEMA,
) -> int: ...
@overload
def say(
    transaction: "AsyncTransaction",
    event: EventData,
    *,
    time: datetime | None = None,
    event_id: str | None = None,
    schema: str = SCHEMA,
) -> Awaitable[int]: ...
def say(
    transaction: Any,
    event: EventData,
    *,
    time: datetime | None = None,
    event_id: str | None = None,
    schema: str = SCHEMA,
) -> int | Awaitable[int]:
    """Numbers an event and stores it, within the caller's transaction; the commit wakes the relay.

    ``transaction``: a session or connection of SQLAlchemy, or a connection of psycopg; of their
    asynchronous ones the answer is awaited. ``time``: when it happened, with an offset; else now.
    ``event_id``: else a random one. Whoever says an event of the same subject meanwhile waits until
    this transaction ends.

    Returns the event's sequence; 0 where nothing is stored, since an announced backfill will say
    the subject as it is then. Raises InvalidEvents, NoTransaction, NothingSaidYet where the
    subject's first event does not create it, TypeError, and the driver's errors.
    """
    said = said_event(event, time, event_id)
    if _is_one(transaction, PSYCOPG + PSYCOPG_ASYNC):
        _require_begun(transaction)
        asynchronous, statements = _is_one(transaction, PSYCOPG_ASYNC), _statements(schema)
        # Whatever rows the service's own cursors make.
        execute: Execute = transaction.cursor(row_factory=_tuple_row()).execute
    elif _is_one(transaction, SQLALCHEMY + SQLALCHEMY_ASYNC):
        asynchronous, statements = _is_one(transaction, SQLALCHEMY_ASYNC), _texts(schema)
        execute = transaction.execute
    else:
        raise TypeError(
            "say() takes a session or connection of SQLAlchemy, or a connection of psycopg; this "
            f"is a {type(transaction).__qualname__}."
        )
    saying = _say_async if asynchronous else _say
    return saying(execute, statements, said, schema)


def _say(execute: Execute, statements: Mapping[str, Any], said: SaidEvent, schema: str) -> int:
    sequence = int(execute(statements["say"], said.parameters(schema)).fetchone()[0])
    if not sequence and not execute(statements["announced"], {"entity": said.entity}).fetchone():
        raise NothingSaidYet(said.type, said.subject)
    return sequence


async def _say_async(
    execute: Execute, statements: Mapping[str, Any], said: SaidEvent, schema: str
) -> int:
    sequence = int((await _row(execute(statements["say"], said.parameters(schema))))[0])
    if not sequence and not await _row(execute(statements["announced"], {"entity": said.entity})):
        raise NothingSaidYet(said.type, said.subject)
    return sequence


async def _row(executed: Awaitable[Any]) -> Any:
    row = (await executed).fetchone()
    # SQLAlchemy has all rows by now.
    return await row if inspect.isawaitable(row) else row


def _is_one(transaction: object, names: tuple[str, ...]) -> bool:
    for name in names:
        module, _, kind = name.rpartition(".")
        found = getattr(sys.modules.get(module), kind, None)
        if found is not None and isinstance(transaction, found):
            return True
    return False


def _require_begun(connection: Any) -> None:
    """In autocommit mode the event would be said whether or not its change is made."""
    from psycopg.pq import TransactionStatus

    if connection.autocommit and connection.info.transaction_status == TransactionStatus.IDLE:
        raise NoTransaction()


def _tuple_row() -> Any:
    from psycopg.rows import tuple_row

    return tuple_row


@cache
def _statements(schema: str) -> dict[str, bytes]:
    return load_for(schema, "outbox", __package__)


@cache
def _texts(schema: str) -> dict[str, Any]:
    """The statements as SQLAlchemy takes them, whichever driver is below it."""
    from sqlalchemy import text

    return {
        name: text(_PARAMETER.sub(r":\1", statement.decode()))
        for name, statement in _statements(schema).items()
    }
