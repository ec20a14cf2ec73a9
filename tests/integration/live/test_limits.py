"""Limits of live connections, and what becomes of them when something goes away."""

import asyncio
import json
import socket as sockets
from contextlib import suppress
from itertools import count

import psycopg
import pytest
from psycopg import sql
from websockets.asyncio.client import connect

from homeroom.local.components import Components
from homeroom.operations.differences import Scope
from homeroom.operations.rebuilding import swapping
from homeroom.operations.repairing.repair import repair
from homeroom.settings import Settings
from tests.support import wait_for_async
from tests.support.limits import count_however_long_it_takes
from tests.support.live import SECONDS_MAX, Live, Publishing, serving_live
from tests.support.strength import at_full_strength

STREAM = "/api/teachers/dashboard/stream?school_id=O1"
SOCKET = "/ws/teachers/dashboard?school_id=O1"
UPGRADE = (
    "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
)  # fmt: skip


def asked(live: Live, path: str) -> bytes:
    """A request for a live connection, as a client without a library sends it."""
    head = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {live.token()}")
    return "\r\n".join((*head, *(UPGRADE if path == SOCKET else ()), "", "")).encode()


async def test_there_are_limits_for_a_teacher_and_in_all(
    settings: Settings, publishing: Publishing
) -> None:
    await publishing.apply(*(publishing.membership("O1", one) for one in ("T2", "T3")))
    limits = {"live_connections_per_teacher_max": 2, "live_connections_max": 3}
    async with serving_live(settings, **limits) as live:
        second = live.token("T2")
        async with live.ready(), live.ready():
            async with live.socket() as third:
                assert (await third.closed())[0] == 1013
            refused = await live.http.get(STREAM, headers=live.headers())
            assert refused.status_code == 429
            assert "Retry-After" in refused.headers
            async with live.ready(token=second), live.socket(token=live.token("T3")) as beyond:
                assert (await beyond.closed())[0] == 1013
            # Whoever left makes room.
            async with live.ready(token=second):
                pass
        metrics = (await live.http.get("/metrics")).text
        assert 'homeroom_live_connections_ended_total{code="1000",transport="websocket"}' in metrics


