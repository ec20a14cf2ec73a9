"""Fixes two defects of aiokafka in how a client connects.

Who is cancelled leaves a connection open. A client asks the first broker that answers for its
cluster's metadata, by a connection that only a local variable of ``AIOKafkaClient.bootstrap`` knows
(aiokafka 0.14.0). It is closed after the answer and after an error, but not where the task is
cancelled in between: then nobody can close it.

Why no broker could be connected to is only logged, among what aiokafka retries by itself, and the
error says "Unable to bootstrap". So a wrong password looks like a broker that is away. Here the
error says why; a login that fails later, when a client connects again, is logged now and then.

``tests/integration/test_aiokafka_bootstrap.py`` fails as soon as a version of aiokafka does one of
these by itself: then its part goes, and with both this module and its call in `kafka`.
"""

import asyncio
import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import structlog
from aiokafka import client
from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import KafkaConnectionError, KafkaError

from homeroom_kit import kafka_refusals

bootstrap = client.AIOKafkaClient.bootstrap

SAID_AGAIN_SECONDS = 60.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Bootstrap:
    """The connections of a client that connects. Tasks that it starts inherit the variable."""

    connections: list[AIOKafkaConnection] = field(default_factory=list)
    reasons: dict[str, list[str]] = field(default_factory=dict)
    over: bool = False


@dataclass(slots=True)
class _Said:
    """What was logged last, and when: aiokafka connects many times a second."""

    reason: str = ""
    at: float = 0.0

    def warn(self, address: str, reason: str) -> None:
        now = time.monotonic()
        if reason != self.reason or now - self.at >= SAID_AGAIN_SECONDS:
            self.reason, self.at = reason, now
            log.warning("login failed, trying again", address=address, error=reason)


_SAID = _Said()
_CURRENT: ContextVar[_Bootstrap | None] = ContextVar("aiokafka bootstrap", default=None)


def install() -> None:
    """Makes every client of this process close what it opened. May be called again."""
    client.create_conn = _create_conn
    client.AIOKafkaClient.bootstrap = _bootstrap


async def _create_conn(host: str, port: int, **options: Any) -> AIOKafkaConnection:
    current = _CURRENT.get()
    beginning = current is not None and not current.over
    try:
        connection = await create_conn(host, port, **options)
    except (OSError, KafkaError) as error:
        reason, address = kafka_refusals.reason(error), f"{host}:{port}"
        if current is not None and beginning:
            current.reasons.setdefault(reason, []).append(address)
        elif kafka_refusals.is_login(error):
            _SAID.warn(address, reason)
        raise
    if current is not None and beginning:
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
    except KafkaConnectionError as error:
        raise _with_reasons(error, current) from error
    finally:
        current.over = True
        current.connections.clear()
        _CURRENT.reset(token)


def _with_reasons(error: KafkaConnectionError, current: _Bootstrap) -> KafkaConnectionError:
    reasons = [f"{', '.join(where)}: {reason}" for reason, where in current.reasons.items()]
    if current.connections:
        reasons.append(f"the brokers end the connection: {kafka_refusals.PROTOCOL}")
    return KafkaConnectionError("; ".join(reasons)) if reasons else error
