"""Who is let in to a teacher's dashboard, and what everybody else hears."""

import jwt
import pytest

from homeroom.api import tokens
from tests.support.readmodel import TEACHER

PATHS = [
    "",
    "stats",
    "exams/recent",
    "question-banks/recent",
    "classes/recent",
    "assignments/recent",
    "navigation-counts",
]
LISTS = [path for path in PATHS if path.endswith("recent")]

UNAUTHENTICATED = (401, "Authentication required")
BAD_ID = (400, "Invalid teacher ID format")
NOT_OWN = (403, "Access denied. You can only access your own data.")
NOT_STANDALONE = (403, "This endpoint is only for standalone teachers")
NOT_FOUND = (404, "Teacher not found or you don't have access")


def refused(answer, expected):
    status, message = expected
    assert answer.status_code == status
    assert list(answer.json()) == ["success", "message", "requestId"]
    assert answer.json()["success"] is False
    assert answer.json()["message"] == message
    assert answer.json()["requestId"] == answer.headers["x-request-id"]
    return True


def token(api, **of):
    return "Bearer " + tokens.issue(api.settings, **{"sub": TEACHER, "role": "teacher"} | of)


@pytest.mark.parametrize("path", PATHS)
async def test_every_endpoint_refuses_callers_without_a_token(api, tables, path):
    tables.insert("teachers")
    answer = await api.dashboard(path, Authorization=None, X_Request_Id="r-1")
    assert answer.content == (
        b'{"success":false,"message":"Authentication required","requestId":"r-1"}'
    )
    assert answer.headers["www-authenticate"] == "Bearer"
    assert refused(answer, UNAUTHENTICATED)


@pytest.mark.parametrize("path", PATHS)
async def test_every_endpoint_refuses_callers_who_are_not_the_teacher(api, tables, path):
    tables.insert("teachers")
    assert refused(await api.dashboard(path, Authorization=token(api, sub="T-2")), NOT_OWN)


@pytest.mark.parametrize("path", PATHS)
async def test_a_teacher_whom_nobody_registered_is_not_found(api, path):
    assert refused(await api.dashboard(path), NOT_FOUND)


@pytest.mark.parametrize("path", PATHS)
async def test_a_teacher_registered_in_a_school_is_refused(api, tables, path):
    tables.insert("teachers", {"organization_id": "S-1"})
    assert refused(await api.dashboard(path), NOT_STANDALONE)


@pytest.mark.parametrize("role", ["student", "admin", "service", "operator"])
async def test_only_the_role_of_a_teacher_may_ask_even_for_an_own_id(api, tables, role):
    tables.insert("teachers")
    assert refused(await api.dashboard("stats", Authorization=token(api, role=role)), NOT_OWN)


@pytest.mark.parametrize(
    "teacher_id", ["T.1", "T%201", "T%2F1", "T-1%0A", "x" * 65, "%C3%A9", "", "%00", "a/b"]
)
async def test_an_id_of_another_form_is_refused(api, teacher_id):
    assert refused(await api.get(f"/api/teachers/{teacher_id}/dashboard/stats"), BAD_ID)


@pytest.mark.parametrize("teacher_id", ["x" * 64, "A-z_09"])
async def test_an_id_may_have_64_characters_of_the_allowed(api, tables, teacher_id):
    tables.insert("teachers", {"teacher_id": teacher_id})
    own = token(api, sub=teacher_id)
    answer = await api.get(f"/api/teachers/{teacher_id}/dashboard/stats", Authorization=own)
    assert answer.status_code == 200


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("limit", ["0", "-1", "x", "1.5", "5.0", "", "+5", "1e1", "٣", "000"])
async def test_a_limit_that_is_no_whole_number_from_one_is_refused(api, tables, path, limit):
    tables.insert("teachers")
    answer = await api.dashboard(f"{path}?limit={limit}")
    assert refused(answer, (400, "limit must be a whole number from 1"))


@pytest.mark.parametrize(
    ("path", "status", "allowed"),
    [
        ("exams/recent", "published", "draft, scheduled, active, completed, cancelled"),
        ("exams/recent", "Draft", "draft, scheduled, active, completed, cancelled"),
        ("assignments/recent", "active", "draft, published, graded"),
    ],
)
async def test_an_unknown_status_is_refused(api, tables, path, status, allowed):
    tables.insert("teachers")
    answer = await api.dashboard(f"{path}?status={status}")
    assert refused(answer, (400, f"status must be one of {allowed}"))


WRONG = "/api/teachers/{}/dashboard/exams/recent?limit=0"


async def test_the_token_is_checked_before_the_id(api):
    assert refused(await api.get(WRONG.format("a.b"), Authorization="Bearer x"), UNAUTHENTICATED)


async def test_the_id_is_checked_before_whose_data_it_is(api):
    other = token(api, role="admin", organization_id="S-1")
    assert refused(await api.get(WRONG.format("a.b"), Authorization=other), BAD_ID)


async def test_whose_data_it_is_is_checked_before_standalone(api):
    other = token(api, sub="T-2", organization_id="S-1")
    assert refused(await api.get(WRONG.format(TEACHER), Authorization=other), NOT_OWN)


async def test_standalone_by_the_token_is_checked_before_existence(api):
    school = token(api, organization_id="S-1")
    assert refused(await api.get(WRONG.format(TEACHER), Authorization=school), NOT_STANDALONE)


async def test_standalone_by_registration_is_checked_before_parameters(api, tables):
    tables.insert("teachers", {"organization_id": "S-1"})
    assert refused(await api.get(WRONG.format(TEACHER)), NOT_STANDALONE)


async def test_existence_is_checked_before_parameters(api):
    assert refused(await api.get(WRONG.format(TEACHER)), NOT_FOUND)


@pytest.mark.parametrize(
    "path",
    ["a.b/dashboard/stats", "T-2/dashboard/stats", f"{TEACHER}/dashboard/exams/recent?limit=0"],
)
async def test_a_revoked_token_hears_nothing_else_whatever_else_is_wrong(api, path):
    tokens.revoke(api.settings, _jti(api.token))
    assert refused(await api.get(f"/api/teachers/{path}"), UNAUTHENTICATED)
    answer = await api.dashboard("stats", Homeroom_Wait_For="nonsense")
    assert refused(answer, UNAUTHENTICATED)


def _jti(encoded):
    return jwt.decode(encoded, options={"verify_signature": False})["jti"]
