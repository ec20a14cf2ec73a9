"""Who may ask for a student's answers, and what the others hear."""

import time

import jwt
import pytest

from homeroom.api import tokens
from tests.support import a_student
from tests.support.a_student import ME
from tests.support.students import NOON

PATHS = ("/dashboard", "/profile", "/curriculum/progress", "/missions")
UNAUTHENTICATED = b'{"error":"Authentication required"}'
NOT_A_STUDENT = b'{"error":"Access denied. Student role required."}'
UNKNOWN = b'{"error":"Student not found"}'
WRONG = "/missions?status=nonsense&limit=0&cursor=%00"


def signed(student_api, **claims):
    """A token with these claims besides the usual ones; those that are None left out."""
    usual = {"sub": ME, "role": "student", "exp": int(time.time()) + 60}
    given = {name: value for name, value in (usual | claims).items() if value is not None}
    key = student_api.settings.jwt_secret.get_secret_value()
    return f"Bearer {jwt.encode(given, key, 'HS256')}"


@pytest.fixture(autouse=True)
def registered(students):
    students.hold(*a_student.school(), *a_student.student())


@pytest.mark.parametrize("path", [*PATHS, WRONG])
async def test_every_endpoint_refuses_whoever_is_no_student(student_api, path):
    for token in (None, "Bearer x", "Basic x", signed(student_api, exp=1),
                  signed(student_api, role="parent"), signed(student_api, sub=7)):  # fmt: skip
        answer = await student_api.get(path, Authorization=token)
        assert (answer.status_code, answer.content) == (401, UNAUTHENTICATED), token
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert "homeroom-generation" not in answer.headers
    for role in ("teacher", "admin", "service", "operator"):
        answer = await student_api.get(path, Authorization=student_api.token(ME, role))
        assert (answer.status_code, answer.content) == (403, NOT_A_STUDENT), role
        assert "homeroom-generation" not in answer.headers


@pytest.mark.parametrize("path", [*PATHS, WRONG])
async def test_a_student_whom_nobody_registered_or_who_was_deactivated_is_not_found(
    student_api, students, path
):
    answer = await student_api.get(path, Authorization=student_api.token("S-2"))
    assert (answer.status_code, answer.content) == (404, UNKNOWN)
    assert answer.headers["homeroom-generation"] == "g0001"
    students.hold_further(("student", {"student_id": ME, "deactivated": True}))
    answer = await student_api.get(path)
    assert (answer.status_code, answer.content) == (404, UNKNOWN)
    # A teacher of the same id is somebody else.
    answer = await student_api.get(path, Authorization=student_api.token("T-1"))
    assert (answer.status_code, answer.content) == (404, UNKNOWN)


@pytest.mark.parametrize(
    "sub", ["", " ", "S-1 ", "s-1", "%", "a\x00b", "\x00", "\ud800", "é" * 40, "x" * 70_000, "'"]
)
async def test_an_id_that_nobody_can_have_is_not_found(student_api, sub):
    for path in ("/dashboard", "/missions"):
        answer = await student_api.get(path, Authorization=signed(student_api, sub=sub))
        assert (answer.status_code, answer.content) == (404, UNKNOWN), path


async def test_a_student_of_a_school_and_a_token_without_an_id_of_its_own_will_do(student_api):
    for claims in ({}, {"organization_id": "O-1"}, {"jti": None}):
        answer = await student_api.get("/profile", Authorization=signed(student_api, **claims))
        assert answer.status_code == 200
    assert (await student_api.get("/profile?student_id=S-2")).json()["basic"]["name"] == "Grace"


async def test_a_revoked_token_hears_nothing_else_whatever_else_is_wrong(student_api):
    mine = signed(student_api, jti="revoked")
    teachers = signed(student_api, jti="revoked", role="teacher")
    nobodys = signed(student_api, jti="revoked", sub="S-2")
    assert (await student_api.get("/profile", Authorization=mine)).status_code == 200
    tokens.revoke(student_api.settings, "revoked")
    for path in (*PATHS, WRONG):
        for token in (mine, teachers, nobodys):
            answer = await student_api.get(path, Authorization=token)
            assert (answer.status_code, answer.content) == (401, UNAUTHENTICATED)
    answer = await student_api.get("/profile", Authorization=mine, Homeroom_Wait_For="nonsense")
    assert answer.status_code == 401
    assert (await student_api.get("/profile")).status_code == 200


async def test_what_is_not_there_is_not_found_and_is_only_read(student_api):
    for path in ("/", "", "/nothing", "/dashboard/", "/Dashboard", "/missions/M-1", "/curriculum"):
        answer = await student_api.get(path)
        # The path without a slash behind it is no student's, and has the usual envelope.
        assert answer.status_code == 404, path
        assert (answer.json().get("error") == "Not found") == (path != ""), path
    for path in PATHS:
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            sent = {"Authorization": student_api.token()}
            url = f"/api/v1/student{path}"
            answer = await student_api.client.request(method, url, headers=sent)
            assert (answer.status_code, answer.content) == (405, b'{"error":"Method not allowed"}')
            assert answer.headers["allow"] == "GET, HEAD"


async def test_a_wait_is_looked_at_after_the_right_to_ask(student_api):
    for header, error in (("nonsense", b"Homeroom-Wait-For must be"), ("nothing:0:1", b"nothing")):
        answer = await student_api.get("/profile", Homeroom_Wait_For=header)
        assert answer.status_code == 400
        assert answer.content.startswith(b'{"error":')
        assert error in answer.content
        token = student_api.token(role="teacher")
        answer = await student_api.get("/profile", Homeroom_Wait_For=header, Authorization=token)
        assert answer.status_code == 403


async def test_an_answer_waits_for_what_its_caller_has_published(student_api, students):
    students.reach(NOON)
    sent = {"Homeroom_Wait_For": "people:0:0", "Homeroom_Wait_Seconds": "10"}
    assert (await student_api.get("/profile", **sent)).status_code == 200
    sent = {"Homeroom_Wait_For": "people:0:1", "Homeroom_Wait_Seconds": "0.05"}
    answer = await student_api.get("/profile", **sent)
    assert answer.status_code == 504
    assert [*answer.json()] == ["error"]
    assert "people:0" in answer.json()["error"]
