"""What an assignment is, its two kinds, and the events of one.

Plain Python; nothing here asks or writes.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from homeroom.commands.outbox import OutboxEvent
from homeroom.queries.database import ReadScope
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.teaching import (
    ClassAssignmentMade,
    ClassAssignmentRemoved,
    SubjectAssignmentMade,
    SubjectAssignmentRemoved,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """What teachers are assigned to. ``target``: the field of its id."""

    name: str
    target: str
    made: type[EventData]
    removed: type[EventData]

    @property
    def title(self) -> str:
        """As messages begin with it."""
        return self.name.capitalize()

    @property
    def entity(self) -> str:
        """The entity of its assignments."""
        return self.made.entity

    @property
    def unknown_assignment(self) -> str:
        """What is said of an assignment that nobody sees."""
        return f"{self.title} assignment not found"


CLASS = Kind("class", "class_id", ClassAssignmentMade, ClassAssignmentRemoved)
SUBJECT = Kind("subject", "subject_id", SubjectAssignmentMade, SubjectAssignmentRemoved)


@dataclass(frozen=True, slots=True)
class Admin:
    """Who assigns. ``organization_id``: the realm, empty for the platform's."""

    id: str
    organization_id: str = ""

    @property
    def scope(self) -> ReadScope:
        """Whose rows a command of the admin sees."""
        return ReadScope(admin_id=self.id, organization_id=self.organization_id)

    @property
    def parameters(self) -> dict[str, str]:
        """Those of the conditions of a realm."""
        return {"organization_id": self.organization_id}


@dataclass(frozen=True, slots=True)
class Link:
    """A class or a subject that a teacher is to have."""

    kind: Kind
    target_id: str


@dataclass(frozen=True, slots=True)
class MadeAssignment:
    """A link that was made, and when."""

    kind: Kind
    id: str
    target_id: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Made:
    """What a command made. ``command_id``: what stands for its events; None after a dry run."""

    assignments: tuple[MadeAssignment, ...]
    command_id: UUID | None

    def of(self, kind: Kind) -> list[MadeAssignment]:
        """Those of one kind."""
        return [one for one in self.assignments if one.kind is kind]


def made_event(assignment: MadeAssignment, teacher_id: str, admin: Admin) -> OutboxEvent:
    """The first event of an assignment."""
    kind = assignment.kind
    data = {
        "assignment_id": assignment.id,
        "teacher_id": teacher_id,
        kind.target: assignment.target_id,
        "made_by": admin.id,
        "made_at": assignment.made_at,
    }
    return OutboxEvent(kind.made.type, assignment.id, 1, assignment.made_at, data)


def removed_event(
    kind: Kind, assignment_id: str, sequence: int, admin: Admin, now: datetime
) -> OutboxEvent:
    """The last event of an assignment."""
    data = {
        "assignment_id": assignment_id,
        "removed_by": admin.id,
        "removed_at": now,
    }
    return OutboxEvent(kind.removed.type, assignment_id, sequence, now, data)
