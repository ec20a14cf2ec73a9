"""The demo's people: one click each on this machine, and nothing of it anywhere else."""

import json
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from homeroom.api.app import create_app
from homeroom.api.pages.sessions import COOKIE
from homeroom.local.demo.report import SIGN_INS
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from tests.integration.pages.conftest import PagesClient, browsing, post_endless
from tests.integration.pages.test_signing_out import csrf_token
from tests.support.applications import LOOP
from tests.support.readmodel import Tables
from tests.support.signing_in import SESSION_SECRET

PEOPLE = json.dumps(
    [
        {"sub": "T-1", "role": "teacher", "name": "Ada & <b>", "about": "Exams"},
        {"sub": "O-1", "role": "operator", "name": "Somebody's operator"},
    ]
)


@pytest_asyncio.fixture(loop_scope=LOOP)
async def demo(settings: Settings, tables: Tables) -> AsyncIterator[PagesClient]:
    tables.insert("teachers")
    async with browsing(demo_of(settings)) as client:
        yield client


def demo_of(settings: Settings, **more: object) -> Settings:
    people = {"demo_people": PEOPLE, "session_secret": SecretStr(SESSION_SECRET)}
    return settings.model_copy(update=people | more)


async def test_each_is_one_click_and_comes_to_the_page_that_was_asked_for(
    demo: PagesClient,
) -> None:
    shown = (await demo.get("/sign-in?next=/teacher")).text
    assert "Ada &amp; &lt;b&gt;" in shown
    assert re.findall(r'name="person" value="(\d)"', shown) == ["0", "1"]
    form = {"csrf_token": csrf_token(shown), "person": "0"}
    answer = await demo.client.post("/sign-in", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, "/teacher")
    page = await demo.get("/teacher")
    assert (page.status_code, '<span class="who-name">Ada &amp; &lt;b&gt;' in page.text) == (
        200,
        True,
    )


async def test_a_form_that_is_not_of_this_browser_signs_nobody_in(demo: PagesClient) -> None:
    token = csrf_token((await demo.get("/sign-in")).text)
    await demo.get("/sign-in")
    for given in (token, "", "x"):
        answer = await demo.client.post("/sign-in", data={"csrf_token": given, "person": "0"})
        assert (answer.status_code, COOKIE in demo.client.cookies) == (403, False)
    demo.client.cookies.clear()
    answer = await demo.client.post("/sign-in", data={"csrf_token": token, "person": "0"})
    assert answer.status_code == 403
    assert (await demo.client.post("/sign-in", data={"person": "7"})).status_code == 404


async def test_a_form_that_does_not_say_how_long_it_is_signs_nobody_in(demo: PagesClient) -> None:
    assert (await post_endless(demo.client, "/sign-in")).status_code == 411


async def test_without_people_nothing_is_read_of_the_form(pages: PagesClient) -> None:
    assert (await post_endless(pages.client, "/sign-in")).status_code == 404


@pytest.mark.parametrize(
    ("address", "headers", "client"),
    [
        ("http://homeroom.example", {}, "127.0.0.1"),
        ("http://localhost", {"X-Forwarded-For": "203.0.113.1"}, "127.0.0.1"),
        ("http://localhost", {"Forwarded": "for=203.0.113.1"}, "127.0.0.1"),
        ("http://localhost", {}, "203.0.113.1"),
    ],
)
async def test_whoever_comes_from_elsewhere_is_nobody_of_the_demo(
    demo: PagesClient, address: str, headers: dict[str, str], client: str
) -> None:
    transport = httpx.ASGITransport(demo.app, client=(client, 1))
    async with httpx.AsyncClient(
        transport=transport, base_url=address, headers=headers
    ) as elsewhere:
        shown = await elsewhere.get("/sign-in")
        assert "Ada" not in shown.text
        assert "csrf_token" not in shown.text
        answer = await elsewhere.post("/sign-in", data={"person": "0"})
        assert answer.status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"host": "0.0.0.0"}, {"host": "203.0.113.1"}, {"trusted_proxies": "10.0.0.0/8"},
        {"oidc_issuer": "https://login.example", "oidc_client_id": "x"}, {"demo_people": "["},
        {"demo_people": '[{"sub": "x"}]'},
    ],
)  # fmt: skip
def test_a_service_that_others_reach_does_not_start_with_them(
    settings: Settings, elsewhere: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError, match="HOMEROOM_DEMO_PEOPLE"):
        create_app(demo_of(settings, **elsewhere))


async def test_the_style_guide_is_of_the_demo_alone(demo: PagesClient) -> None:
    for role in ("teacher", "operator"):
        demo.sign_in("O-1", role)
        shown = await demo.get("/styleguide")
        assert (shown.status_code, "<h1>Style guide</h1>" in shown.text) == (200, True), shown.text
        assert "style=" not in shown.text


async def test_elsewhere_there_is_none(pages: PagesClient) -> None:
    pages.sign_in("O-1", "operator")
    assert (await pages.get("/styleguide")).status_code == 404


def test_the_demo_has_one_of_each_kind(settings: Settings) -> None:
    people = json.loads(SIGN_INS)
    assert [one["role"] for one in people] == ["teacher", "student", "teacher", "admin", "operator"]
    create_app(demo_of(settings, demo_people=SIGN_INS))
