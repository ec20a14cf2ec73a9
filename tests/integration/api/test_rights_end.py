"""Whose rights have ended is refused from the moment the event is applied, whatever was asked."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET, client_of
from tests.support.applications import LOOP, Applications
from tests.support.strength import thinned
from tests.support.students import NOON, Students

# As their clients know it: whoever has no rights any more is not found.
TEACHERS = [
    "/api/teachers/T-1/dashboard", "/api/teachers/T-1/dashboard/stats", "/api/teachers/T-1/exams",
    "/api/teachers/T-2/dashboard/stats", "/api/teachers/T-1/exams?limit=x",
]  # fmt: skip
STUDENTS = [
    f"/api/v1/student/{path}" for path in ("dashboard", "profile", "missions?status=x", "habits")
]
ELSEWHERE = [
    "/api/teacher-assignments", "/api/teacher-assignments/my-assignments", "/api/teachers",
    "/api/class-levels", "/api/subjects", "/api/teacher-assignments/workload",
    "/v1/teacher/dashboard", "/bff/v1/teacher/dashboard",
    "/api/teacher-assignments/history", "/api/teacher-assignments/history?user_id=a%20b",
    "/api/students", "/api/students/S-1", "/api/students/a%20b", "/api/assessments?limit=x",
    "/api/reports/class/5", "/api/reports/class/a%20b", "/api/reports/student/a%20b",
    "/api/access-log",
]  # fmt: skip
WRITES = [
    ("POST", "/api/teacher-assignments/class"), ("POST", "/api/teacher-assignments/bulk"),
    ("DELETE", "/api/teacher-assignments/class/1"),
]  # fmt: skip


def told(**ended: bool) -> list[tuple[str, dict[str, object]]]:
    """A teacher, a student and an admin of a realm; those named have lost their rights."""
    revoked = {"revoked_at": NOON} if ended.get("admin") else {}
    return [
        ("teacher", {"teacher_id": "T-1", "deactivated": ended.get("teacher", False)}),
        ("student", {"student_id": "S-1", "deactivated": ended.get("student", False)}),
        ("membership", {"school_id": "O-1", "user_id": "A-1", "role": "admin"} | revoked),
        ("class", {"class_id": "5", "organization_id": "O-1"}),
    ]


class Client:
    """Whoever comes with one of the three tokens."""

    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self._client, self._settings = client, settings
        self.tokens = {
            "teacher": tokens.issue(settings, "T-1", "teacher"),
            "student": tokens.issue(settings, "S-1", "student"),
            "admin": tokens.issue(settings, "A-1", "admin", "O-1"),
        }

    async def ask(self, who: str, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.tokens.get(who, who)}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.request(method, path, headers=sent)

    async def status(self, who: str, path: str, method: str = "GET", **headers: str) -> int:
        return (await self.ask(who, path, method, **headers)).status_code


@pytest_asyncio.fixture(loop_scope=LOOP)
async def client(
    students: Students, students_url: str, applications: Applications
) -> AsyncIterator[Client]:
    assert students
    settings = Settings(database_url=students_url, jwt_secret=SECRET)
    async with client_of(await applications.of(settings)) as client:
        yield Client(client, settings)


@pytest.mark.parametrize(
    "who", thinned(["teacher", "student", "admin"], lambda who: who != "student")
)
async def test_a_token_is_refused_everywhere_as_soon_as_the_rights_have_ended(
    client: Client, students: Students, who: str
) -> None:
    every = [*(("GET", path) for path in (*TEACHERS, *STUDENTS, *ELSEWHERE)), *WRITES]
    others = {"teacher", "student", "admin"} - {who}
    students.hold(*told())
    before = {(one, *ask): await client.status(one, ask[1], ask[0]) for ask in every
              for one in (who, *others)}  # fmt: skip
    assert not {401, 500} & {*before.values()}
    students.hold(*told(**{who: True}))
    for method, path in every:
        known = path.startswith(("/api/teachers/", "/api/v1/student/"))
        assert await client.status(who, path, method) == (404 if known else 401), path
        # Nobody else notices.
        for one in others:
            after = await client.status(one, path, method)
            assert after == before[one, method, path], (one, path)
    students.hold(*told())
    for method, path in every:
        assert await client.status(who, path, method) == before[who, method, path], path


async def test_the_refusal_is_that_of_the_surface(client: Client, students: Students) -> None:
    students.hold(*told(teacher=True, student=True, admin=True))
    answer = await client.ask("teacher", TEACHERS[0])
    assert answer.json()["message"] == "Teacher not found or you don't have access"
    assert answer.headers["homeroom-generation"] == students.generation
    answer = await client.ask("student", STUDENTS[0])
    assert answer.json() == {"error": "Student not found"}
    answer = await client.ask("admin", ELSEWHERE[0])
    assert answer.json() == {"success": False, "error": "Authentication required"}
    assert answer.headers["www-authenticate"].startswith('Bearer error="invalid_token"')
    sent = await client._client.post(
        "/api/v1/student/habits/logs", json={"logs": []},
        headers={"Authorization": f"Bearer {client.tokens['student']}"},
    )  # fmt: skip
    assert (sent.status_code, sent.json()) == (404, {"error": "Student not found"})


async def test_whoever_waits_is_refused_before_the_wait(client: Client, students: Students) -> None:
    students.hold(*told(admin=True))
    students.connection.execute("INSERT INTO positions VALUES ('people', 0, 1)")
    assert await client.status("admin", ELSEWHERE[0], Homeroom_Wait_For="people:0:9") == 401


async def test_rights_are_those_of_whom_the_token_names_and_of_its_realm(
    client: Client, students: Students
) -> None:
    """Ids may be alike; another realm, a role without one, and who is unknown are not concerned."""
    settings = client._settings
    students.hold(
        *told(teacher=True, student=True, admin=True),
        ("membership", {"school_id": "O-3", "user_id": "A-1", "role": "teacher"}),
    )
    expected = {
        ("A-1", "O-1"): 401, ("A-1", "O-2"): 200, ("A-1", None): 200, ("A-2", "O-1"): 200,
        ("T-1", "O-1"): 200, ("S-1", None): 200, ("A-1", "O-3"): 401,
    }  # fmt: skip
    for (who, realm), status in expected.items():
        token = tokens.issue(settings, who, "admin", realm)
        assert await client.status(token, "/api/teachers") == status, (who, realm)
    mine = "/api/teacher-assignments/my-assignments"
    for who, status in {"T-1": 401, "S-1": 200, "A-1": 200, "T-9": 200}.items():
        assert await client.status(tokens.issue(settings, who, "teacher"), mine) == status, who
