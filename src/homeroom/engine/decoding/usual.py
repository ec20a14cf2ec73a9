"""Decodes the records that most publishers send in few steps, and leaves all others.

``decoder`` has every rule, and words every refusal. What is taken here, it takes as well, with the
same event: ``tests/property/test_decoder.py`` holds one against the other.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.decoding.envelope import is_storable
from homeroom.engine.log.records import Event, Record
from homeroom_kit.rfc3339 import instant

JSON = b"application/json"
# Every number of so many digits fits into 63 bits.
DIGITS_MAX = 18
# Publishers are few, and each has one source.
SOURCES_CACHED_MAX = 1_000


class UsualEvents:
    """Decodes events in binary mode, of a catalog's types, with nothing special about them.

    An event that is about a day is special: its record's time counts.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._types = {
            t.name.encode(): (t, catalog.broker_topic(t.entity), _subject_in(t.entity))
            for t in catalog.event_types
            if not t.dated
        }

    def event(self, record: Record) -> Event | None:
        """The event in a record; None where the record must be looked at more closely."""
        try:
            headers: dict[str, Any] = dict(record.headers)
            key, data = record.key, record.value
            event_type, topic, subject_in = self._types[headers["ce_type"]]
            event_id, digits = headers["ce_id"].decode(), headers["ce_sequence"]
            if (
                # A header that is there twice, or a value that is not there whole.
                len(headers) != len(record.headers) or type(data) is not bytes
                or record.topic != topic
                or headers["ce_specversion"] != b"1.0"
                or headers.get("content-type", JSON) != JSON
                or key is None or key != headers["ce_subject"]
                or not digits.isdigit() or len(digits) > DIGITS_MAX
                or not is_storable(event_id)
                # No JSON, but for the validator's parser.
                or b"NaN" in data or b"Infinity" in data
            ):  # fmt: skip
                return None
            sequence, subject = int(digits), key.decode()
            time, source = instant(headers["ce_time"].decode()), _source(headers["ce_source"])
            values = event_type.validate(data)
        except Exception:  # noqa: BLE001 - whatever it is, the decoder says it
            return None
        if not sequence or subject_in(values) != subject:
            return None
        if event_type.timed:
            values = {**values, event_type.timed: time}
        return Event(
            event_type.entity, event_type, subject, sequence, time, values, record, "", event_id,
            source,
        )  # fmt: skip


@lru_cache(SOURCES_CACHED_MAX)
def _source(header: bytes) -> str:
    """Raises ValueError, of which nothing is kept, where it cannot be stored whole."""
    source = header.decode()
    if not is_storable(source):
        raise ValueError(source)
    return source


def _subject_in(entity: Entity) -> Callable[[Mapping[str, Any]], str]:
    """What finds the subject in the data of an event."""
    values_of = itemgetter(*entity.key_names)
    return values_of if len(entity.key) == 1 else lambda values: "/".join(values_of(values))
