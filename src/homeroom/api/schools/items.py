"""What is listed on the dashboard of a teacher at a school, and how its rows are shown.

A row is as its SELECT in ``schools.sql`` returns it; ids become numbers where they are some.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any, Literal

from pydantic import BaseModel

from homeroom.api.assignments.ids import WireId, to_wire
from homeroom.api.assignments.surface import with_ids

SessionStatus = Literal["scheduled", "active", "completed", "cancelled"]
ActivityKind = Literal[
    "session_completed", "student_enrolled", "assessment_given", "payment_processed"
]


class NamedSchool(BaseModel):
    id: WireId
    name: str


class TeachersSchool(NamedSchool):
    """``time_zone``: as the school said it, an IANA name or null; what is no name of one is UTC."""

    time_zone: str | None


class TaughtClass(BaseModel):
    id: WireId
    name: str
    subject: str


class RecentAssessment(BaseModel):
    id: WireId
    title: str
    kind: str
    score: float
    max_score: float
    assessed_at: datetime


class SchoolStudent(BaseModel):
    """A student of the teacher at the school; what nobody has told yet is null."""

    id: WireId
    name: str | None
    current_level: str | None
    completion_percentage: float | None
    last_session_date: date | None
    recent_assessments: list[RecentAssessment]
    skills_mastered: list[str]


class SessionItem(BaseModel):
    """A session; without a class of the school by that id it has no class name and nobody in it."""

    id: WireId
    class_id: WireId
    class_name: str | None
    title: str
    starts_at: datetime
    ends_at: datetime
    status: SessionStatus
    student_count: int
    attended_count: int
    notes: str | None


class Activity(BaseModel):
    kind: ActivityKind
    at: datetime
    text: str
    id: WireId


def schools(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Schools and classes, whose only id is their own."""
    return with_ids(rows, "id")


def sessions(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Sessions as every list and message has them."""
    return with_ids(rows, "id", "class_id")


def student(row: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """A student; the last session was on a day of the school's time zone."""
    at = row["last_session_at"]
    assessments = with_ids(row["recent_assessments"], "id")
    return {
        "id": to_wire(row["id"]),
        "name": row["name"],
        "current_level": row["current_level"],
        "completion_percentage": row["completion_percentage"],
        "last_session_date": at and at.astimezone(zone).date(),
        "recent_assessments": [
            a | {"assessed_at": datetime.fromisoformat(a["assessed_at"])} for a in assessments
        ],
        "skills_mastered": row["skills_mastered"] or [],
    }