async def test_an_opened_socket_counts_as_a_request_and_its_ticket_instead_of_it(
    settings: Settings, publishing: Publishing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert publishing
    count_however_long_it_takes(monkeypatch)
    ticket = "/api/teachers/dashboard/ticket"
    async with serving_live(settings, dashboard_requests_per_minute_max=2) as live:
        async with live.ready():
            pass
        made = await live.http.post(ticket, headers=live.headers())
        assert made.headers["RateLimit-Remaining"] == "0"
        assert (await live.http.post(ticket, headers=live.headers())).status_code == 429
        async with live.socket() as refused:
            code, reason = await refused.closed()
            assert (code, "Too many requests" in reason) == (1013, True)
        # It was counted when it was made.
        stream = f"{STREAM}&ticket={made.json()['ticket']}"
        assert (await live.http.head(stream)).status_code == 200
        # A token without an id is no teacher's, and holds up nobody's counting.
        for nobody in ("\x00", "T 1"):
            odd = {"Authorization": f"Bearer {live.token(nobody)}"}
            assert (await live.http.get(STREAM, headers=odd)).status_code == 403
        assert (await live.http.get(STREAM, headers=live.headers())).status_code == 429


@at_full_strength
@pytest.mark.parametrize("path", [STREAM, SOCKET])
async def test_whoever_takes_no_message_is_cut_off(
    settings: Settings, publishing: Publishing, path: str
) -> None:
    async with serving_live(settings, live_send_seconds=0.2) as live:
        raw = sockets.socket()
        # A small window, so that few messages fill it.
        raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
        host, _, port = live.address.partition(":")
        raw.connect((host, int(port)))
        raw.sendall(asked(live, path))
        live_connections = live.app.state.services.live
        await wait_for_async(lambda: live_connections.count == 1)

        numbers = count()

        async def is_cut_off() -> bool:
            some = (f"N{next(numbers)}" for _ in range(100))
            await publishing.apply(
                *(publishing.notification(one, message="€" * 9_900) for one in some)
            )
            return bool(live_connections.count == 0)

        try:
            await wait_for_async(is_cut_off)
            metrics = (await live.http.get("/metrics")).text
            name = "websocket" if path == SOCKET else "stream"
            assert f'ended_total{{code="1013",transport="{name}"}} 1.0' in metrics
            await asyncio.to_thread(read_to_end, raw)
        finally:
            raw.close()


def read_to_end(raw: sockets.socket) -> None:
    """What was on its way to a client; then the service has ended the connection."""
    raw.settimeout(SECONDS_MAX)
    with suppress(ConnectionResetError):
        while raw.recv(1 << 20):
            pass


async def test_whoever_answers_no_ping_is_closed(
    settings: Settings, publishing: Publishing
) -> None:
    assert publishing
    async with serving_live(settings, live_silence_seconds=0.4) as live:
        host, _, port = live.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(asked(live, SOCKET))
        # A client of the library answers pings by itself, this one does not.
        async with asyncio.timeout(20):
            said = await reader.read()
        assert b"101 Switching Protocols" in said
        assert b"keepalive ping timeout" in said
        writer.close()


async def test_the_end_of_the_service_ends_all(settings: Settings, publishing: Publishing) -> None:
    assert publishing
    async with serving_live(settings) as live:
        url = f"ws://{live.address}/ws/teachers/dashboard?school_id=O1"
        headers = {"Authorization": f"Bearer {live.token()}"}
        socket = await connect(url, additional_headers=headers, proxy=None)
        assert json.loads(await socket.recv())["type"] == "ready"
        host, _, port = live.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(asked(live, STREAM))
        await reader.readuntil(b'"type":"ready"')
    await socket.wait_closed()
    assert socket.close_code == 1012
    # The last chunk of the body: the stream has ended, it was not broken off.
    assert (await reader.read()).endswith(b"0\r\n\r\n")
    writer.close()


async def test_a_database_that_goes_away_and_comes_back_loses_nothing(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    async with live.ready() as socket:
        with psycopg.connect(database_url, autocommit=True) as connection:
            for n in range(3):
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                    "datname = current_database() AND application_name = 'homeroom serve'"
                )
                await publishing.apply(publishing.notification(f"N{n}"))
        told: set[str] = set()
        while told != {"N0", "N1", "N2"}:
            told.add((await socket.message())["data"]["id"])


async def test_after_a_cut_that_outlasted_what_is_kept_all_begins_anew(
    live: Live, publishing: Publishing, components: Components, database_url: str
) -> None:
    async with live.ready() as socket:
        with (
            psycopg.connect(components.database_url, autocommit=True) as other,
            psycopg.connect(database_url, autocommit=True) as connection,
        ):
            allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}").format
            name = sql.Identifier(connection.info.dbname)
            other.execute(allow(name, sql.SQL("false")))
            try:
                connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                    "datname = current_database() AND application_name = 'homeroom serve'"
                )
                for n in range(3):
                    await publishing.apply(publishing.notification(f"N{n}"))
                connection.execute(
                    "DELETE FROM homeroom.change WHERE id < (SELECT max(id) FROM homeroom.change)"
                )
            finally:
                other.execute(allow(name, sql.SQL("true")))
        first = await socket.message()
        assert (first["type"], first["data"].get("resumed")) == ("ready", False)
        await publishing.apply(publishing.notification("N5"))
        assert (await socket.message())["data"]["id"] == "N5"


async def test_a_repair_begins_anew(live: Live, publishing: Publishing, database_url: str) -> None:
    await publishing.apply(publishing.notification("N1"))
    async with live.ready() as socket:
        with psycopg.connect(database_url) as connection:
            changed = "UPDATE g0001.notifications SET title = 'wrong'"
            assert connection.execute(changed).rowcount == 1
        found = await asyncio.to_thread(
            repair, database_url, Scope(("notifications",)), "ada", "tests"
        )
        assert [one.should for one in found.differences] == ["About N1"]
        again = await socket.message()
        assert (again["type"], again["data"]["resumed"]) == ("ready", False)


async def test_the_swap_of_a_rebuild_begins_anew(
    live: Live, publishing: Publishing, database_url: str
) -> None:
    async with live.ready() as socket:
        await publishing.apply(publishing.notification("N1"))
        position = (await socket.message())["position"]
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(swapping.TELL_ANEW)
        again = await socket.message()
        assert (again["type"], again["data"]["resumed"]) == ("ready", False)
        await publishing.apply(publishing.notification("N2"))
        assert (await socket.message())["data"]["id"] == "N2"
    async with live.socket(f"school_id=O1&position={position}") as socket:
        assert (await socket.message())["data"]["resumed"] is False
    async with live.socket(f"school_id=O1&position={again['position']}") as socket:
        first = await socket.message()
        assert (first["data"]["resumed"], (await socket.message())["data"]["id"]) == (True, "N2")


async def test_head_of_the_stream_ends(live: Live) -> None:
    answer = await live.http.head(STREAM, headers=live.headers())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-type"].startswith("text/event-stream")
