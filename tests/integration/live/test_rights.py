"""Who may listen, and for how long: the close says why it ended."""

import asyncio
import json
import time
from collections.abc import Sequence

import jwt
import psycopg
import pytest
import structlog

from homeroom.api import tokens
from homeroom.api.live import websocket
from homeroom.api.live.connection import LiveConnection
from homeroom.settings import Settings
from tests.support.live import SECRET, Live, Publishing, serving_live
from tests.support.strength import at_full_strength

PATH = "/api/teachers/dashboard"


async def test_a_bad_token_is_closed_with_4401(live: Live) -> None:
    for token in ("nonsense", "a.b.c"):
        async with live.socket(token=token) as socket:
            assert (await socket.closed())[0] == 4401


async def test_who_is_refused_is_logged_without_the_token(live: Live) -> None:
    with structlog.testing.capture_logs() as lines:
        for token in ("a.b.c", live.token("T1", "student")):
            async with live.socket(token=token) as socket:
                await socket.closed()
    refused = [line for line in lines if line["event"] == "refused"]
    told = [(line["status"], line["reason"], line.get("subject")) for line in refused]
    assert told == [(401, "malformed", None), (403, "forbidden", "T1")]
    assert {line["route"] for line in refused} == {"/ws/teachers/dashboard"}
    assert "a.b.c" not in str(refused)


async def test_another_role_is_closed_with_4403(live: Live) -> None:
    for role in ("student", "admin", "operator"):
        async with live.socket(token=live.token("T1", role)) as socket:
            assert (await socket.closed())[0] == 4403


async def test_a_foreign_or_unknown_school_is_closed_with_4403(
    live: Live, publishing: Publishing
) -> None:
    await publishing.school("O2", "T2")
    for school_id in ("O2", "nowhere", "not%20an%20id"):
        async with live.socket(f"school_id={school_id}") as socket:
            assert await socket.closed() == (4403, "Access denied to this school")
        answer = await live.http.get(f"{PATH}/stream?school_id={school_id}", headers=live.headers())
        assert (answer.status_code, answer.json()) == (
            403, {"error": "Access denied to this school"},
        )  # fmt: skip


async def test_whoever_teaches_nowhere_is_closed_with_4403(live: Live) -> None:
    async with live.socket("", token=live.token("T9")) as socket:
        assert (await socket.closed())[0] == 4403


async def test_the_token_may_be_the_first_message(live: Live, publishing: Publishing) -> None:
    async with live.socket(token="") as socket:
        await socket.connection.send(json.dumps({"token": live.token()}))
        assert (await socket.message())["type"] == "ready"
        await publishing.apply(publishing.notification("N1"))
        assert (await socket.message())["type"] == "notification"


async def test_another_first_message_is_closed_with_4401(live: Live) -> None:
    for first in ("", "[]", "{}", '{"token": 5}', '{"token": "x"}', "nonsense", b"\xff\x00"):
        async with live.socket(token="") as socket:
            await socket.connection.send(first)
            assert (await socket.closed())[0] == 4401


async def test_without_a_first_message_it_is_closed_with_4401(
    live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "TOKEN_SECONDS", 0.05)
    async with live.socket(token="") as socket:
        assert (await socket.closed())[0] == 4401


async def test_a_ticket_is_good_once_for_all_instances(
    live: Live, settings: Settings, publishing: Publishing
) -> None:
    assert publishing
    answer = await live.http.post(f"{PATH}/ticket", headers=live.headers())
    assert (answer.status_code, answer.json()["expires_in"]) == (200, 30)
    query = f"school_id=O1&ticket={answer.json()['ticket']}"
    async with serving_live(settings) as other:
        async with other.socket(query, token="") as socket:
            assert (await socket.message())["type"] == "ready"
        async with live.socket(query, token="") as socket:
            assert (await socket.closed())[0] == 4401
    again = await live.http.get(f"{PATH}/stream?{query}")
    assert (again.status_code, again.json()) == (401, {"error": "Authentication required"})


