"""Ids as clients of teachers' assignments know them: numbers where they are some.

Digits without a leading zero, up to 2^53 - 1 (what a number of JSON is exact to, RFC 8259, section
6), are a number of JSON; any other id is a string.
"""

import re
from typing import Annotated, Any

from pydantic import WithJsonSchema

from homeroom.api.access import ID

NUMBER_MAX = 2**53 - 1
_NUMBER = re.compile(r"[1-9][0-9]{0,15}")

WireId = Annotated[
    int | str,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": NUMBER_MAX},
                {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"},
            ]
        }
    ),
]


def to_wire(text: str) -> int | str:
    """The id as clients get it."""
    if _NUMBER.fullmatch(text) and int(text) <= NUMBER_MAX:
        return int(text)
    return text


def from_wire(name: str, value: Any) -> str:
    """The id that a client has sent; ValueError for what can be none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBER_MAX:
        return str(value)
    if isinstance(value, str) and ID.fullmatch(value):
        return value
    raise ValueError(f"{name} must be an id: a whole number, or 1 to 64 of A-Z a-z 0-9 _ -")
