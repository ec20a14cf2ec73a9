"""What aiokafka by itself still does while a client connects, and does not do here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import client
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError

from homeroom.local.components import Components
from homeroom.settings import Settings
from homeroom_kit import aiokafka_bootstrap
from homeroom_kit.kafka import client_options


async def cancelled_before_the_answer(
    components: Components,
    connect: Callable[[client.AIOKafkaClient], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> AIOKafkaConnection:
    """The connection of a client that connects, and is cancelled while it waits for metadata."""
    settings = Settings(kafka_bootstrap_servers=components.kafka_bootstrap_servers)
    asked: asyncio.Future[AIOKafkaConnection] = asyncio.get_running_loop().create_future()
    send = AIOKafkaConnection.send

    async def without_answer(self: AIOKafkaConnection, request: Any, *rest: Any) -> Any:
        if isinstance(request, client.MetadataRequest):
            asked.set_result(self)
            await asyncio.Event().wait()
        return await send(self, request, *rest)

    monkeypatch.setattr(AIOKafkaConnection, "send", without_answer)
    connecting = asyncio.ensure_future(connect(client.AIOKafkaClient(**client_options(settings))))
    connection = await asked
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    return connection


async def test_its_connection_is_closed(
    components: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = await cancelled_before_the_answer(
        components, lambda connecting: connecting.bootstrap(), monkeypatch
    )
    assert not connection.connected()


async def test_the_installed_aiokafka_still_needs_the_patch(
    components: Components, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once this fails, the module that is tested here has done its service: delete both."""
    connection = await cancelled_before_the_answer(
        components, aiokafka_bootstrap.bootstrap, monkeypatch
    )
    assert connection.connected()
    connection.close()


async def refused(connect: Callable[[client.AIOKafkaClient], Awaitable[None]]) -> str:
    """What is said where nobody listens."""
    settings = Settings(kafka_bootstrap_servers="127.0.0.1:1,127.0.0.1:2")
    with pytest.raises(KafkaConnectionError) as error:
        await connect(client.AIOKafkaClient(**client_options(settings)))
    return str(error.value)


async def test_the_error_says_why_no_broker_could_be_connected_to() -> None:
    said = await refused(lambda connecting: connecting.bootstrap())
    assert "127.0.0.1:1: [Errno 111] Connect call failed" in said
    assert "127.0.0.1:2: [Errno 111] Connect call failed" in said


async def test_the_installed_aiokafka_still_does_not_say_why() -> None:
    """Once this fails, that part of the module has done its service: delete both."""
    assert "Connect call failed" not in await refused(aiokafka_bootstrap.bootstrap)
