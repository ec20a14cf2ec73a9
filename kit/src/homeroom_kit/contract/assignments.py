"""Topic ``assignments``: assignments and what students hand in."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Score, Text


class Assignment(EventData, topic="assignments", entity="assignment"):
    assignment_id: Id


class AssignmentCreated(
    Assignment, type="assignment.created.v1", creates=True, sets={"status": "draft"}
):
    """An assignment was drafted."""

    organization_id: Id | None
    created_by: Id
    class_id: Id | None
    title: Text
    subject: Text
    due_at: Instant | None
    created_at: Instant


class AssignmentUpdated(Assignment, type="assignment.updated.v1"):
    """An assignment's description was changed."""

    class_id: Id | None
    title: Text
    subject: Text
    due_at: Instant | None


class AssignmentPublished(Assignment, type="assignment.published.v1", sets={"status": "published"}):
    """An assignment was given to its students."""


class AssignmentGraded(Assignment, type="assignment.graded.v1", sets={"status": "graded"}):
    """An assignment's grading is done."""


class AssignmentDeleted(Assignment, type="assignment.deleted.v1", sets={"deleted": True}):
    """An assignment was deleted; it counts and shows nowhere."""


class Submission(EventData, topic="assignments", entity="submission"):
    assignment_id: Id
    student_id: Id


class SubmissionReceived(Submission, type="submission.received.v1", creates=True):
    """A student handed in, for the first time or again: ungraded work."""

    submitted_at: Instant


class SubmissionGraded(Submission, type="submission.graded.v1"):
    """A submission was graded."""

    score: Score | None
    graded_by: Id | None
    graded_at: Instant


class SubmissionWithdrawn(Submission, type="submission.withdrawn.v1"):
    """A submission was taken back; it counts nowhere."""

    withdrawn_at: Instant
