"""The catalog: entities with their columns, and the event types that write them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from homeroom_kit.record_bounds import RECORD_BYTES_MAX

# Rises when the tables that every generation has, or hidden columns, change: then no code of before
# or after may write into the other's generation, and the fingerprint says so.
LAYOUT = 8
# The columns of an entity table that are no fields. The first three say which patch continues a
# row (`excluded` knows the target's columns only); the next three, where in the log its events
# stand; the last is the id of the event that has the row's sequence.
HIDDEN = (
    "sequence", "first_sequence", "mask", "partition", "first_offset", "last_offset", "event_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column and its value before any event has set it."""

    name: str
    sql_type: str
    empty: bool | None = None

    @property
    def is_nested(self) -> bool:
        """Whether its values are lists or objects."""
        return "[]" in self.sql_type or self.sql_type.startswith("json")


@dataclass(frozen=True)
class Entity:
    """An upstream thing and the private table that holds its rows.

    ``sparse``: the topic's publishers number with gaps (docs/contract.md, "Ordering").
    """

    name: str
    topic: str
    key: tuple[Column, ...]
    columns: tuple[Column, ...]
    sparse: bool = False

    @cached_property
    def key_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.key)

    @cached_property
    def column_names(self) -> tuple[str, ...]:
        """Key columns first, then the others."""
        return tuple(column.name for column in self.key + self.columns)

    @cached_property
    def nested(self) -> tuple[int, ...]:
        """Where among all columns those are that hold lists or objects."""
        return tuple(i for i, column in enumerate(self.key + self.columns) if column.is_nested)

    @cached_property
    def full_mask(self) -> int:
        """The bit mask of every column besides the key."""
        return (1 << len(self.columns)) - 1

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True)
class EventType:
    """One type of event: the columns that its data carries, and those that it sets by itself.

    ``validate`` takes the data as JSON bytes, or as Python has it after parsing, and returns the
    fields by name; it raises ValueError that says each problem. ``timed``: the column that takes
    the event's own time, or none. ``dated``: the field with a day that must not be to come.
    ``keeps``: one that creates sets its own columns alone, and leaves a row's others as they are.
    """

    name: str
    entity: Entity
    creates: bool
    fields: tuple[str, ...]
    sets: Mapping[str, str | bool]
    validate: Callable[[Any], Mapping[str, Any]]
    timed: str = ""
    dated: str = ""
    keeps: bool = False

    @cached_property
    def carried(self) -> tuple[tuple[int, str], ...]:
        """Where each carried field goes among the entity's columns besides the key."""
        position = {column.name: i for i, column in enumerate(self.entity.columns)}
        return tuple((position[n], n) for n in (*self.fields, self.timed) if n in position)

    @cached_property
    def constants(self) -> tuple[tuple[int, str | bool], ...]:
        position = {column.name: i for i, column in enumerate(self.entity.columns)}
        return tuple((position[name], value) for name, value in self.sets.items())

    @cached_property
    def anew(self) -> bool:
        """Whether it sets the whole row, whatever was there."""
        return self.creates and not self.keeps

    @cached_property
    def mask(self) -> int:
        """The columns that an event of this type sets: all of them where it makes the row anew."""
        if self.anew:
            return self.entity.full_mask
        mask = 0
        for i, _ in self.carried + self.constants:
            mask |= 1 << i
        return mask

    @cached_property
    def blank(self) -> list[Any]:
        """The columns besides the key as this type leaves them before its data is laid on."""
        values: list[Any] = [
            column.empty if self.creates else None for column in self.entity.columns
        ]
        for i, value in self.constants:
            values[i] = value
        return values


@dataclass(frozen=True)
class Catalog:
    """All entities and event types. Topics are named without the prefix.

    ``letter_bytes_max``: how much of its record a dead letter keeps.
    """

    entities: tuple[Entity, ...]
    event_types: tuple[EventType, ...]
    topic_prefix: str = ""
    letter_bytes_max: int = RECORD_BYTES_MAX

    @cached_property
    def entity_by_name(self) -> dict[str, Entity]:
        return {entity.name: entity for entity in self.entities}

    @cached_property
    def type_by_name(self) -> dict[str, EventType]:
        return {event_type.name: event_type for event_type in self.event_types}

    @cached_property
    def topics(self) -> tuple[str, ...]:
        """Topics as the broker names them."""
        return tuple(self.topic_prefix + t for t in dict.fromkeys(e.topic for e in self.entities))

    def broker_topic(self, entity: Entity) -> str:
        return self.topic_prefix + entity.topic

    def described(self) -> dict[str, Any]:
        """The contract as far as it makes tables: what a generation stores of it, as JSON."""
        return {
            "layout": LAYOUT,
            "entities": {
                e.name: {
                    "topic": e.topic,
                    "sparse": e.sparse,
                    "key": list(e.key_names),
                    "columns": {c.name: [c.sql_type, c.empty] for c in e.key + e.columns},
                }
                for e in self.entities
            },
            "event_types": {
                t.name: {
                    "creates": t.creates,
                    "fields": list(t.fields),
                    "sets": dict(t.sets),
                    "timed": t.timed,
                    "dated": t.dated,
                    **({"keeps": True} if t.keeps else {}),
                }
                for t in self.event_types
            },
        }

    def fingerprint(self, definitions: Mapping[str, str]) -> str:
        """The hash of contract and definitions: equal where both make the same tables."""
        described = {"contract": self.described(), "definitions": dict(definitions)}
        return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()[:16]
