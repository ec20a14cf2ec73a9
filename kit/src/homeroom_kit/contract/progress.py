"""Topic ``progress``: what teachers of schools assess, and how far their students are."""

from pydantic import ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Marks, MarksMax, Score, Text, Texts


class StudentAssessment(EventData, topic="progress", entity="assessment"):
    assessment_id: Id


class AssessmentGiven(StudentAssessment, type="assessment.given.v1", creates=True):
    """A student was assessed, for the first time or corrected; the score is at most the maximum."""

    student_id: Id
    teacher_id: Id
    school_id: Id
    class_id: Id
    title: Text
    kind: Text
    score: Marks
    max_score: MarksMax
    assessed_at: Instant
    skills: Texts

    @field_validator("max_score")
    @classmethod
    def _not_below_the_score(cls, most: float, info: ValidationInfo) -> float:
        if info.data.get("score", 0) > most:
            raise PydanticCustomError("marks", "Input should be at least the score")
        return most


class Progress(EventData, topic="progress", entity="progress"):
    student_id: Id
    class_id: Id


class ProgressUpdated(Progress, type="progress.updated.v1", creates=True):
    """How far a student is in a class: the whole of it, each time."""

    teacher_id: Id
    school_id: Id
    level: Text
    completion: Score
    skills_mastered: Texts
    updated_at: Instant
