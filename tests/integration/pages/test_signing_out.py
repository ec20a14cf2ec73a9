"""Signing out: the session ends at every query service, and only by a form of our own."""

import re

import structlog
from starlette.requests import Request

from homeroom.api.pages.sessions import COOKIE
from homeroom.settings import Settings
from tests.integration.pages.conftest import PagesClient, browsing, post_endless
from tests.support.browser.provider import provider
from tests.support.readmodel import Tables
from tests.support.signing_in import PAGES_ON
from tests.support.strength import at_full_strength

NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


def csrf_token(text: str) -> str:
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', text))
    return str(token)


async def form_of(pages: PagesClient) -> dict[str, str]:
    """The form at the top of a page."""
    return {"csrf_token": csrf_token((await pages.get("/teacher")).text)}


async def test_who_signs_out_is_signed_out_everywhere(pages: PagesClient, tables: Tables) -> None:
    tables.insert("teachers")
    pages.sign_in()
    copy = pages.client.cookies[COOKIE]
    answer = await pages.client.post("/sign-out", data=await form_of(pages))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-out")
    assert COOKIE not in pages.client.cookies
    shown = await pages.get("/sign-out")
    assert "You are signed out" in shown.text
    # A copy of the cookie does nothing any more, at another query service too.
    async with browsing(pages.settings) as other:
        for client in (pages, other):
            client.client.cookies.set(COOKIE, copy, "localhost.local", "/")
            for path in ("/teacher", "/"):
                again = await client.get(path)
                assert again.headers.get("location", "").startswith("/sign-in?next="), again.text
            assert "You are signed out" in (await client.get("/sign-out")).text
            assert COOKIE not in client.client.cookies


async def test_a_session_that_ended_opens_no_page_that_reads_nothing(pages: PagesClient) -> None:
    pages.sign_in("O-1", "operator")
    copy = pages.client.cookies[COOKIE]
    assert (await pages.get("/")).headers["location"] == "/console"
    form = {"csrf_token": csrf_token((await pages.get("/sign-out")).text)}
    assert (await pages.client.post("/sign-out", data=form)).status_code == 303
    pages.client.cookies.set(COOKIE, copy, "localhost.local", "/")
    assert (await pages.get("/")).headers["location"] == "/sign-in?next=/"


async def test_a_form_of_another_site_signs_nobody_out(pages: PagesClient, tables: Tables) -> None:
    tables.insert("teachers")
    pages.sign_in("T-2")
    of_another = await form_of(pages)
    pages.sign_in()
    for form in ({}, {"csrf_token": "x"}, of_another, {"csrf_token": "é"}):
        answer = await pages.client.post("/sign-out", data=form)
        assert (answer.status_code, "load the page again" in answer.text) == (403, True)
    assert (await post_endless(pages.client, "/sign-out")).status_code == 411
    assert (await pages.get("/teacher")).status_code == 200


async def test_whose_rights_have_ended_still_signs_out(pages: PagesClient, tables: Tables) -> None:
    tables.insert("teachers")
    pages.sign_in()
    form = await form_of(pages)
    tables.insert("deactivated_teachers")
    shown = await pages.get("/teacher")
    assert (shown.status_code, "has no rights here" in shown.text) == (403, True)
    assert (await pages.client.post("/sign-out", data=form)).status_code == 303
    assert COOKIE not in pages.client.cookies


@at_full_strength
async def test_who_signs_out_while_the_database_is_away_is_told_what_that_means(
    settings: Settings,
) -> None:
    away = settings.model_copy(update={**PAGES_ON, "database_url": NOWHERE})
    async with browsing(away) as pages:
        pages.sign_in()
        token = pages.app.state.pages.sessions.of(_request(pages.client.cookies[COOKIE])).csrf_token
        with structlog.testing.capture_logs():
            answer = await pages.client.post("/sign-out", data={"csrf_token": token})
        assert (answer.status_code, COOKIE in pages.client.cookies) == (503, False)
        assert "could not be ended everywhere" in answer.text


async def test_the_provider_offers_its_own_way_out(settings: Settings, tables: Tables) -> None:
    assert tables.generation
    with provider() as address:
        more = PAGES_ON | {"oidc_issuer": address, "root_path": "/homeroom"}
        async with browsing(settings.model_copy(update=more)) as pages:
            shown = (await pages.get("/homeroom/sign-out")).text
    assert f'href="{address}/oauth2/end_session?client_id=homeroom&amp;' in shown
    assert "post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fhomeroom%2Fsign-out" in shown


async def test_all_sessions_of_a_person_end_with_the_persons_tokens(
    pages: PagesClient, tables: Tables
) -> None:
    tables.insert("teachers")
    pages.sign_in()
    assert (await pages.get("/teacher")).status_code == 200
    tables.connection.execute(
        "INSERT INTO homeroom.revoked_subject (subject, revoked_at) VALUES ('T-1', now())"
    )
    try:
        assert (await pages.get("/teacher")).status_code == 303
    finally:
        tables.connection.execute("DELETE FROM homeroom.revoked_subject")


def _request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={cookie}".encode())]})
