"""When there are pages, and what a service that has them must be told."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.api.app import create_app
from homeroom.api.envelopes import PAGES, SURFACES
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError
from tests.integration.api.conftest import SECRET, serving
from tests.integration.pages.conftest import PagesClient, browsing
from tests.support.readmodel import Tables
from tests.support.signing_in import PAGES_ON, SESSION_SECRET

PATHS = ["/", "/sign-in/begin", *(path for path, s in SURFACES.items() if s is PAGES)]


async def test_without_a_provider_there_are_none(settings: Settings) -> None:
    secret = {"session_secret": SecretStr(SESSION_SECRET)}
    async with serving(settings.model_copy(update=secret)) as api:
        for path in PATHS:
            answer = await api.get(path)
            assert (answer.status_code, answer.json()["message"]) == (404, "Not found"), path


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("session_secret", "", "HOMEROOM_SESSION_SECRET is not set"),
        ("session_secret", "x" * 31, "HOMEROOM_SESSION_SECRET has 31 characters"),
        ("session_secret", "for-one-machine-only-change-it-elsewhere", "stands in homeroom's own"),
        ("session_secret", SECRET, "HOMEROOM_SESSION_SECRET is HOMEROOM_JWT_SECRET as well"),
        ("oidc_client_id", "", "HOMEROOM_OIDC_CLIENT_ID is not"),
        ("oidc_scope", "profile", "HOMEROOM_OIDC_SCOPE has no `openid`"),
        ("oidc_issuer", "http://login.example", "HOMEROOM_OIDC_ISSUER cannot be used"),
        ("oidc_issuer", "https://login.example?x=1", "HOMEROOM_OIDC_ISSUER cannot be used"),
        ("oidc_issuer", "login.example", "HOMEROOM_OIDC_ISSUER cannot be used"),
    ],
)
def test_what_does_not_do_is_said_at_the_start(
    settings: Settings, setting: str, value: str, said: str
) -> None:
    given = SecretStr(value) if setting == "session_secret" else value
    with pytest.raises(ConfigurationError, match=said):
        create_app(settings.model_copy(update=PAGES_ON | {setting: given}))


@pytest.mark.parametrize("root", ["/homeroom", "/a/b-c"])
@pytest.mark.parametrize("strips", [True, False])
async def test_pages_are_found_below_the_prefix_of_a_proxy(
    settings: Settings, tables: Tables, root: str, strips: bool
) -> None:
    tables.insert("teachers")
    prefix = "" if strips else root
    async with browsing(settings.model_copy(update=PAGES_ON | {"root_path": root})) as pages:
        led = await pages.get(f"{prefix}/teacher?a=1")
        assert led.headers["location"] == f"{root}/sign-in?next=/teacher%3Fa%3D1"
        for path in ("/sign-in", "/sign-out"):
            assert (await pages.get(prefix + path)).status_code == 200
        pages.sign_in()
        shown = await pages.get(f"{prefix}/teacher")
        assert f'action="{root}/sign-out"' in shown.text
        for first in {f"{prefix}/", prefix or "/"}:
            assert (await pages.get(first)).headers["location"] == f"{root}/teacher"
        style = shown.text.partition('stylesheet" href="')[2].partition('"')[0]
        assert (await pages.get(prefix + style.removeprefix(root))).status_code == 200


async def test_the_first_page_is_that_of_the_role(pages: PagesClient, tables: Tables) -> None:
    tables.insert("teachers", {"teacher_id": "T-1"}, {"teacher_id": "T-2"})
    tables.insert("school_teachers", {"teacher_id": "T-2"})
    for sub, role, school, page in (
        ("T-1", "teacher", None, "/teacher"),
        ("T-2", "teacher", None, "/teacher/schools"),
        ("T-1", "teacher", "SCH-9", "/teacher/schools"),
        ("S-1", "student", None, "/student"),
        ("A-1", "admin", None, "/admin/assignments"),
        ("O-1", "operator", None, "/console"),
    ):
        pages.sign_in(sub, role, school)
        assert (await pages.get("/")).headers["location"] == page, sub
    pages.client.cookies.clear()
    assert (await pages.get("/")).headers["location"] == "/sign-in?next=/"


async def test_a_part_of_a_page_without_a_session_leads_the_page_to_sign_in(
    pages: PagesClient,
) -> None:
    answer = await pages.get(
        "/teacher", HX_Request="true", HX_Current_URL="http://localhost/teacher?x=1"
    )
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["hx-redirect"] == "/sign-in?next=/teacher%3Fx%3D1"


def protected(pages: PagesClient) -> Iterator[tuple[str, str]]:
    """Every operation of the API's document, with something in each place of its path."""
    for path, methods in pages.app.openapi()["paths"].items():
        for method in methods:
            yield method.upper(), path.replace("{", "").replace("}", "")


OPEN = ("/healthz", "/readyz", "/metrics", "/docs", "/openapi.json")


async def test_an_operators_token_opens_nothing_of_teachers_students_and_admins(
    pages: PagesClient, settings: Settings
) -> None:
    token = tokens.issue(settings, "O-1", "operator")
    headers = {"Authorization": f"Bearer {token}"}
    asked = 0
    for method, path in protected(pages):
        if path.startswith(OPEN):
            continue
        asked += 1
        answer = await pages.client.request(method, path, headers=headers, json={})
        assert answer.status_code in (400, 401, 403, 404, 422), (method, path, answer.text)
        assert answer.status_code != 200
    assert asked > 40
