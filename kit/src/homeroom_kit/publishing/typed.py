"""Outgoing events of the contract's classes."""

from datetime import UTC, datetime
from uuid import UUID, uuid5

import orjson

from homeroom_kit.contract.event import EventData
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, check

# Any fixed one: only that it stays the same matters.
NAMESPACE = UUID("5f1b4b06-3c38-5d0e-9a55-7a5d54f7a9b1")


def outgoing_event(
    event: EventData,
    *,
    source: str,
    sequence: int,
    time: datetime | None = None,
    event_id: str | None = None,
    traceparent: str | None = None,
) -> OutgoingEvent:
    """The event to publish, checked; raises InvalidEvents where it breaks the contract.

    ``time``: when it happened, with an offset; else now. ``event_id``: else one of what is said, so
    that the same event has the same id whenever it is said again, and another one has another.
    """
    data = event.model_dump(mode="json", by_alias=True)
    subject = subject_of(event)
    outgoing = OutgoingEvent(
        type=event.type,
        source=source,
        id=event_id or _id_of([source, event.type, subject, sequence, data]),
        subject=subject,
        sequence=sequence,
        time=instant_of(time).isoformat().replace("+00:00", "Z"),
        data=data,
        traceparent=traceparent,
    )
    check(outgoing)
    return outgoing


def instant_of(time: datetime | None) -> datetime:
    """The time in UTC, or now; raises InvalidEvents where it has no offset."""
    if time is not None and time.tzinfo is None:
        raise InvalidEvents(f"time: {time} has no offset; give a datetime with a time zone")
    return (time or datetime.now(UTC)).astimezone(UTC)


def subject_of(event: EventData) -> str:
    """The event's subject: its key fields, joined by a slash."""
    return "/".join(str(getattr(event, name)) for name in event.key_names)


def _id_of(said: list[object]) -> str:
    return str(uuid5(NAMESPACE, orjson.dumps(said, option=orjson.OPT_SORT_KEYS).decode()))
