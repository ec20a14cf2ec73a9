"""What is said as a row of the outbox: checked, and with everything but its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import orjson

from homeroom_kit.contract.event import EventData
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check
from homeroom_kit.statements import channel


@dataclass(frozen=True, slots=True)
class SaidEvent:
    """An event on its way into the outbox."""

    type: str
    entity: str
    subject: str
    creates: bool
    event_id: str
    time: datetime
    data: str

    def parameters(self, schema: str) -> Mapping[str, Any]:
        """Of the statement ``say``, for the tables of a schema."""
        return {
            "entity": self.entity,
            "subject": self.subject,
            "first": int(self.creates),
            "event_id": self.event_id,
            "type": self.type,
            "time": self.time.isoformat(),
            "data": self.data,
            "channel": channel(schema),
        }


def said_event(event: EventData, time: datetime | None, event_id: str | None) -> SaidEvent:
    """Checks an event as publishing would; raises InvalidEvents where it breaks the contract."""
    if time is not None and time.tzinfo is None:
        raise InvalidEvents(f"time: {time} has no offset; give a datetime with a time zone")
    happened = (time or datetime.now(UTC)).astimezone(UTC)
    data = event.model_dump(mode="json", by_alias=True)
    outgoing = OutgoingEvent(
        type=event.type,
        source="/outbox",
        id=event_id or str(uuid4()),
        subject=subject_of(event),
        sequence=1,
        time=happened.isoformat(),
        data=data,
    )
    check(outgoing)
    return SaidEvent(
        type=event.type,
        entity=event.entity,
        subject=outgoing.subject,
        creates=event.creates,
        event_id=outgoing.id,
        time=happened,
        data=orjson.dumps(data).decode(),
    )


def subject_of(event: EventData) -> str:
    """The event's subject: its key fields, joined by a slash."""
    return "/".join(str(getattr(event, name)) for name in event.key_names)
