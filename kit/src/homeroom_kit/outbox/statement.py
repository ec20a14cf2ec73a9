"""What is said as a row of the outbox: checked, and with everything but its number."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson

from homeroom_kit.contract.event import EventData
from homeroom_kit.publishing.typed import instant_of, outgoing_event
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
    happened = instant_of(time)
    # The relay says who sends it, and the table which number it has.
    outgoing = outgoing_event(
        event, source="/outbox", sequence=1, time=happened, event_id=event_id or str(uuid4())
    )
    return SaidEvent(
        type=event.type,
        entity=event.entity,
        subject=outgoing.subject,
        creates=event.creates,
        event_id=outgoing.id,
        time=happened,
        data=orjson.dumps(outgoing.data).decode(),
    )
