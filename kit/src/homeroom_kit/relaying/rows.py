"""Rows of an outbox as events."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import orjson

from homeroom_kit.publishing.events import OutgoingEvent


def outgoing(row: Sequence[Any], source: str) -> OutgoingEvent:
    """The event of a row of the statement ``unpublished``; the same whenever it is made."""
    _, event_id, type_name, subject, sequence, time, data = row
    return OutgoingEvent(
        type=type_name,
        source=source,
        id=event_id,
        subject=subject,
        sequence=sequence,
        time=time.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        data=orjson.loads(data),
    )
