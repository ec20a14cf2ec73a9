"""Topic ``resources``: files that teachers share with the students of their classes."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Count, Flag, Id, Ids, Instant, Text

ScanStatus = Literal["pending", "clean", "infected", "failed"]


class Resource(EventData, topic="resources", entity="resource"):
    resource_id: Id


class ResourceUploaded(
    Resource, type="resource.uploaded.v1", creates=True, sets={"status": "pending"}
):
    """A teacher put a file into the store; nobody gets it before it was scanned."""

    teacher_id: Id
    school_id: Id
    title: Text
    description: Text | None
    file_name: Text
    media_type: Text
    size_bytes: Count
    storage_url: Text
    uploaded_at: Instant


class ResourceScanned(Resource, type="resource.scanned.v1"):
    """The file was scanned for viruses, or could not be."""

    status: Literal["clean", "infected", "failed"]


class ResourceUpdated(Resource, type="resource.updated.v1"):
    """It has another title or description."""

    title: Text
    description: Text | None
    updated_at: Instant


class ResourceShared(Resource, type="resource.shared.v1"):
    """It is shared with the students of these classes, or with none."""

    with_students: Flag
    class_ids: Ids
    updated_at: Instant


class ResourceRemoved(Resource, type="resource.removed.v1", sets={"removed": True}):
    """The file is gone; nobody sees it any more."""
