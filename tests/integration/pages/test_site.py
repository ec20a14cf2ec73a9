"""What all pages have in common: who may see them, and what a browser is told about them."""

from tests.support.readmodel import Tables


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


async def test_the_api_takes_no_session(pages, tables: Tables):
    tables.insert("teachers")
    pages.sign_in()
    answer = await pages.get("/api/teachers/T-1/dashboard/stats")
    assert answer.status_code == 401
