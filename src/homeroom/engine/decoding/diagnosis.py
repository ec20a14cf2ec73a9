"""What a record looks like that is no event, and the one thing to change. For messages only."""

import re
from collections.abc import Iterable

HEADERS_SHOWN_MAX = 5
_BEGINNINGS = (
    (b"\xef\xbb\xbf", "a byte order mark (EF BB BF)", "without it"),
    (b"\xff\xfe\x00\x00", "the byte order mark of UTF-32 (FF FE 00 00)", "as UTF-8"),
    (b"\x00\x00\xfe\xff", "the byte order mark of UTF-32 (00 00 FE FF)", "as UTF-8"),
    (b"\xff\xfe", "the byte order mark of UTF-16 (FF FE)", "as UTF-8"),
    (b"\xfe\xff", "the byte order mark of UTF-16 (FE FF)", "as UTF-8"),
    (b"\x1f\x8b", "the mark of gzip (1F 8B)", "and let the producer compress it"),
    (b"\x28\xb5\x2f\xfd", "the mark of zstd (28 B5 2F FD)", "and let the producer compress it"),
)
# The first character of a JSON object, list or text, with its zero byte behind or before it.
_UTF16 = re.compile(rb"[{\[\"]\x00|\x00[{\[\"]\x00")
_REGISTRY_BYTES = 5
_SPELLING = re.compile(r"[^a-z]")


def of_value(what: str, value: bytes) -> str:
    """What bytes look like that should be JSON, as a sentence; empty where nothing is known.

    ``what``: what the bytes are, as the subject of the sentence.
    """
    if not value.strip():
        return f"{what} is empty: JSON is needed."
    for mark, name, instead in _BEGINNINGS:
        if value.startswith(mark):
            return f"{what} begins with {name}: publish JSON {instead}."
    if _UTF16.match(value):
        return f"{what} looks like UTF-16: publish JSON as UTF-8."
    if value[0] == 0 and len(value) >= _REGISTRY_BYTES:
        schema_id = int.from_bytes(value[1:_REGISTRY_BYTES])
        return (
            f"{what} begins with the five bytes that a schema registry's serializer writes (schema "
            f"{schema_id}): publish JSON with a serializer that writes JSON alone."
        )
    return ""


def of_headers(attribute: str, names: Iterable[str]) -> str:
    """Which header seems to hold an attribute under another name, or that there is none."""
    existing = list(dict.fromkeys(names))
    wanted = {attribute, f"ce{attribute}", f"cloudevents{attribute}"}
    for name in existing:
        if _SPELLING.sub("", name.lower()) in wanted:
            return f"The record has a header {name[:80]!r}: its name must be ce_{attribute}."
    if not any(name.startswith("ce_") for name in existing):
        shown = ", ".join(repr(name[:80]) for name in existing[:HEADERS_SHOWN_MAX]) or "none"
        return (
            f"No header begins with ce_ (there are: {shown}): attributes stand in headers such as "
            f"ce_{attribute}, or in the value under the content-type application/cloudevents+json."
        )
    return ""
