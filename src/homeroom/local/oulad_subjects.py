"""What the Open University data set tells of, and the events of each: the rules of the import.

A module is a teacher, its presentations are classes, its assessments are assignments and exams.
Days are counted as ``date.toordinal`` does; a day without a time of day is 00:00 UTC.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple


@cache
def time_text(day: int) -> str:
    """The first moment of a day, as an event says it."""
    return f"{date.fromordinal(day).isoformat()}T00:00:00Z"


class OuladStep(NamedTuple):
    """One event of a subject: its type without version, its day, its data besides the key."""

    type: str
    day: int
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class OuladSubject(ABC):
    """Something that events are about. ``steps`` are its events in order, at least one."""

    @abstractmethod
    def key(self) -> tuple[str, ...]:
        """The values of the key fields."""

    @abstractmethod
    def steps(self) -> list[OuladStep]:
        """The subject's events, from the first; their days never go back."""


@dataclass(frozen=True, slots=True)
class OuladTeacher(OuladSubject):
    module: str
    first_day: int

    def key(self) -> tuple[str, ...]:
        return (f"T-{self.module}",)

    def steps(self) -> list[OuladStep]:
        data = {"name": f"Teacher {self.module}", "email": None, "organization_id": None}
        return [OuladStep("teacher.registered", self.first_day, data)]


@dataclass(frozen=True, slots=True)
class OuladStudent(OuladSubject):
    student_id: str
    first_day: int

    def key(self) -> tuple[str, ...]:
        return (self.student_id,)

    def steps(self) -> list[OuladStep]:
        data: dict[str, Any] = {
            "name": f"Student {self.student_id}",
            "email": None,
            "track_id": None,
            "cohort": None,
            "mentor_id": None,
            "time_zone": None,
            "consents": {},
        }
        return [OuladStep("student.registered", self.first_day, data)]


@dataclass(frozen=True, slots=True)
class Presentation(OuladSubject):
    """A module as it was given once: a class."""

    module: str
    presentation: str
    first_day: int
    last_day: int

    @property
    def class_id(self) -> str:
        return f"{self.module}-{self.presentation}"

    @property
    def teacher_id(self) -> str:
        return f"T-{self.module}"

    def key(self) -> tuple[str, ...]:
        return (self.class_id,)

    def steps(self) -> list[OuladStep]:
        data = {
            "organization_id": None,
            "teacher_id": self.teacher_id,
            "name": f"{self.module} {self.presentation}",
            "code": self.class_id,
            "subject": self.module,
            "created_at": time_text(self.first_day),
        }
        return [OuladStep("class.created", self.first_day, data)]


@dataclass(frozen=True, slots=True)
class OuladEnrollment(OuladSubject):
    given: Presentation
    student_id: str
    day: int
    withdrawn: bool

    def key(self) -> tuple[str, ...]:
        return (self.given.class_id, self.student_id)

    def steps(self) -> list[OuladStep]:
        started = OuladStep("enrollment.started", self.day, {"enrolled_at": time_text(self.day)})
        if not self.withdrawn:
            return [started]
        last_day = self.given.last_day
        data = {"ended_at": time_text(last_day), "reason": "Withdrawn"}
        return [started, OuladStep("enrollment.ended", last_day, data)]


@dataclass(frozen=True, slots=True)
class OuladAssessment(OuladSubject):
    """An assignment, or an exam. ``day`` is when it is due, or held."""

    given: Presentation
    assessment_id: str
    kind: str
    day: int | None

    def key(self) -> tuple[str, ...]:
        return (self.assessment_id,)

    def described(self) -> dict[str, Any]:
        return {
            "organization_id": None,
            "created_by": self.given.teacher_id,
            "class_id": self.given.class_id,
            "title": f"{self.kind} {self.assessment_id}",
            "subject": self.given.module,
            "created_at": time_text(self.given.first_day),
        }


@dataclass(frozen=True, slots=True)
class OuladAssignment(OuladAssessment):
    def steps(self) -> list[OuladStep]:
        first_day = self.given.first_day
        due_at = None if self.day is None else time_text(self.day)
        created = {**self.described(), "due_at": due_at}
        return [
            OuladStep("assignment.created", first_day, created),
            OuladStep("assignment.published", first_day, {}),
        ]


@dataclass(frozen=True, slots=True)
class OuladExam(OuladAssessment):
    def steps(self) -> list[OuladStep]:
        first_day = self.given.first_day
        held = self.given.last_day if self.day is None else self.day
        created = {
            **self.described(),
            "assigned_teachers": [],
            "kind": "exam",
            "total_questions": 0,
            "total_marks": 100,
            "duration_minutes": None,
        }
        return [
            OuladStep("exam.created", first_day, created),
            OuladStep("exam.scheduled", first_day, {"scheduled_at": time_text(held)}),
            OuladStep("exam.completed", held, {}),
        ]


@dataclass(frozen=True, slots=True)
class HandedIn(OuladSubject):
    """What a student did at an assessment; ``score`` is None where nobody graded it."""

    assessment: OuladAssessment
    student_id: str
    day: int
    score: float | None

    def key(self) -> tuple[str, ...]:
        return (self.assessment.assessment_id, self.student_id)


@dataclass(frozen=True, slots=True)
class OuladSubmission(HandedIn):
    def steps(self) -> list[OuladStep]:
        day = time_text(self.day)
        received = OuladStep("submission.received", self.day, {"submitted_at": day})
        if self.score is None:
            return [received]
        teacher_id = self.assessment.given.teacher_id
        grade = {"score": self.score, "graded_by": teacher_id, "graded_at": day}
        return [received, OuladStep("submission.graded", self.day, grade)]


@dataclass(frozen=True, slots=True)
class OuladResult(HandedIn):
    def steps(self) -> list[OuladStep]:
        teacher_id = None if self.score is None else self.assessment.given.teacher_id
        data = {
            "score": self.score,
            "graded_by": teacher_id,
            "recorded_at": time_text(self.day),
        }
        return [OuladStep("exam_result.recorded", self.day, data)]
