"""HEAD, and answers that their caller may keep and have confirmed."""

import pytest

from homeroom.api import tokens
from tests.support.readmodel import NOON, TEACHER

STAMPS = ("homeroom-as-of", "homeroom-generation", "homeroom-incomplete-since")
TEACHERS = (
    "stats", "navigation-counts", "exams/recent", "question-banks/recent", "classes/recent",
    "assignments/recent",
)  # fmt: skip
STUDENTS = ("/dashboard", "/profile", "/curriculum/progress", "/missions")


@pytest.fixture(autouse=True)
def registered(tables):
    tables.insert("teachers")
    tables.reach("exams", 0, 7, NOON)


def stamps(answer):
    return {name: answer.headers.get(name) for name in STAMPS}


def unchanged(answer, first):
    """A 304 without a body, with the freshness headers and the tag of the first answer."""
    assert (answer.status_code, answer.content) == (304, b"")
    assert stamps(answer) == stamps(first)
    for name in ("etag", "cache-control", "vary"):
        assert answer.headers[name] == first.headers[name]
    assert "content-type" not in answer.headers
    return True


@pytest.mark.parametrize("path", TEACHERS)
async def test_a_teachers_answer_is_confirmed_while_it_is_the_same(api, path):
    first = await api.dashboard(path)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["vary"] == "Authorization"
    for given in (
        first.headers["etag"],
        f"W/{first.headers['etag']}",
        f'"other", {first.headers["etag"]}',
        "*",
    ):
        assert unchanged(await api.dashboard(path, If_None_Match=given), first)
    for given in ('"other"', "", first.headers["etag"].strip('"')):
        assert (await api.dashboard(path, If_None_Match=given)).content == first.content


@pytest.mark.parametrize(
    ("path", "token", "status"),
    [
        (f"/api/teachers/{TEACHER}/dashboard/stats", None, 401),
        ("/api/teachers/T-OTHER/dashboard/stats", "", 403),
        (f"/api/teachers/{TEACHER}/dashboard/stats?limit=x", "", 200),
        (f"/api/teachers/{TEACHER}/dashboard/exams/recent?limit=x", "", 400),
        ("/nowhere", "", 404),
        ("/metrics", "", 200),
        ("/healthz", "", 200),
    ],
)
async def test_what_is_not_confirmed_by_a_tag_is_kept_by_nobody(api, path, token, status):
    answer = await api.get(path, **({} if token is not None else {"Authorization": None}))
    assert answer.status_code == status
    kept = "private, no-cache" if "etag" in answer.headers else "no-store"
    assert answer.headers["cache-control"] == kept
    assert ("etag" in answer.headers) == (status == 200 and "/api/" in path)


async def test_the_result_of_a_command_is_kept_by_nobody(student_api, students):
    students.hold(("student", {"student_id": "S-1"}))
    answer = await student_api.client.post(
        "/api/v1/student/habits/logs",
        json={"logs": []},
        headers={"Authorization": student_api.token("S-1")},
    )
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("path", STUDENTS)
async def test_a_students_answer_is_confirmed_while_it_is_the_same(student_api, students, path):
    students.hold(("student", {"student_id": "S-1"}))
    first = await student_api.get(path)
    assert first.status_code == 200
    assert first.headers["vary"] == "Authorization"
    assert unchanged(await student_api.get(path, If_None_Match=first.headers["etag"]), first)


async def test_a_changed_answer_has_another_tag(api, tables):
    first = await api.dashboard("classes/recent")
    tables.insert("teacher_classes", {"class_id": "C"})
    second = await api.dashboard("classes/recent", If_None_Match=first.headers["etag"])
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]


async def test_what_is_new_in_the_headers_of_an_unchanged_answer_is_told(api, tables):
    first = await api.dashboard("classes/recent")
    tables.reach("exams", 1, 7, NOON.replace(hour=13))
    second = await api.dashboard("classes/recent", If_None_Match=first.headers["etag"])
    assert second.status_code == 304
    assert second.headers["homeroom-as-of"] == "2026-03-01T13:00:00Z"


async def test_who_may_not_ask_gets_no_confirmation(api):
    first = await api.dashboard("stats")
    stranger = f"Bearer {tokens.issue(api.settings, 'T-2', 'teacher')}"
    for token, status in ((None, 401), (stranger, 403)):
        answer = await api.dashboard(
            "stats", Authorization=token, If_None_Match=first.headers["etag"]
        )
        assert answer.status_code == status
        assert "etag" not in answer.headers


async def test_browsers_of_other_origins_may_keep_answers_too(serve, settings):
    known = settings.model_copy(update={"cors_origins": "https://a.example"})
    async with serve(known) as api:
        answer = await api.dashboard("stats", Origin="https://a.example")
        assert answer.headers["vary"] == "Authorization, Origin"


@pytest.mark.parametrize(
    "path",
    [
        "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/swagger-ui.css",
        *(f"/api/teachers/{TEACHER}/dashboard/{path}" for path in TEACHERS), "/nowhere",
    ],
)  # fmt: skip
async def test_what_get_answers_head_answers_without_the_body(api, path):
    headers = {"Authorization": f"Bearer {api.token}", "X-Request-Id": "r"}
    get = await api.client.get(path, headers=headers)
    head = await api.client.head(path, headers=headers)
    assert (head.status_code, head.content) == (get.status_code, b"")
    # The figures grow by what was just counted.
    changing = {"content-length"} if path == "/metrics" else set()
    names = set(get.headers) - changing
    assert {n: head.headers[n] for n in names} == {n: get.headers[n] for n in names}


async def test_head_is_counted_by_its_route_and_not_where_there_is_no_get(own_api):
    await own_api.client.head("/healthz")
    assert (await own_api.client.head("/api/v1/student/habits/logs")).status_code == 405
    figures = (await own_api.get("/metrics")).text
    assert '{method="HEAD",route="/healthz",status="200"} 1.0' in figures
