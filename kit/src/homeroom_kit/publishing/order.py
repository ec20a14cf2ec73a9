"""The order in which events are said that are published together."""

from hashlib import blake2b

import orjson

from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent, event_type


class SequenceOrder:
    """Checks that each subject's sequences ascend. Memory grows with subjects, not with events."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[int, bytes]] = {}

    def check(self, event: OutgoingEvent) -> None:
        """Raises InvalidEvents where an event comes after a later one of its subject, or where
        another event had its number before.
        """
        entity = event_type(event.type).entity
        content = content_digest(event)
        subject = (entity, event.subject)
        last, last_content = self._last.get(subject, (0, b""))
        if event.sequence < last:
            raise InvalidEvents(
                f"sequence: {event.sequence} of {entity} {event.subject} comes after its {last}"
            )
        if event.sequence == last and content != last_content:
            raise InvalidEvents(
                f"sequence: {last} of {entity} {event.subject} was another event's before"
            )
        self._last[subject] = (event.sequence, content)


def content_digest(event: OutgoingEvent) -> bytes:
    """16 bytes that are equal for two events only if all that they say is equal."""
    content = [
        event.type, event.source, event.id, event.subject, event.sequence, event.time, event.data,
    ]  # fmt: skip
    return blake2b(orjson.dumps(content, option=orjson.OPT_SORT_KEYS), digest_size=16).digest()
