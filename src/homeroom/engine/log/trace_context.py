"""The trace that a record belongs to, by W3C Trace Context.

Decoding does not read it, so that it costs nothing on the way into the tables.
"""

import re

import orjson

from homeroom.engine.log.records import Record

_HEADER = "ce_traceparent"
_STRUCTURED = b"application/cloudevents+json"
# Version 00 and its successors, which may append fields (W3C Trace Context, section 3.2).
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?"
)
_TRACEPARENT_CHARACTERS = 55


def traceparent(record: Record) -> str | None:
    """A record's ``traceparent``, where it has one of the right form."""
    for name, value in record.headers:
        if name == _HEADER and value is not None:
            text = value.decode("ascii", "replace")
            return text if _TRACEPARENT.fullmatch(text) else None
        if name == "content-type" and value is not None and value.startswith(_STRUCTURED):
            return _structured(record.value)
    return None


def _structured(value: bytes | None) -> str | None:
    try:
        envelope = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    text = envelope.get("traceparent") if isinstance(envelope, dict) else None
    return text if isinstance(text, str) and _TRACEPARENT.fullmatch(text) else None


def trace_headers(record: Record) -> tuple[tuple[str, bytes | None], ...]:
    """The header that names a record's trace, if it is in one; without what may be appended."""
    parent = traceparent(record)
    return ((_HEADER, parent[:_TRACEPARENT_CHARACTERS].encode()),) if parent else ()


def trace_id(record: Record) -> str | None:
    """The id of a record's trace, 32 hexadecimal digits."""
    parent = traceparent(record)
    return parent.split("-")[1] if parent else None


def sampled(traceparent: str) -> bool:
    """Whether the publisher of this ``traceparent`` records its trace."""
    return bool(int(traceparent.split("-")[3], 16) & 1)
