"""The dashboard of a teacher of two schools, from published events to the answers of a process."""

from typing import Any

import httpx

from homeroom.api import tokens
from homeroom.settings import Settings
from tests.support.commands import Service, Tables
from tests.support.habits import event, publish

PATH = "/api/teachers/dashboard/"
AT = "2026-03-01T09:00:00Z"


def school_events() -> list[Any]:
    """Two schools of one teacher; at the first a class with a student, and what is told of them."""
    by = {"teacher_id": "T-1", "school_id": "1"}
    of = {"class_id": "C-1", "student_id": "7"}
    told: list[tuple[str, str, dict[str, Any]]] = [
        *(("school.opened.v1", id_, {"school_id": id_, "name": name, "time_zone": None})
          for id_, name in (("1", "North"), ("2", "South"))),
        *(("membership.granted.v1", f"{id_}/T-1", granted(id_)) for id_ in "12"),
        ("class.created.v1", "C-1", {
            "class_id": "C-1", "organization_id": "1", "teacher_id": "T-1", "name": "Algebra",
            "code": "A", "subject": "Maths", "created_at": AT}),
        ("enrollment.started.v1", "C-1/7", of | {"enrolled_at": AT}),
        ("session.scheduled.v1", "X-1", {
            "session_id": "X-1", "class_id": "C-1", "organization_id": "1", "teacher_id": "T-1",
            "title": "Lesson", "starts_at": "2099-03-01T09:00:00Z",
            "ends_at": "2099-03-01T10:00:00Z"}),
        ("session.notes_added.v1", "X-1", {"session_id": "X-1", "notes": "Bring a ruler"}),
        ("attendance.recorded.v1", "X-1/7", {
            "session_id": "X-1", "student_id": "7", "present": True, "recorded_at": AT}),
        ("assessment.given.v1", "V-1", {
            "assessment_id": "V-1", **of, **by, "title": "Quiz", "kind": "quiz", "score": 7.5,
            "max_score": 10, "assessed_at": AT, "skills": []}),
        ("progress.updated.v1", "7/C-1", {
            **of, **by, "level": "B1", "completion": 40, "skills_mastered": ["sums"],
            "updated_at": AT}),
        ("payment.earned.v1", "P-1", {
            "payment_id": "P-1", **by, "session_id": "X-1", "amount": "25.50", "currency": "EUR",
            "earned_at": AT}),
        ("payment.earned.v1", "P-2", {
            "payment_id": "P-2", **by, "session_id": None, "amount": "0.10", "currency": "EUR",
            "earned_at": AT}),
        ("payment.processed.v1", "P-2", {"payment_id": "P-2", "processed_at": AT}),
    ]  # fmt: skip
    second = ("session.notes_added.v1", "payment.processed.v1")
    return [event(name, key, 2 if name in second else 1, data) for name, key, data in told]


def granted(school_id: str) -> dict[str, Any]:
    return {"school_id": school_id, "user_id": "T-1", "role": "teacher", "granted_at": AT}


async def test_a_teacher_sees_each_school_by_itself_for_as_long_as_the_membership_lasts(
    projected: Settings, service: Service, tables: Tables
) -> None:
    token = tokens.issue(projected, "T-1", "teacher")

    def ask(school_id: str, position: str) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", "Homeroom-Wait-For": position,
                   "Homeroom-Wait-Seconds": "10"}  # fmt: skip
        return service._client.get(PATH, params={"school_id": school_id}, headers=headers)

    position = await publish(projected, school_events())
    north, south = ask("1", position).json(), ask("2", position).json()
    assert [school["id"] for school in north["schools"]] == [1, 2]
    (student,) = north["students"]
    assert (student["id"], student["name"], student["current_level"]) == (7, None, "B1")
    assert student["recent_assessments"][0]["score"] == 7.5
    assert north["earnings"]["pending_amount"] == "25.50"
    assert north["quick_stats"]["total_students"] == 1
    kinds = {activity["kind"] for activity in north["recent_activities"]}
    assert kinds == {"student_enrolled", "assessment_given", "payment_processed"}
    assert south["school"] == {"id": 2, "name": "South"}
    assert (south["students"], south["recent_activities"]) == ([], [])
    assert tables.rows("teacher_sessions", "session_id, notes, attended") == [
        ("X-1", "Bring a ruler", 1)
    ]

    revoked = {"school_id": "1", "user_id": "T-1", "revoked_at": AT}
    gone = await publish(projected, [event("membership.revoked.v1", "1/T-1", 2, revoked)])
    answer = ask("1", gone)
    assert (answer.status_code, answer.json()) == (403, {"error": "Access denied to this school"})
    assert ask("2", gone).status_code == 200
    again = await publish(projected, [event("membership.granted.v1", "1/T-1", 3, granted("1"))])
    back = ask("1", again).json()
    assert [one["id"] for one in back["students"]] == [7]
    assert tables.rows("dead_letters", "id") == []
