"""Topic ``exams``: exams and quizzes, and their results."""

from typing import Any, Literal

from pydantic import Field

from homeroom_kit.contract.event import EventData, Fields
from homeroom_kit.contract.fields import Count, Id, Ids, Instant, Marks, Score, Text
from homeroom_kit.contract.upcasting import upcaster

ExamKind = Literal["exam", "quiz"]


class Exam(EventData, topic="exams", entity="exam"):
    exam_id: Id


class ExamCreated(Exam, type="exam.created.v1", creates=True, sets={"status": "draft"}):
    """An exam or a quiz was drafted."""

    organization_id: Id | None
    created_by: Id
    assigned_teachers: Ids
    class_id: Id | None
    title: Text
    subject: Text
    kind: ExamKind
    total_questions: Count
    total_marks: Marks
    duration_minutes: Count | None
    created_at: Instant


class ExamUpdated(Exam, type="exam.updated.v1"):
    """An exam's description was changed."""

    class_id: Id | None
    title: Text
    subject: Text
    kind: ExamKind
    total_questions: Count
    total_marks: Marks
    duration_minutes: Count | None


class ExamTeachersAssigned(Exam, type="exam.teachers_assigned.v1"):
    """The teachers of an exam, the whole list of them."""

    assigned_teachers: Ids


class ExamScheduled(Exam, type="exam.scheduled.v1", sets={"status": "scheduled"}):
    """An exam was given its date, or another one."""

    scheduled_at: Instant


class ExamScheduledV2(Exam, type="exam.scheduled.v2", sets={"status": "scheduled"}):
    """An exam was given its beginning and its end, or others; the end may be open."""

    scheduled_at: Instant = Field(alias="starts_at")
    ends_at: Instant | None


@upcaster(ExamScheduled, ExamScheduledV2)
def _with_an_open_end(fields: Fields) -> dict[str, Any]:
    return {**fields, "ends_at": None}


class ExamStarted(Exam, type="exam.started.v1", sets={"status": "active"}):
    """An exam began."""


class ExamCompleted(Exam, type="exam.completed.v1", sets={"status": "completed"}):
    """An exam ended."""


class ExamCancelled(Exam, type="exam.cancelled.v1", sets={"status": "cancelled"}):
    """An exam was called off."""


class ExamDeleted(Exam, type="exam.deleted.v1", sets={"deleted": True}):
    """An exam was deleted; it counts and shows nowhere."""


class ExamResult(EventData, topic="exams", entity="exam_result"):
    exam_id: Id
    student_id: Id


class ExamResultRecorded(ExamResult, type="exam_result.recorded.v1", creates=True):
    """A student's result was recorded, or recorded anew."""

    score: Score | None
    graded_by: Id | None
    recorded_at: Instant
