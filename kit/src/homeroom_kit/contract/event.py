"""Base class of event types: a class names the fields of its data and what the type sets.

An *entity* is an abstract subclass of EventData that names its topic and its key. An *event type*
is a concrete subclass of an entity: its name on the wire, the fields that its data carries, and the
columns that the type itself sets. A type that ``creates`` sets the whole row; if it ``keeps`` too,
it makes the row where there is none and sets its own columns alone. ``timed`` is a column of the
entity that holds when the newest event happened (CloudEvents' ``time``). ``dated`` is a field with
a day that must not lie more than a day after the record was published. A field's alias is its name
on the wire, where the column has another. ``upcast`` is the next version of the type, and what
makes its fields of this one's (``upcasting.py``). The rules: docs/contract.md, "Events".
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from homeroom_kit.contract.fields import (
    AMOUNT_PATTERN,
    CURRENCY_PATTERN,
    DAY_PATTERN,
    ID_PATTERN,
    TEXT_PATTERN,
)

Constant = str | bool
REASONS_MAX = 10
NAME_CHARACTERS_MAX = 60
FOUND_CHARACTERS_MAX = 40

# Messages that replace pydantic's own where those need knowledge of pydantic.
_NEEDED = {
    ID_PATTERN: "Input should be 1 to 64 characters of A-Z a-z 0-9 _ -",
    DAY_PATTERN: "Input should be a day as YYYY-MM-DD",
    TEXT_PATTERN: "Input should hold no NUL character",
    AMOUNT_PATTERN: 'Input should be an amount from 0 with two decimals, as text: "25.50"',
    CURRENCY_PATTERN: "Input should be the code of a currency: three capital letters",
    "model_type": "Input should be an object",
    "dict_type": "Input should be an object",
    "string_unicode": "Input should hold no half of a surrogate pair",
}
# Problems for which the message does not show the input: there is none, or it is too long.
_WITHOUT_INPUT = {"missing", "json_invalid", "string_too_long", "too_long", "string_unicode"}


# The fields of an event's data by the names of their columns, after validation.
Fields = Mapping[str, Any]


class Upcast(NamedTuple):
    """The next version of an event type, and what makes its fields of the former's."""

    to: "type[EventData]"
    function: Callable[[Fields], dict[str, Any]]


class EventData(BaseModel):
    """The data of one event. Unknown fields are ignored; the types of known ones are strict."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, allow_inf_nan=False)

    topic: ClassVar[str]
    entity: ClassVar[str]
    key_names: ClassVar[tuple[str, ...]]
    type: ClassVar[str] = ""
    creates: ClassVar[bool] = False
    keeps: ClassVar[bool] = False
    sets: ClassVar[Mapping[str, Constant]] = {}
    timed: ClassVar[str] = ""
    dated: ClassVar[str] = ""
    upcast: ClassVar[Upcast | None] = None

    def __init_subclass__(
        cls,
        *,
        topic: str = "",
        entity: str = "",
        timed: str = "",
        type: str = "",  # noqa: A002 - the attribute's name in CloudEvents
        creates: bool = False,
        keeps: bool = False,
        sets: Mapping[str, Constant] | None = None,
        dated: str = "",
    ) -> None:
        super().__init_subclass__()
        if entity:
            cls.topic, cls.entity, cls.timed = topic, entity, timed
        if type:
            if not type.startswith(f"{cls.entity}."):
                raise TypeError(f"{cls.__name__}: the type {type} is not of entity {cls.entity}")
            cls.type, cls.creates, cls.sets = type, creates, dict(sets or {})
            cls.keeps, cls.dated = keeps, dated

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "entity" in kwargs:
            cls.key_names = tuple(cls.model_fields)


def reasons(error: ValidationError, *within: str) -> str:
    """The problems in one line: ``data.score: Input should be …, found 101; data.title: …``.

    ``within`` is what the fields are part of. Lists at most ten problems.
    """
    problems = error.errors(include_url=False)[:REASONS_MAX]
    return "; ".join(_reason(problem, within) for problem in problems)


def _reason(problem: ErrorDetails, within: tuple[str, ...]) -> str:
    names = [str(name)[:NAME_CHARACTERS_MAX] for name in (*within, *problem["loc"])]
    kind, pattern = problem["type"], problem.get("ctx", {}).get("pattern")
    message = f"{'.'.join(names) or 'event'}: {_NEEDED.get(pattern or kind, problem['msg'])}"
    if kind in _WITHOUT_INPUT or pattern == TEXT_PATTERN:
        return message
    return f"{message}, found {_found(problem['input'])}"


def _found(value: object) -> str:
    """An input as short JSON."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    short = value[:FOUND_CHARACTERS_MAX] if isinstance(value, str) else value
    text = json.dumps(short, ensure_ascii=False, default=str)
    return text if isinstance(value, str) else text[:FOUND_CHARACTERS_MAX]
