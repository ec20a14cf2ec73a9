"""Clients that show a token of an issuer (OAUTHBEARER)."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import OAuthAuthenticator
from structlog.testing import capture_logs

from homeroom.operations.migrating.topics import prepare_topics
from homeroom.settings import Settings
from homeroom_kit import aiokafka_oauth_refusal
from homeroom_kit.kafka import client_options, make_consumer
from homeroom_kit.kafka_login import tokens
from tests.integration.secured.test_login import refusal
from tests.support.issuer import Issuer
from tests.support.publishing import publish_teacher
from tests.support.secured import Secured
from tests.support.strength import at_full_strength


@pytest.fixture(autouse=True)
def issuer(secured: Secured) -> Iterator[Issuer]:
    """The issuer as it was, and no token of it known."""
    tokens.token_source.cache_clear()
    issuer = secured.issuer
    issuer.given = 0
    yield issuer
    issuer.answer, issuer.expires_in = None, 3600.0


def source(settings: Settings) -> tokens.TokenSource:
    made: tokens.TokenSource = client_options(settings)["sasl_oauth_token_provider"]
    return made


async def test_a_token_is_asked_for_once_by_all_clients(
    settings: Settings, secured: Secured, issuer: Issuer
) -> None:
    ours = secured.settings(settings, "token", topic_prefix="once-")
    await prepare_topics(ours, ["once-people"])
    await publish_teacher(ours, "T-1")
    assert issuer.given == 1


@at_full_strength
async def test_connections_that_end_with_their_tokens_are_made_again(
    settings: Settings, secured: Secured, issuer: Issuer
) -> None:
    """The broker cuts off a client whose token has ended; nothing is lost or sent twice."""
    issuer.expires_in = 6.0
    ours = secured.settings(settings, "token", topic_prefix="ending-")
    await prepare_topics(ours, ["ending-people"])
    producer = AIOKafkaProducer(**client_options(ours), enable_idempotence=True)
    # With commits of its own, aiokafka's consumer tries for ever to make one when it is stopped.
    own = {"enable_auto_commit": False, "auto_offset_reset": "earliest"}
    consumer = make_consumer(**client_options(ours), group_id="e", **own)
    consumer.subscribe(["ending-people"])
    async with asyncio.timeout(60), producer, consumer:
        sent = after = 0
        while after < 10:
            # Both are cut off when they next ask for something.
            after += issuer.given > 1
            await producer.send_and_wait("ending-people", str(sent).encode())
            assert (await consumer.getone()).value == str(sent).encode()
            sent += 1
            await asyncio.sleep(0.05)


async def test_a_token_that_is_good_is_used_while_the_issuer_is_away(
    settings: Settings, secured: Secured, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "RENEWED_AT_SHARE", 0)
    ours = source(secured.settings(settings, "token"))
    token = await ours.token()
    issuer.answer = 503, b""
    assert await ours.token() == token
    issuer.answer = None
    monkeypatch.setattr(tokens, "RETRY_SECONDS", 0)
    assert await ours.token() != token


async def test_a_client_that_cannot_connect_again_says_why(
    settings: Settings, secured: Secured, issuer: Issuer
) -> None:
    options = client_options(secured.settings(settings, "token"))
    client = AIOKafkaClient(**options)
    await client.bootstrap()
    try:
        # The token has ended meanwhile.
        ended = options["sasl_oauth_token_provider"]
        ended._renewed_at = ended._ends_at = 0
        issuer.answer = 503, b""
        with capture_logs() as said:
            for _ in range(3):
                assert not await client.ready(client.get_random_node())
    finally:
        await client.close()
    assert [line["event"] for line in said] == ["login failed, trying again"]
    assert "refuses (status 503)" in said[0]["error"]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, b"<html>"), "refuses (status 500)"),
        ((400, b'{"error": "invalid_scope"}'), "refuses (status 400, invalid_scope)"),
        ((200, b"[]"), "what came is no token"),
        ((200, b'{"access_token": "a\\u0001b"}'), "what came is no token"),
        ((200, b'{"access_token": "a", "expires_in": "soon"}'), "no time in expires_in"),
        ((200, b" " * 2**21), "more than 1,048,576 bytes"),
        ((302, b""), "refuses (status 302)"),
    ],
)
async def test_an_issuer_that_gives_no_token_is_said(
    settings: Settings, secured: Secured, issuer: Issuer, answer: tuple[int, bytes], said: str
) -> None:
    issuer.answer = answer
    assert said in await refusal(secured.settings(settings, "token"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kafka_oauth_token_url": "https://127.0.0.1:1/token"}, "does not answer"),
        ({"kafka_oauth_ca_file": ""}, "CERTIFICATE_VERIFY_FAILED"),
    ],
)
async def test_an_issuer_that_cannot_be_reached_is_said(
    settings: Settings, secured: Secured, changed: dict[str, Any], said: str
) -> None:
    reason = await refusal(secured.settings(settings, "token", **changed))
    assert said in reason
    assert "HOMEROOM_KAFKA_OAUTH_CA_FILE" in reason


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("https", "does not answer: ConnectTimeout"),
        ("http", "no token came within 0.2 seconds"),
    ],
)
async def test_an_issuer_that_is_silent_is_not_waited_for(
    settings: Settings, secured: Secured, monkeypatch: pytest.MonkeyPatch, scheme: str, said: str
) -> None:
    """In the middle of a handshake, or of an answer; the connection is closed."""
    monkeypatch.setattr(tokens, "TOKEN_SECONDS_MAX", 0.2)
    closed = asyncio.Event()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        closed.set()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as silent:
        port = silent.sockets[0].getsockname()[1]
        url = f"{scheme}://127.0.0.1:{port}/token"
        ours = secured.settings(settings, "token", kafka_oauth_token_url=url)
        assert said in await refusal(ours)
        # Without it the server would wait for the rest.
        await asyncio.wait_for(closed.wait(), 10)


async def test_a_token_that_the_brokers_refuse_is_said(
    settings: Settings, secured: Secured
) -> None:
    ours = secured.settings(settings, "token", kafka_oauth_audience="somebody else")
    assert 'the brokers refuse the login: {"status":"invalid_token"}' in await refusal(ours)


async def test_the_installed_aiokafka_still_needs_the_patch(
    settings: Settings, secured: Secured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once this fails, aiokafka_oauth_refusal has done its service: delete both."""
    ours = secured.settings(settings, "token", kafka_oauth_audience="somebody else")
    client_options(ours)
    monkeypatch.setattr(aiokafka_oauth_refusal, "_step", aiokafka_oauth_refusal.step)
    assert OAuthAuthenticator.step is not aiokafka_oauth_refusal.step
    assert "invalid_token" not in await refusal(ours)
