"""Messages to people, as the events ask for them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from homeroom.engine.log.records import Event
from homeroom.engine.log.trace_context import traceparent
from homeroom_kit.contract.notifications import NotificationCreated
from homeroom_kit.contract.nudges import NudgeDue

PersonRole = Literal["teacher", "student"]
NOTIFICATION = "notification/"
# Nudges of these kinds are about what comes at their time, and pointless after it.
ABOUT_WHAT_COMES = ("deadline", "streak")


@dataclass(frozen=True, slots=True)
class PersonalMessage:
    """What a person is told, once per channel.

    ``id``: its cause, entity and subject of the event. ``person_id``: None for all teachers of the
    school. ``url``: a page's path or address. ``offset``: the event's own in its partition.
    """

    id: str
    role: PersonRole
    person_id: str | None
    school_id: str | None
    kind: str
    title: str
    text: str
    url: str | None
    said_at: datetime
    expires_at: datetime | None
    topic: str
    partition: int
    offset: int
    traceparent: str | None


def message_of(event: Event) -> PersonalMessage | None:
    """The message that an event asks for; None where it asks for none."""
    values, record = event.values, event.record
    place = (record.topic, record.partition, record.offset, traceparent(record))
    match event.type and event.type.name:
        case NotificationCreated.type:
            if values["teacher_id"] is None and values["school_id"] is None:
                return None
            return PersonalMessage(
                f"{NOTIFICATION}{event.subject}", "teacher", values["teacher_id"],
                values["school_id"], values["kind"], values["title"], values["message"],
                values["action_url"], values["created_at"], values["expires_at"], *place,
            )  # fmt: skip
        case NudgeDue.type:
            expires_at = values["due_at"] if values["kind"] in ABOUT_WHAT_COMES else None
            return PersonalMessage(
                f"nudge/{event.subject}", "student", values["student_id"], None, values["kind"],
                values["title"], "", values["url"], event.time, expires_at, *place,
            )  # fmt: skip
    return None
