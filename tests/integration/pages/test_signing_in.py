"""Signing in at a real identity provider: who is let in, and what is refused."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
import pytest_asyncio
import structlog
from pydantic import SecretStr
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.pages.sessions import COOKIE
from homeroom.api.pages.signing_in.attempts import COOKIE as ATTEMPT_COOKIE
from homeroom.api.pages.signing_in.attempts import Attempt
from homeroom.settings import Settings
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.applications import LOOP
from tests.support.browser.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.support.readmodel import TEACHER, Tables
from tests.support.signing_in import PAGES_ON

USERS = (
    {"sub": TEACHER, "role": "teacher", "name": "Ada Lovelace"},
    {"sub": "A-1", "role": "admin", "preferred_username": "the admin"},
    {"sub": "O-1", "role": "operator"},
    {"sub": "T-GONE", "role": "teacher"},
    {"sub": "T-NO-ROLE"},
    {"sub": "T-OTHER-ROLE", "role": "principal"},
    {"sub": "SERVICE", "role": "service"},
)


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(*USERS) as address:
        yield address


def at(settings: Settings, issuer: str, secret: str = CLIENT_SECRET) -> Settings:
    at_provider = {
        "oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(secret),
    }  # fmt: skip
    return settings.model_copy(update=PAGES_ON | at_provider)


@pytest.fixture
def signing_in(settings: Settings, issuer: str) -> Settings:
    """Settings with which people sign in at the provider."""
    return at(settings, issuer)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def visitor(signing_in: Settings, tables: Tables) -> AsyncIterator[PagesClient]:
    """A browser of somebody who has not signed in; the teacher is registered."""
    tables.insert("teachers")
    async with browsing(signing_in) as client:
        yield client


async def begun(visitor: PagesClient, page: str = "/teacher") -> str:
    """The provider's address that the sign-in page leads to."""
    shown = await visitor.get(f"/sign-in?next={page}")
    (link,) = re.findall(r'href="(/sign-in/begin[^"]*)"', shown.text)
    answer = await visitor.get(link)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def at_provider(address: str, sub: str, **more: str) -> str:
    """What the provider leads back to, once somebody chose to be this one there."""
    async with httpx.AsyncClient() as client:
        answer = await client.post(address, data={"sub": sub} | more)
    assert answer.status_code == 302, answer.text
    return answer.headers["location"].removeprefix("http://localhost")


async def failed(visitor: PagesClient, callback: str) -> tuple[str, dict[str, Any]]:
    """The page of a sign-in that is refused, and the one line that tells of it."""
    with structlog.testing.capture_logs() as lines:
        answer = await visitor.get(callback)
    assert answer.status_code == 403, answer.text
    assert COOKIE not in visitor.client.cookies
    assert ATTEMPT_COOKIE not in visitor.client.cookies
    (line,) = [line for line in lines if line["event"] == "refused"]
    for sent in parse_qs(urlsplit(callback).query).values():
        assert len(sent[0]) < 20 or sent[0] not in str(lines)
    metrics = (await visitor.get("/metrics")).text
    assert f'homeroom_requests_refused_total{{reason="{line["reason"]}"}} 1.0' in metrics
    return answer.text, line


def attempt_of(visitor: PagesClient) -> Attempt:
    cookie = visitor.client.cookies[ATTEMPT_COOKIE]
    return visitor.app.state.pages.attempts.of(
        Request({"type": "http", "headers": [(b"cookie", f"{ATTEMPT_COOKIE}={cookie}".encode())]})
    )


def put_attempt(visitor: PagesClient, attempt: Attempt) -> None:
    """Have the browser keep another attempt, as nobody but the service can."""
    response = Response()
    scope = {"type": "http", "headers": [], "server": ("localhost", 80), "scheme": "http",
             "path": "/", "query_string": b""}  # fmt: skip
    visitor.app.state.pages.attempts.keep(Request(scope), response, attempt)
    cookie = SimpleCookie(response.headers["set-cookie"])[ATTEMPT_COOKIE]
    visitor.client.cookies.set(ATTEMPT_COOKIE, cookie.value, "localhost.local", "/sign-in")


