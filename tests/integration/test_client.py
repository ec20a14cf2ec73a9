"""The client of services against a server that fails: when it tries again, and what it says."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from homeroom.client import (
    BatchesUnavailable,
    BatchRequestError,
    HttpBatches,
    UnexpectedAnswer,
    http,
)

ID = "5e8b02d9-476e-419f-9230-000000000001"
GOOD = (200, json.dumps({ID: None}))
DOWN = (503, '{"error":"The database does not answer; try again in a moment."}')
LATER = (503, DOWN[1], "Retry-After: 1")
SILENT = (0, "")
DROPPED = (-1, "")
# Status, body, and whatever headers.
Answer = tuple[Any, ...]


class Failing:
    """A server that answers each request as it was told to, and remembers their heads.

    ``times``: when each came, in seconds of the monotonic clock.
    """

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.heads: list[dict[str, str]] = []
        self.times: list[float] = []
        self.address = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.heads.append(dict(line.lower().split(": ", 1) for line in lines[1:] if line))
        status, body, *told = self._answers.pop(0)
        self.times.append(time.monotonic())
        if status == 0:
            # Until the client gives up.
            await reader.read()
        elif status > 0:
            head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
            writer.write("\r\n".join([*head, *told, "", body]).encode())
            await writer.drain()
        writer.close()


@asynccontextmanager
async def failing(*answers: Answer) -> AsyncIterator[Failing]:
    made = Failing(*answers)
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield made


@asynccontextmanager
async def client_of(server: Failing, **told: Any) -> AsyncIterator[HttpBatches]:
    async with HttpBatches(server.address, "essays", "key", **told) as client:
        yield client


@pytest.mark.parametrize("first", [DOWN, (502, "<html>"), (504, ""), (429, "{}"), DROPPED])
async def test_what_may_pass_is_tried_again_with_the_same_request_id(first: Answer) -> None:
    async with failing(first, first, GOOD) as server, client_of(server) as client:
        assert await client.get_batch_class_info([ID], request_id="r-1") == {ID: None}
        assert [head["x-request-id"] for head in server.heads] == ["r-1"] * 3
        assert {head["x-internal-api-key"] for head in server.heads} == {"key"}
        assert {head["x-service-id"] for head in server.heads} == {"essays"}


async def test_attempts_end_and_the_last_reason_is_said() -> None:
    async with failing(*[DOWN] * 3) as server, client_of(server) as client:
        with pytest.raises(BatchesUnavailable, match="503: The database does not") as failed:
            await client.get_batch_status(ID)
        assert failed.value.status == 503
        ids = {head["x-request-id"] for head in server.heads}
        assert ids == {failed.value.request_id}
        assert len(server.heads) == 3


async def test_a_pause_is_as_long_as_the_answer_asks() -> None:
    async with failing(LATER, GOOD) as server, client_of(server) as client:
        await client.get_batch_class_info([ID])
        first, second = server.times
        assert second - first >= 1


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("0", 0), ("1", 1), ("2", 2), ("3600", 2), ("-1", 0), ("²", 0), ("", 0),
     ("Fri, 31 Dec 1999 23:59:59 GMT", 0)],
)  # fmt: skip
def test_nobody_waits_long_or_fails_for_what_a_proxy_asks(asked: str, seconds: float) -> None:
    answer = httpx.Response(503, headers=[(b"Retry-After", asked.encode("latin-1"))])
    assert http.least_pause_seconds(answer) == seconds


def test_pauses_are_random_and_may_double_up_to_two_seconds() -> None:
    for attempt, most in ((1, 0.1), (2, 0.2), (3, 0.4), (5, 1.6), (6, 2), (60, 2)):
        pauses = [http.pause_seconds(attempt) for _ in range(200)]
        assert 0 <= min(pauses) < most / 4 < 3 * most / 4 < max(pauses) <= most


async def test_a_server_that_is_silent_or_gone_is_given_up() -> None:
    began = time.monotonic()
    async with (
        failing(SILENT, SILENT) as server,
        client_of(server, timeout=0.1, attempts=2) as client,
    ):
        with pytest.raises(BatchesUnavailable, match="ReadTimeout"):
            await client.get_batch_status(ID)
        assert len(server.heads) == 2
    assert time.monotonic() - began < 5
    async with client_of(server, attempts=2) as client:
        with pytest.raises(BatchesUnavailable, match="ConnectError") as failed:
            await client.get_batches_for_user("T-1")
        assert failed.value.status == 0


@pytest.mark.parametrize("status", [400, 401, 404, 405, 500])
async def test_what_does_not_pass_is_not_tried_again(status: int) -> None:
    async with failing((status, '{"error":"No"}')) as server, client_of(server) as client:
        with pytest.raises(BatchRequestError, match=f"{status}: No") as failed:
            await client.get_batch_status(ID)
        assert not isinstance(failed.value, BatchesUnavailable)
        assert len(server.heads) == 1


@pytest.mark.parametrize("body", ["", "[]", '{"batch_id":"x"}', '{"x":{"class_id":1}}'])
async def test_an_answer_of_another_form_is_said_to_be_one(body: str) -> None:
    for ask in (
        lambda client: client.get_batch_status(ID),
        lambda client: client.get_batch_class_info([ID]),
        lambda client: client.get_batches_for_user("T-1"),
    ):
        async with failing((200, body)) as server, client_of(server) as client:
            with pytest.raises(UnexpectedAnswer, match="not of its form"):
                await ask(client)


async def test_an_answer_that_cannot_be_unpacked_is_said_to_be_one() -> None:
    packed = (200, GOOD[1], "Content-Encoding: gzip")
    async with failing(packed) as server, client_of(server) as client:
        with pytest.raises(UnexpectedAnswer, match="cannot be read: DecodingError"):
            await client.get_batch_class_info([ID])


async def test_a_client_of_the_callers_own_is_used_and_stays_open() -> None:
    answers = (GOOD, GOOD)
    async with failing(*answers) as server, httpx.AsyncClient(base_url=server.address) as own:
        async with HttpBatches("", "essays", "key", client=own) as client:
            await client.get_batch_class_info([ID])
        await client.get_batch_class_info([ID])
        assert len(server.heads) == 2
