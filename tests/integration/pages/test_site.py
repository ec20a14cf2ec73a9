"""What all pages have in common: who may see them, and what a browser is told about them."""

import pytest

from tests.integration.pages.conftest import browsing
from tests.integration.pages.test_signing_out import NOWHERE
from tests.support.readmodel import Tables
from tests.support.signing_in import PAGES_ON


async def test_without_a_session_a_page_leads_to_the_sign_in_page_and_back(pages):
    answer = await pages.get("/teacher?x=1")
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/sign-in?next=/teacher%3Fx%3D1",
    )  # fmt: skip


async def test_who_may_not_see_a_page_gets_a_page_that_says_so(pages):
    pages.sign_in("S-1", "student")
    answer = await pages.get("/teacher")
    assert answer.status_code == 403
    assert "You may not see this page" in answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


async def test_a_teacher_sees_the_dashboard(pages, tables: Tables):
    tables.insert("teachers")
    tables.insert("teacher_stats", {"classes": 1234})
    pages.sign_in()
    answer = await pages.get("/teacher")
    assert answer.status_code == 200, answer.text
    assert "<h1>Dashboard</h1>" in answer.text
    assert "1,234" in answer.text
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert answer.headers["cache-control"] == "no-store"


async def test_a_page_that_is_not_there_is_a_page(pages):
    pages.sign_in()
    answer = await pages.get("/teacher/nothing")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("role", "path"),
    [("admin", "/admin/assignments"), ("teacher", "/students"),
     ("teacher", "/teacher/schools/1"), ("operator", "/console")],
)  # fmt: skip
async def test_while_the_database_is_away_every_kind_of_page_says_so(settings, role, path):
    away = settings.model_copy(update={**PAGES_ON, "database_url": NOWHERE})
    async with browsing(away) as pages:
        pages.sign_in("T-1", role)
        answer = await pages.get(path)
    assert answer.status_code in (200, 503)
    assert "The database is away" in answer.text
    assert "</html>" in answer.text


async def test_the_api_takes_no_session(pages, tables: Tables):
    tables.insert("teachers")
    pages.sign_in()
    answer = await pages.get("/api/teachers/T-1/dashboard/stats")
    assert answer.status_code == 401