async def test_who_signs_in_comes_to_the_page_that_was_asked_for(visitor: PagesClient) -> None:
    led = await visitor.get("/teacher?x=1&y=2")
    assert led.headers["location"] == "/sign-in?next=/teacher%3Fx%3D1%26y%3D2"
    shown = await visitor.get(led.headers["location"])
    assert (shown.status_code, "<h1>Sign in</h1>" in shown.text) == (200, True)
    address = await begun(visitor, "/teacher%3Fx%3D1%26y%3D2")
    asked = parse_qs(urlsplit(address).query)
    assert asked["redirect_uri"] == ["http://localhost/sign-in/callback"]
    assert (asked["response_type"], asked["scope"]) == (["code"], ["openid profile"])
    assert asked["code_challenge_method"] == ["S256"]
    answer = await visitor.get(await at_provider(address, TEACHER))
    assert (answer.status_code, answer.headers["location"]) == (303, "/teacher?x=1&y=2")
    page = await visitor.get(answer.headers["location"])
    assert (page.status_code, "Ada Lovelace" in page.text) == (200, True)


async def test_the_cookies_are_kept_from_scripts_and_other_sites(
    visitor: PagesClient, signing_in: Settings
) -> None:
    begun_at = await visitor.get("/sign-in/begin")
    back = await at_provider(begun_at.headers["location"], TEACHER)
    answer = await visitor.get(back)
    for response, name, path, seconds in (
        (begun_at, ATTEMPT_COOKIE, "/sign-in", "600"),
        (answer, COOKIE, "/", str(signing_in.session_seconds)),
    ):
        (text,) = [c for c in response.headers.get_list("set-cookie") if c.startswith(f"{name}=")]
        cookie = SimpleCookie(text)[name]
        assert cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["max-age"]) == ("lax", path, seconds)
        # This machine alone is reached without TLS.
        assert not cookie["secure"]
    claims = jwt.decode(visitor.client.cookies[COOKIE], options={"verify_signature": False})
    assert set(claims) == {"sub", "role", "iat", "exp", "jti", "name"}
    elsewhere = await visitor.client.get("https://school.example/sign-in/begin")
    assert "Secure" in elsewhere.headers["set-cookie"]


@pytest.mark.parametrize(
    ("sub", "first", "name"),
    [(TEACHER, "/teacher", "Ada Lovelace"), ("A-1", "/admin/assignments", "the admin"),
     ("O-1", "/console", "O-1")],
)  # fmt: skip
async def test_each_role_begins_with_its_own_page(
    visitor: PagesClient, sub: str, first: str, name: str
) -> None:
    answer = await visitor.get(await at_provider(await begun(visitor, "/"), sub))
    assert answer.headers["location"] == "/"
    assert (await visitor.get("/")).headers["location"] == first
    assert f'<span class="who-name">{name}</span>' in (await visitor.get("/sign-out")).text


async def test_an_answer_to_nothing_that_was_begun_here_is_refused(visitor: PagesClient) -> None:
    back = await at_provider(await begun(visitor), TEACHER)
    visitor.client.cookies.clear()
    text, line = await failed(visitor, back)
    assert "was not begun in this browser" in text
    assert line["reason"] == "sign-in not begun here, or too long ago"
    assert (line["route"], line["status"]) == ("/sign-in/callback", 403)


async def test_a_forged_state_is_refused(visitor: PagesClient) -> None:
    """As where somebody is led to sign in as somebody else, with another one's code."""
    of_the_attacker = await at_provider(await begun(visitor), "A-1")
    await begun(visitor)
    text, line = await failed(visitor, of_the_attacker)
    assert "does not belong to the one that was begun here" in text
    assert line["reason"] == "sign-in with another state"


async def test_an_attempt_that_another_key_has_signed_is_none(visitor: PagesClient) -> None:
    back = await at_provider(await begun(visitor), TEACHER)
    claims = jwt.decode(visitor.client.cookies[ATTEMPT_COOKIE], options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 32, "HS256")
    visitor.client.cookies.clear()
    visitor.client.cookies.set(ATTEMPT_COOKIE, forged, "localhost.local", "/sign-in")
    assert (await failed(visitor, back))[1]["reason"].startswith("sign-in not begun here")


async def test_an_id_token_of_another_attempt_is_refused(visitor: PagesClient) -> None:
    back = await at_provider(await begun(visitor), TEACHER)
    put_attempt(visitor, replace(attempt_of(visitor), nonce="another"))
    text, line = await failed(visitor, back)
    assert line["reason"] == "sign-in with an id token that does not do"
    assert line["refusal_detail"] == "InvalidClaimError nonce"
    assert "answer is not valid" in text


async def test_a_code_without_its_verifier_is_refused(visitor: PagesClient) -> None:
    back = await at_provider(await begun(visitor), TEACHER)
    put_attempt(visitor, replace(attempt_of(visitor), verifier="another" * 10))
    line = (await failed(visitor, back))[1]
    assert (line["reason"], line["refusal_detail"]) == (
        "sign-in with a code that does not do", "invalid_grant",
    )  # fmt: skip


