"""Fixes a defect of aiokafka: who is cancelled while a client connects leaves a connection open.

A client asks the first broker that answers for its cluster's metadata, by a connection that only a
local variable of ``AIOKafkaClient.bootstrap`` knows (aiokafka 0.14.0). It is closed after the
answer and after an error, but not where the task is cancelled in between: then nobody can close it.

``tests/integration/test_aiokafka_bootstrap.py`` fails as soon as a version of aiokafka closes it by
itself: then this module and its call in ``homeroom.kafka`` go.
"""

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from aiokafka import client
from aiokafka.conn import AIOKafkaConnection, create_conn

bootstrap = client.AIOKafkaClient.bootstrap


@dataclass(slots=True)
class _Bootstrap:
    """The connections of a client that connects. Tasks that it starts inherit the variable."""

    connections: list[AIOKafkaConnection] = field(default_factory=list)
    over: bool = False


_CURRENT: ContextVar[_Bootstrap | None] = ContextVar("aiokafka bootstrap", default=None)


def install() -> None:
    """Makes every client of this process close what it opened. May be called again."""
    client.create_conn = _create_conn
    client.AIOKafkaClient.bootstrap = _bootstrap


async def _create_conn(*arguments: Any, **options: Any) -> AIOKafkaConnection:
    connection = await create_conn(*arguments, **options)
    current = _CURRENT.get()
    if current is not None and not current.over:
        current.connections.append(connection)
    return connection


async def _bootstrap(self: client.AIOKafkaClient) -> None:
    current = _Bootstrap()
    token = _CURRENT.set(current)
    try:
        await bootstrap(self)
    except asyncio.CancelledError:
        for connection in current.connections:
            connection.close()
        raise
    finally:
        current.over = True
        current.connections.clear()
        _CURRENT.reset(token)
