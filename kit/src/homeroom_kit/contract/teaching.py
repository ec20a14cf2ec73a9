"""Topic ``teaching``: who teaches which class and which subject, the subjects, and marks."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Score, Text


class Subject(EventData, topic="teaching", entity="subject"):
    subject_id: Id


class SubjectDefined(Subject, type="subject.defined.v1", creates=True):
    """A subject is taught, under a new name or for the first time, or again."""

    name: Text


class SubjectRetired(Subject, type="subject.retired.v1", sets={"retired": True}):
    """A subject is taught no more."""


class ClassAssignment(EventData, topic="teaching", entity="class_assignment"):
    assignment_id: Id


class ClassAssignmentMade(ClassAssignment, type="class_assignment.made.v1", creates=True):
    """A teacher was assigned to a class."""

    teacher_id: Id
    class_id: Id
    made_by: Id
    made_at: Instant


class ClassAssignmentRemoved(ClassAssignment, type="class_assignment.removed.v1"):
    """A teacher was taken off a class."""

    removed_by: Id
    removed_at: Instant


class SubjectAssignment(EventData, topic="teaching", entity="subject_assignment"):
    assignment_id: Id


class SubjectAssignmentMade(SubjectAssignment, type="subject_assignment.made.v1", creates=True):
    """A teacher was assigned to a subject."""

    teacher_id: Id
    subject_id: Id
    made_by: Id
    made_at: Instant


class SubjectAssignmentRemoved(SubjectAssignment, type="subject_assignment.removed.v1"):
    """A teacher was taken off a subject."""

    removed_by: Id
    removed_at: Instant


class Mark(EventData, topic="teaching", entity="mark"):
    mark_id: Id


class MarkRecorded(Mark, type="mark.recorded.v1", creates=True):
    """A student got a mark in a subject of a class."""

    student_id: Id
    class_id: Id
    subject_id: Id
    score: Score
    recorded_by: Id
    recorded_at: Instant
