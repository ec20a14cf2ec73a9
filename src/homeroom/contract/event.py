"""What an event type is: a class that names its fields and what the type itself means.

An *entity* is an abstract subclass of Event that names its topic and its key. An *event type* is a
concrete subclass of an entity: its name on the wire, the fields that its data carries, and the
columns that the type itself sets. Contract, section 1.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationError

Constant = str | bool
REASONS_MAX = 10


class Event(BaseModel):
    """The data of one event. Unknown fields are ignored, known ones are taken strictly."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True, allow_inf_nan=False)

    topic: ClassVar[str]
    entity: ClassVar[str]
    key: ClassVar[tuple[str, ...]]
    type: ClassVar[str] = ""
    creates: ClassVar[bool] = False
    sets: ClassVar[Mapping[str, Constant]] = {}

    def __init_subclass__(
        cls,
        *,
        topic: str = "",
        entity: str = "",
        type: str = "",  # noqa: A002 - the attribute's name in CloudEvents
        creates: bool = False,
        sets: Mapping[str, Constant] | None = None,
    ) -> None:
        super().__init_subclass__()
        if entity:
            cls.topic, cls.entity = topic, entity
        if type:
            if not type.startswith(f"{cls.entity}."):
                raise TypeError(f"{cls.__name__}: the type {type} is not of entity {cls.entity}")
            cls.type, cls.creates, cls.sets = type, creates, dict(sets or {})

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        if "entity" in kwargs:
            cls.key = tuple(cls.model_fields)


def reasons(error: ValidationError, *within: str) -> str:
    """What is wrong, in one line: ``data.score: Input should be …; data.title: Field required``.

    ``within`` is what the fields are part of. The first ten problems are told.
    """
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{'.'.join((*within, *map(str, e['loc']))) or 'event'}: {e['msg']}"
        for e in problems[:REASONS_MAX]
    )
