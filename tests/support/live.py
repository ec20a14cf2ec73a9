"""A query service with live connections, over a read model that a writer keeps in the test."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.api.server import server_of
from homeroom.api.services import utc_now
from homeroom.settings import Settings
from tests.support import wait_for_async
from tests.support.feed import Feed, record

SECRET = "the tests' own key, longer than 32 bytes"
AT = "2026-03-01T09:00:00Z"
# For a message to come: far more than it takes.
SECONDS_MAX = 20.0


async def wipe(feed: Feed) -> None:
    """Empties the read model and what commands keep, but for how far log and change feed are."""
    plan = feed.model.plan()
    kept = ("notified", "notification_preference", "notification_receipt", "outbox", "ticket")
    revoked = ("revoked_subject", "revoked_token")
    tables = [*plan.entities, *(p.name for p in plan.tables), "incomplete"]
    tables += [f"homeroom.{name}" for name in (*kept, *revoked)]
    text = ";".join(f"DELETE FROM {table}" for table in tables)  # noqa: S608
    await feed.writer.connection.execute(text.encode(), prepare=False)


class Publishing:
    """Applies events to the read model at once, as a worker does, each with its number."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._numbers: dict[tuple[str, str], int] = {}

    def event(self, topic: str, type_: str, key: str, /, **data: Any) -> Any:
        entity = type_.partition(".")[0]
        number = self._numbers[entity, key] = self._numbers.get((entity, key), 0) + 1
        return record(topic, f"{type_}.v1", key, number, data)

    async def apply(self, *events: Any) -> None:
        await self.feed.apply(events)

    async def school(self, school_id: str = "O1", *teachers: str) -> None:
        """A school, and who teaches there."""
        await self.apply(
            self.event(
                "people", "school.opened", school_id, school_id=school_id,
                name=f"School {school_id}", time_zone=None,
            ),
            *(self.membership(school_id, teacher) for teacher in teachers or ("T1",)),
        )  # fmt: skip

    def membership(self, school_id: str, user_id: str, role: str = "teacher") -> Any:
        return self.event(
            "people", "membership.granted", f"{school_id}/{user_id}", school_id=school_id,
            user_id=user_id, role=role, granted_at=AT,
        )  # fmt: skip

    def revoked(self, school_id: str, user_id: str) -> Any:
        return self.event(
            "people", "membership.revoked", f"{school_id}/{user_id}", school_id=school_id,
            user_id=user_id, revoked_at=AT,
        )  # fmt: skip

    def notification(self, key: str, /, **changed: Any) -> Any:
        usual = {
            "teacher_id": "T1", "school_id": "O1", "kind": "new_student", "title": f"About {key}",
            "message": "A new student", "action_url": None, "created_at": AT, "expires_at": None,
        }  # fmt: skip
        return self.event(
            "notifications", "notification.created", key, notification_id=key, **usual | changed
        )

    def receipt(self, what: str, key: str, teacher_id: str = "T1") -> Any:
        return self.event(
            "notifications", f"notification_receipt.{what}", f"{key}/{teacher_id}",
            notification_id=key, teacher_id=teacher_id, at=AT,
        )  # fmt: skip

    def session(self, key: str, **changed: Any) -> Any:
        usual = {
            "class_id": "C1", "organization_id": "O1", "teacher_id": "T1", "title": "Fractions",
            "starts_at": "2026-03-02T09:00:00Z", "ends_at": "2026-03-02T10:00:00Z",
        }  # fmt: skip
        return self.event("classes", "session.scheduled", key, session_id=key, **usual | changed)

    def completed(self, key: str) -> Any:
        return self.event("classes", "session.completed", key, session_id=key)


class Socket:
    """A WebSocket client of the service."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def message(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(SECONDS_MAX):
            told: dict[str, Any] = json.loads(await self.connection.recv())
        return told

    async def messages(self, count: int) -> list[dict[str, Any]]:
        return [await self.message() for _ in range(count)]

    async def closed(self) -> tuple[int, str]:
        """The code and reason of its close, whatever comes before."""
        try:
            async with asyncio.timeout(SECONDS_MAX):
                while True:
                    await self.connection.recv()
        except ConnectionClosed as error:
            close = error.rcvd
            return (close.code, close.reason) if close else (1006, "")


class Live:
    """The service at an address, and its clients."""

    def __init__(self, settings: Settings, address: str, app: Any) -> None:
        self.settings = settings
        self.address = address
        self.app = app
        self.http = httpx.AsyncClient(base_url=f"http://{address}", timeout=SECONDS_MAX)

    def token(self, sub: str = "T1", role: str = "teacher", **more: Any) -> str:
        return tokens.issue(self.settings, sub, role, **more)

    def headers(self, sub: str = "T1", role: str = "teacher") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token(sub, role)}"}

    @asynccontextmanager
    async def socket(
        self, query: str = "school_id=O1", token: str | None = None, **more: Any
    ) -> AsyncIterator[Socket]:
        """A connection, with a header unless the token is empty."""
        given = self.token() if token is None else token
        headers = {"Authorization": f"Bearer {given}"} if given else {}
        url = f"ws://{self.address}/ws/teachers/dashboard?{query}"
        async with connect(url, additional_headers=headers, proxy=None, **more) as connection:
            yield Socket(connection)

    @asynccontextmanager
    async def ready(self, query: str = "school_id=O1", **more: Any) -> AsyncIterator[Socket]:
        """The same, after its first message."""
        async with self.socket(query, **more) as socket:
            first = await socket.message()
            assert first["type"] == "ready", first
            yield socket


@asynccontextmanager
async def serving_live(
    settings: Settings, clock: Callable[[], datetime] = utc_now, **changed: Any
) -> AsyncIterator[Live]:
    """The service as `homeroom serve` runs it, within the test's loop."""
    settings = settings.model_copy(update={"jwt_secret": _secret(), **changed})
    app = create_app(settings, clock=clock)
    server = server_of(app, settings)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        task = asyncio.create_task(server.serve(sockets=[listening]))
        await wait_for_async(lambda: _started(server, task))
        live = Live(settings, f"127.0.0.1:{listening.getsockname()[1]}", app)
        try:
            yield live
        finally:
            await live.http.aclose()
            server.should_exit = True
            await task


async def _started(server: Any, task: asyncio.Task[None]) -> bool:
    return bool(server.started) or task.done()


def _secret() -> Any:
    from pydantic import SecretStr

    return SecretStr(SECRET)
