"""Topic ``batches``: batches of essays, and whose essays of which classes are in them."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Count, Id, Instant, Text


class EssayBatch(EventData, topic="batches", entity="batch", timed="updated_at"):
    batch_id: Id


class BatchRegistered(
    EssayBatch,
    type="batch.registered.v1",
    creates=True,
    sets={"status": "awaiting_content_validation"},
):
    """A teacher handed in a batch of essays, to be processed."""

    teacher_id: Id
    title: Text | None
    assignment_id: Id | None
    essay_count: Count
    created_at: Instant


class BatchStatusChanged(EssayBatch, type="batch.status_changed.v1"):
    """A batch went on to another step; any word is a status."""

    status: Text


class BatchProgressed(EssayBatch, type="batch.progressed.v1"):
    """How many essays of a batch are done by now, and how many failed."""

    completed_essays: Count
    failed_essays: Count


class BatchDeleted(EssayBatch, type="batch.deleted.v1", sets={"deleted": True}):
    """A batch was deleted; it counts and shows nowhere."""


class EssayAssociation(EventData, topic="batches", entity="essay_association"):
    batch_id: Id
    essay_id: Id


class EssayAssociationMade(EssayAssociation, type="essay_association.made.v1", creates=True):
    """An essay of a batch was found to be a student's, written for a class."""

    student_id: Id
    class_id: Id
    associated_at: Instant


class EssayAssociationRemoved(
    EssayAssociation, type="essay_association.removed.v1", sets={"removed": True}
):
    """It is nobody's any more."""