async def test_a_code_that_was_redeemed_or_has_expired_is_refused(visitor: PagesClient) -> None:
    back = await at_provider(await begun(visitor), TEACHER)
    attempt = attempt_of(visitor)
    assert (await visitor.get(back)).status_code == 303
    visitor.client.cookies.clear()
    put_attempt(visitor, attempt)
    line = (await failed(visitor, back))[1]
    assert line["reason"] == "sign-in with a code that does not do"


async def test_who_denies_it_at_the_provider_is_told(visitor: PagesClient) -> None:
    address = await begun(visitor)
    back = await at_provider(address, TEACHER, action="deny")
    # This provider forgets the state of a denial.
    state = parse_qs(urlsplit(address).query)["state"][0]
    back = back if "state=" in back else f"{back}&state={state}"
    text, line = await failed(visitor, back)
    assert "did not sign you in" in text
    assert line["refusal_detail"] == "access_denied"


@pytest.mark.parametrize("sub", ["T-NO-ROLE", "T-OTHER-ROLE", "SERVICE"])
async def test_who_has_no_role_with_pages_is_told_so(visitor: PagesClient, sub: str) -> None:
    text, line = await failed(visitor, await at_provider(await begun(visitor), sub))
    assert "has no role that may see pages here" in text
    assert line["reason"] == "sign-in without a role that has pages"


async def test_whose_rights_have_ended_is_told_so(visitor: PagesClient, tables: Tables) -> None:
    tables.insert("deactivated_teachers", {"teacher_id": "T-GONE"})
    text, line = await failed(visitor, await at_provider(await begun(visitor), "T-GONE"))
    assert "is not known here" in text
    assert (line["reason"], line["subject"]) == ("sign-in of nobody who is known", "T-GONE")


async def test_a_provider_that_says_whose_its_answers_are_must_say_it_in_each(
    settings: Settings, tables: Tables
) -> None:
    """RFC 9207: so an answer of another provider is not taken for one of this."""
    tables.insert("teachers")
    with provider(*USERS, names_itself=True) as address:
        async with browsing(at(settings, address)) as visitor:
            without = await at_provider(await begun(visitor), TEACHER)
            _, line = await failed(visitor, without)
            assert line["refusal_detail"] == "without its issuer"
            named = f"{await at_provider(await begun(visitor), TEACHER)}&iss={address}"
            assert (await visitor.get(named)).headers["location"] == "/teacher"


async def test_a_provider_that_is_away_is_a_page_and_no_refusal(
    settings: Settings, tables: Tables
) -> None:
    async with browsing(settings.model_copy(update=PAGES_ON)) as visitor:
        assert (await visitor.get("/sign-in")).status_code == 200
        answer = await visitor.get("/sign-in/begin?next=/teacher")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
        assert "The identity provider does not answer" in answer.text
        assert 'href="/sign-in/begin?next=/teacher"' in answer.text
        assert "sign-in" not in (await visitor.get("/metrics")).text.partition("refused_total")[2]
        # Whoever has a session notices nothing, and signs out as ever.
        tables.insert("teachers")
        visitor.sign_in()
        assert (await visitor.get("/teacher")).status_code == 200


async def test_a_provider_that_goes_away_meanwhile_is_a_page_too(
    settings: Settings, tables: Tables
) -> None:
    tables.insert("teachers")
    with provider(*USERS) as address:
        async with browsing(at(settings, address)) as visitor:
            back = await at_provider(await begun(visitor), TEACHER)
            visitor.app.state.pages.provider._discovery._document = replace(
                visitor.app.state.pages.provider._discovery._document, token="http://localhost:1"
            )
            answer = await visitor.get(back)
            assert (answer.status_code, COOKIE in visitor.client.cookies) == (503, False)


@pytest.mark.usefixtures("tables")
async def test_a_document_of_another_issuer_is_not_believed(
    settings: Settings, issuer: str
) -> None:
    with structlog.testing.capture_logs() as lines:
        async with browsing(at(settings, f"{issuer}/")) as visitor:
            assert (await visitor.get("/sign-in/begin")).status_code == 503
    assert any("another issuer" in str(line.get("error")) for line in lines)


@pytest.mark.usefixtures("tables")
async def test_a_wrong_secret_signs_nobody_in(settings: Settings, issuer: str) -> None:
    async with browsing(at(settings, issuer, "wrong")) as visitor:
        line = (await failed(visitor, await at_provider(await begun(visitor), TEACHER)))[1]
        assert line["refusal_detail"] == "invalid_client"
