"""Rights come and go with events, and count for the next request of whoever waits for them."""

from datetime import UTC, datetime
from typing import Any

import httpx

from homeroom.api import tokens
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from tests.support import wait_for
from tests.support.commands import Service
from tests.support.habits import event, publish, student

NOW = datetime.now(UTC).isoformat()
DENIED = {
    "success": False,
    "error": "Access denied. You do not have permission to access this resource.",
}


class Caller:
    """Somebody with a token, who waits for what was said last."""

    def __init__(self, service: Service, settings: Settings, *who: str) -> None:
        self._service = service
        self._token = tokens.issue(settings, *who)

    def _headers(self, position: str) -> dict[str, str]:
        waiting = {"Homeroom-Wait-For": position, "Homeroom-Wait-Seconds": "10"}
        return {"Authorization": f"Bearer {self._token}"} | (waiting if position else {})

    def get(self, path: str, position: str = "") -> httpx.Response:
        return self._service.get(path, {}, self._headers(position))

    def post(self, path: str, body: object) -> httpx.Response:
        """Tried again for as long as numbers are being brought level, as the answer says."""

        def answered() -> httpx.Response | None:
            answer = self._service.post(path, body, self._headers(""))
            return None if answer.status_code == 503 else answer

        answer = wait_for(answered)
        assert answer is not None
        return answer


def school() -> list[OutgoingEvent]:
    teacher: dict[str, Any] = {"name": "Grace", "email": None, "organization_id": None}
    class_ = {
        "organization_id": "O-1", "teacher_id": "T-9", "name": "Five", "code": "5", "subject": "x",
        "created_at": NOW,
    }  # fmt: skip
    return [
        event("teacher.registered.v1", "2", 1, {"teacher_id": "2", **teacher}),
        event("class.created.v1", "5", 1, {"class_id": "5", **class_}),
        student("7"),
        event("enrollment.started.v1", "5/7", 1,
              {"class_id": "5", "student_id": "7", "enrolled_at": NOW}),
        event("subject.defined.v1", "3", 1, {"subject_id": "3", "name": "Maths"}),
        event("membership.granted.v1", "O-1/2", 1,
              {"school_id": "O-1", "user_id": "2", "role": "teacher", "granted_at": NOW}),
        event("membership.granted.v1", "O-1/A-1", 1,
              {"school_id": "O-1", "user_id": "A-1", "role": "admin", "granted_at": NOW}),
    ]  # fmt: skip


async def test_rights_come_and_end_with_the_very_next_request(
    projected: Settings, service: Service
) -> None:
    admin = Caller(service, projected, "A-1", "admin", "O-1")
    teacher = Caller(service, projected, "2", "teacher")
    position = await publish(projected, school())
    nothing = teacher.get("/api/students", position).json()
    assert nothing["data"] == []

    link = {"user_id": 2, "class_level_id": 5, "subject_id": 3}
    made = admin.post("/api/teacher-assignments/class", link)
    assert made.status_code == 201, made.text
    position = made.headers["Homeroom-Position"]
    (seen,) = teacher.get("/api/students", position).json()["data"]
    assert (seen["id"], seen["classes"]) == (7, [{"id": 5, "name": "Five"}])

    mark = {"student_id": 7, "class_level_id": 5, "subject_id": 3, "score": 88}
    denied = teacher.post("/api/assessments", mark)
    assert (denied.status_code, denied.json()) == (403, DENIED)
    made = admin.post("/api/teacher-assignments/subject", link)
    assert made.status_code == 201, made.text
    teacher.get("/api/students", made.headers["Homeroom-Position"])
    recorded = teacher.post("/api/assessments", mark)
    assert recorded.status_code == 201, recorded.text
    position = recorded.headers["Homeroom-Position"]
    report = teacher.get("/api/reports/student/7", position).json()["data"]
    assert (report["average"], report["assessments"][0]["subject"]) == (88, "Maths")

    ended = event("class.deleted.v1", "5", 2, {"class_id": "5"})
    position = await publish(projected, [ended])
    answer = teacher.get("/api/reports/student/7", position)
    assert (answer.status_code, answer.json()) == (403, DENIED)
    entries = admin.get("/api/access-log").json()["data"]
    assert [(e["user_id"], e["action"], e["resource"]) for e in entries] == [
        (2, "GET", "/api/reports/student/7"), (2, "POST", "/api/assessments"),
    ]  # fmt: skip

    gone = event("teacher.deactivated.v1", "2", 2, {"teacher_id": "2"})
    position = await publish(projected, [gone])
    assert teacher.get("/api/students", position).status_code == 401
    assert teacher.get("/api/teachers/2/dashboard").status_code == 404
    revoked = {"school_id": "O-1", "user_id": "A-1", "revoked_at": NOW}
    position = await publish(projected, [event("membership.revoked.v1", "O-1/A-1", 2, revoked)])
    for path in ("/api/teachers", "/api/access-log", "/api/teacher-assignments"):
        assert admin.get(path, position).status_code == 401
    student_gone = event("student.deactivated.v1", "7", 2, {"student_id": "7"})
    pupil = Caller(service, projected, "7", "student")
    assert pupil.get("/api/v1/student/profile").status_code == 200
    position = await publish(projected, [student_gone])
    assert pupil.get("/api/v1/student/profile", position).status_code == 404
