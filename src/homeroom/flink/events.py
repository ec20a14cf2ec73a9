"""Event types as the script reads them: which fields of a record set which columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args, get_origin

from homeroom.engine.catalog import Catalog, Entity, EventType
from homeroom.errors import NotForFlink
from homeroom_kit import contract
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import SqlType
from homeroom_kit.contract.upcasting import upcasters

CHOICE = "choice"
_TWO_DECIMALS = {"marks", "marks above 0", "amount"}
Constant = str | bool | int | None


@dataclass(frozen=True, slots=True)
class WireField:
    """A field of an event's data, with its name on the wire; ``kind`` as docs/contract.md names it.

    ``choices``: of a choice.
    """

    wire: str
    kind: str
    nullable: bool
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class FlinkEvent:
    """One event type, of the version that its name says.

    ``key``: the fields of the subject, in their order; ``fields``: all that its data must have;
    ``sets``: by column of the entity, the field or the constant that it takes, or None where the
    column takes the event's time. Columns that are missing are left as they are.
    """

    name: str
    type: EventType
    key: tuple[str, ...]
    fields: tuple[WireField, ...]
    sets: Mapping[str, "WireField | Value"]
    dated: WireField | None


@dataclass(frozen=True, slots=True)
class Value:
    """What a type itself sets: a constant, or the event's own time."""

    constant: Constant = None
    is_time: bool = False


def events_of(catalog: Catalog, entity: Entity) -> tuple[FlinkEvent, ...]:
    """The event types of an entity; NotForFlink where an upcaster does more than rename."""
    return tuple(
        _event(catalog.type_by_name[event.type], event)
        for event in next(e for e in contract.ENTITIES if e.name == entity.name).events
    )


def with_two_decimals(catalog: Catalog, entity: Entity) -> set[str]:
    """The columns that have two decimals at most, whichever event sets them."""
    kinds: dict[str, set[str]] = {}
    for event in events_of(catalog, entity):
        for column, value in event.sets.items():
            if isinstance(value, WireField):
                kinds.setdefault(column, set()).add(value.kind)
    return {column for column, said in kinds.items() if said <= _TWO_DECIMALS}


def wire_names(catalog: Catalog, topic: str) -> tuple[str, ...]:
    """All fields that the events of a topic have."""
    return tuple(
        dict.fromkeys(
            field.wire
            for entity in catalog.entities
            if entity.topic == topic
            for event in events_of(catalog, entity)
            for field in event.fields
        )
    )


def _event(type_: EventType, event: type[EventData]) -> FlinkEvent:
    fields = dict(_fields(event))
    carried = upcast(event, fields)
    by_column = {column.name: column for column in type_.entity.columns}
    sets: dict[str, WireField | Value] = {}
    if type_.anew:
        sets = {name: Value(column.empty) for name, column in by_column.items()}
    sets |= {name: Value(constant) for name, constant in type_.sets.items()}
    sets |= {name: value for name, value in carried.items() if name in by_column}
    if type_.timed:
        sets[type_.timed] = Value(is_time=True)
    key = tuple(fields[name].wire for name in type_.entity.key_names)
    dated = carried[type_.dated] if type_.dated else None
    assert not isinstance(dated, Value)
    return FlinkEvent(event.type, type_, key, tuple(fields.values()), sets, dated)


def _fields(event: type[EventData]) -> Iterator[tuple[str, WireField]]:
    for name, info in event.model_fields.items():
        options = get_args(info.annotation)
        nullable = type(None) in options and get_origin(info.annotation) is not Literal
        kind, choices = _kind(info.annotation, info.metadata)
        yield name, WireField(info.alias or name, kind, nullable, choices)


def _kind(annotation: Any, metadata: list[Any]) -> tuple[str, tuple[str, ...]]:
    for item in metadata:
        if isinstance(item, SqlType):
            return item.kind, ()
    if get_origin(annotation) is Literal:
        return CHOICE, get_args(annotation)
    for argument in get_args(annotation):
        if argument is not type(None):
            return _kind(argument, list(getattr(argument, "__metadata__", ())))
    raise TypeError(f"{annotation!r} is of no kind")


def upcast(event: type[EventData], fields: Mapping[str, WireField]) -> dict[str, WireField | Value]:
    """What the columns take of an older version's fields; raises NotForFlink.

    An upcaster is a function of Python. One that hands fields on, under whatever names, and adds
    constants is known by what it makes of tokens; another one cannot be written in SQL.
    """
    made = _through(event, dict(fields))
    without: dict[str, Any] = {n: None if f.nullable else f for n, f in fields.items()}
    expected = {
        name: None if isinstance(value, WireField) and value.nullable else value
        for name, value in made.items()
    }
    if _through(event, without) != expected:
        raise _no_plain_upcaster(event)
    return {
        name: value if isinstance(value, WireField) else Value(value)
        for name, value in made.items()
    }


def _through(event: type[EventData], fields: dict[str, Any]) -> dict[str, Any]:
    try:
        for function in upcasters(event):
            fields = function(fields)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise _no_plain_upcaster(event) from None
    for value in fields.values():
        if not isinstance(value, WireField | str | bool | int | None):
            raise _no_plain_upcaster(event)
    return fields


def _no_plain_upcaster(event: type[EventData]) -> NotForFlink:
    return NotForFlink(
        event.type, "its upcaster computes, and Flink's SQL has no Python",
        "Let the upcaster hand fields on and add constants alone, or publish the newest version.",
    )  # fmt: skip
