"""The query parameters of lists.

They are taken as text, so that a wrong one is answered by us, and judged last: whoever may not ask
hears only that.
"""

import re
from typing import Any, Protocol

from fastapi import Query
from pydantic import WithJsonSchema

SEARCH_CHARACTERS_MAX = 100
_SPECIAL_IN_LIKE = re.compile(r"[%_\\]")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WHOLE_NUMBER = re.compile(r"0*([1-9][0-9]*)")


class Parameter(Protocol):
    """What a text in the query string means."""

    def of(self, text: str | None) -> object:
        """The value, also where no text is given; ValueError says what is wrong."""
        ...


class Limit:
    """How many rows a list has: unless said, and at most."""

    def __init__(self, default: int, most: int, name: str = "limit") -> None:
        self.default = default
        self.most = most
        self.name = name

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description=f"How many at most; above {self.most} it is {self.most}.")

    def schema(self) -> WithJsonSchema:
        """The number that it is."""
        return WithJsonSchema({"type": "integer", "minimum": 1, "default": self.default})

    def of(self, text: str | None) -> int:
        """A whole number from 1. As many digits as somebody likes are a large number, no error."""
        if text is None:
            return self.default
        match = _WHOLE_NUMBER.fullmatch(text)
        if not match:
            raise ValueError(f"{self.name} must be a whole number from 1")
        return self.most if len(match[1]) > len(str(self.most)) else min(int(match[1]), self.most)


class StatusFilter:
    """One of some statuses, or any."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = statuses

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description="Only those of this status; empty: of any.")

    def schema(self) -> WithJsonSchema:
        """The statuses, and none."""
        return WithJsonSchema({"type": "string", "enum": [*self.statuses, ""]})

    def of(self, text: str | None) -> str | None:
        """The status; None for any."""
        if text and text not in self.statuses:
            raise ValueError(f"status must be one of {', '.join(self.statuses)}")
        return text or None


class StatusesFilter(StatusFilter):
    """Several of some statuses, by comma, or any."""

    def query(self) -> Any:
        return Query(description="Only those of these statuses, by comma; empty: of any.")

    def schema(self) -> WithJsonSchema:
        return WithJsonSchema({"type": "string", "examples": [",".join(self.statuses[1:3])]})

    def of(self, text: str | None) -> Any:
        """The statuses as a list; None for any."""
        names = [name.strip() for name in (text or "").split(",") if name.strip()]
        if not set(names) <= set(self.statuses):
            raise ValueError(f"status must be of {', '.join(self.statuses)}; several by comma")
        return names or None


class Choice:
    """One of some words, or nothing said."""

    def __init__(self, name: str, *words: str) -> None:
        self.name = name
        self.words = words

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description=f"Only those of this {self.name}; empty: all.")

    def schema(self) -> WithJsonSchema:
        """The words, and none."""
        return WithJsonSchema({"type": "string", "enum": [*self.words, ""]})

    def of(self, text: str | None) -> str | None:
        """The word; None for all."""
        if text and text not in self.words:
            raise ValueError(f"{self.name} must be {' or '.join(self.words)}, or left out")
        return text or None


class Only:
    """`true` for only those rows that something holds of, or nothing said for all."""

    def __init__(self, name: str, those: str) -> None:
        self.name = name
        self.those = those

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description=f"`true`: only those {self.those}.")

    def schema(self) -> WithJsonSchema:
        """`true`, and nothing."""
        return WithJsonSchema({"type": "string", "enum": ["true", ""]})

    def of(self, text: str | None) -> bool:
        """Whether only those."""
        if text not in (None, "", "true"):
            raise ValueError(f"{self.name} must be true, or left out")
        return text == "true"


class IdFilter:
    """An id, or nothing said."""

    def __init__(self, name: str) -> None:
        self.name = name

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(description="Only those of this one; empty: of any.")

    def schema(self) -> WithJsonSchema:
        """An id, or nothing."""
        return WithJsonSchema({"type": "string", "pattern": "^[A-Za-z0-9_-]{0,64}$"})

    def of(self, text: str | None) -> str | None:
        """The id; None for any."""
        if text and not _ID.fullmatch(text):
            raise ValueError(f"{self.name} must be an id")
        return text or None


class Search:
    """A part of a title or name, whatever the case."""

    def query(self) -> Any:
        """What describes the parameter."""
        return Query(
            description="Only those whose title or name contains this text of 2 to 100 "
            "characters, whatever the case; empty: all."
        )

    def schema(self) -> WithJsonSchema:
        """The text."""
        return WithJsonSchema({"type": "string", "maxLength": SEARCH_CHARACTERS_MAX})

    def of(self, text: str | None) -> str | None:
        """A pattern for LIKE that matches whatever contains the text; None for all."""
        if text and (not 2 <= len(text) <= SEARCH_CHARACTERS_MAX or "\x00" in text):
            raise ValueError(f"q must have 2 to {SEARCH_CHARACTERS_MAX} characters")
        literal = _SPECIAL_IN_LIKE.sub(r"\\\g<0>", text or "")
        return f"%{literal}%" if literal else None


def read_parameters(**given: tuple[Parameter, str | None]) -> tuple[dict[str, Any], str]:
    """The values by name, and what is wrong with the first that is; then the others are as usual.

    A parameter that is given twice counts as the last.
    """
    try:
        return {name: parameter.of(text) for name, (parameter, text) in given.items()}, ""
    except ValueError as error:
        return {name: parameter.of(None) for name, (parameter, _) in given.items()}, str(error)