async def test_a_ticket_is_good_for_a_short_while_and_for_the_stream(
    live: Live, database_url: str
) -> None:
    async def ticket() -> str:
        answer = await live.http.post(f"{PATH}/ticket", headers=live.headers())
        return str(answer.json()["ticket"])

    old, new = await ticket(), await ticket()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("UPDATE homeroom.ticket SET expires_at = now() - interval '1 s'")
        kept = connection.execute("SELECT digest FROM homeroom.ticket").fetchall()
    assert all(old.encode() not in digest for (digest,) in kept)
    for one in (old, new):
        answer = await live.http.get(f"{PATH}/stream?school_id=O1&ticket={one}")
        assert answer.status_code == 401
    async with live.http.stream(
        "GET", f"{PATH}/stream?school_id=O1&ticket={await ticket()}"
    ) as stream:
        assert stream.status_code == 200


async def test_only_a_teacher_gets_a_ticket(live: Live) -> None:
    assert (await live.http.post(f"{PATH}/ticket")).status_code == 401
    answer = await live.http.post(f"{PATH}/ticket", headers=live.headers("S1", "student"))
    assert (answer.status_code, answer.json()) == (403, {"error": "Teacher access required"})


async def test_a_membership_that_is_revoked_closes_it_with_4403(
    live: Live, publishing: Publishing
) -> None:
    path = f"{PATH}/stream?school_id=O1"
    async with (
        live.ready() as socket,
        live.http.stream("GET", path, headers=live.headers()) as stream,
    ):
        await publishing.apply(publishing.revoked("O1", "T1"), publishing.notification("N1"))
        assert await socket.closed() == (4403, "Access denied to this school")
        said = "".join([text async for text in stream.aiter_text()])
        assert "N1" not in said
    again = await live.http.get(path, headers=live.headers())
    assert (again.status_code, again.json()) == (403, {"error": "Access denied to this school"})


async def test_a_teacher_who_is_deactivated_is_told_no_more(
    live: Live, publishing: Publishing
) -> None:
    teacher = {"teacher_id": "T1", "name": "Ada", "email": None, "organization_id": None}
    await publishing.apply(publishing.event("people", "teacher.registered", "T1", **teacher))
    async with live.ready() as socket:
        await publishing.apply(
            publishing.event("people", "teacher.deactivated", "T1", teacher_id="T1")
        )
        assert (await socket.closed())[0] == 4403


async def test_a_token_that_is_revoked_closes_it_with_4401(
    live: Live, publishing: Publishing
) -> None:
    await publishing.apply(publishing.membership("O1", "T2"))
    token = live.token()
    jti = jwt.decode(token, SECRET, ["HS256"])["jti"]
    async with (
        live.ready(token=token) as one, live.ready() as same, live.ready(token=live.token("T2"))
        as other,
    ):  # fmt: skip
        await asyncio.to_thread(tokens.revoke, live.settings, jti)
        assert await one.closed() == (4401, "The token was revoked")
        await asyncio.to_thread(tokens.revoke_subject, live.settings, "T1")
        assert (await same.closed())[0] == 4401
        await publishing.apply(publishing.notification("N1", teacher_id="T2"))
        assert (await other.message())["data"]["id"] == "N1"


async def test_a_token_that_expires_closes_it_with_4401(settings: Settings, live: Live) -> None:
    async with serving_live(settings, jwt_leeway_seconds=0.0) as strict:
        now = int(time.time())
        claims = {"sub": "T1", "role": "teacher", "exp": now + 2}
        async with strict.ready(token=jwt.encode(claims, SECRET, "HS256")) as socket:
            assert await socket.closed() == (4401, "The token has expired")
    assert live


@at_full_strength
async def test_a_token_expires_while_something_changes_all_the_time(
    settings: Settings, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    next_messages = LiveConnection._next

    async def busy(self: LiveConnection) -> Sequence[bytes]:
        told = await next_messages(self)
        self.look_at_rights()
        return told

    monkeypatch.setattr(LiveConnection, "_next", busy)
    async with serving_live(settings, jwt_leeway_seconds=0.0) as strict:
        claims = {"sub": "T1", "role": "teacher", "exp": int(time.time()) + 3}
        async with strict.ready(token=jwt.encode(claims, SECRET, "HS256")) as socket:
            assert await socket.closed() == (4401, "The token has expired")
    assert live
