"""What a resource is to commands, what may be said of it, and its events.

Plain Python; nothing here asks or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from homeroom.commands.outbox import OutboxEvent
from homeroom.files.store import FileType
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.resources import (
    ResourceRemoved,
    ResourceScanned,
    ResourceShared,
    ResourceUpdated,
    ResourceUploaded,
    ScanStatus,
)


@dataclass(frozen=True, slots=True)
class NewResource:
    """What a teacher wants to upload, checked and cleaned."""

    school_id: str
    title: str
    description: str | None
    file: FileType


@dataclass(frozen=True, slots=True)
class Changes:
    """What a teacher wants to change, by field; what is not there stays."""

    said: Mapping[str, Any]

    def of(self, *names: str) -> dict[str, Any]:
        """Those of these fields that are said."""
        return {name: self.said[name] for name in names if name in self.said}


@dataclass(frozen=True, slots=True)
class KeptResource:
    """A resource as its newest event or its reservation left it.

    ``sequence``: of the newest event, 0 while the file is not uploaded. ``upload_expires_at``: None
    for what others have published. ``command_id``: of the newest command.
    """

    resource_id: str
    teacher_id: str
    school_id: str
    title: str
    description: str | None
    file_name: str
    media_type: str
    size_bytes: int
    storage_url: str
    status: ScanStatus
    with_students: bool
    class_ids: list[str]
    uploaded_at: datetime | None
    updated_at: datetime | None
    removed: bool
    sequence: int
    reserved_at: datetime | None
    upload_expires_at: datetime | None
    command_id: UUID | None

    @property
    def file(self) -> FileType:
        """The file of it."""
        return FileType(self.file_name, self.media_type, self.size_bytes)

    def uploaded(self, now: datetime) -> "ResourceStep":
        """The file is there."""
        after = replace(self, uploaded_at=now, sequence=1)
        names = (
            "teacher_id", "school_id", "title", "description", "file_name", "media_type",
            "size_bytes", "storage_url", "uploaded_at",
        )  # fmt: skip
        return ResourceStep(after, [_event(ResourceUploaded, after, now, *names)])

    def scanned(self, status: ScanStatus, now: datetime) -> "ResourceStep":
        """It was scanned."""
        after = replace(self, status=status, sequence=self.sequence + 1)
        return ResourceStep(after, [_event(ResourceScanned, after, now, "status")])

    def changed(self, changes: Changes, now: datetime) -> "ResourceStep":
        """It is what somebody wants; a step without events where it was so already."""
        step = ResourceStep(self, [])
        for type_, *names in (
            (ResourceUpdated, "title", "description"),
            (ResourceShared, "with_students", "class_ids"),
        ):
            before = step.after
            after = replace(before, **changes.of(*names))
            if after != before:
                after = replace(after, updated_at=now, sequence=before.sequence + 1)
                event = _event(type_, after, now, *names, "updated_at")
                step = ResourceStep(after, [*step.events, event])
        return step

    def without_file(self, now: datetime) -> "ResourceStep":
        """It is gone; nobody hears of one that was never there."""
        if self.sequence == 0:
            return ResourceStep(replace(self, removed=True), [])
        after = replace(self, removed=True, sequence=self.sequence + 1)
        return ResourceStep(after, [_event(ResourceRemoved, after, now)])


@dataclass(frozen=True, slots=True)
class ResourceStep:
    """What a command makes of a resource, and its events."""

    after: KeptResource
    events: list[OutboxEvent]


def _event(
    type_: type[EventData], resource: KeptResource, now: datetime, *names: str
) -> OutboxEvent:
    data = {name: getattr(resource, name) for name in ("resource_id", *names)}
    return OutboxEvent(type_.type, resource.resource_id, resource.sequence, now, data)
