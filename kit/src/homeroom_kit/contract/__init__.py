"""The contract with upstream services: one module per topic, one class per event type.

``ENTITIES`` is the whole contract in the order in which it is documented.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

from homeroom_kit.contract import (
    assignments,
    batches,
    classes,
    coach,
    coaching,
    curriculum,
    exams,
    missions,
    notifications,
    nudges,
    payments,
    people,
    portfolio,
    profiler,
    progress,
    question_banks,
    resources,
    subscriptions,
    talentscope,
    teaching,
)
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import SqlType
from homeroom_kit.contract.upcasting import newest_version

MODULES: tuple[ModuleType, ...] = (
    classes,
    exams,
    assignments,
    missions,
    people,
    question_banks,
    profiler,
    coaching,
    curriculum,
    portfolio,
    talentscope,
    subscriptions,
    coach,
    nudges,
    batches,
    teaching,
    progress,
    payments,
    notifications,
    resources,
)


@dataclass(frozen=True, slots=True)
class EntityColumn:
    """A column of an entity table. ``empty`` is its value before any event has set it."""

    name: str
    sql_type: str
    empty: bool | None


@dataclass(frozen=True, slots=True)
class EntityContract:
    """An upstream entity: its key, its columns besides the key, and its event types.

    Of a type with several versions all are there; the newest one makes the columns.
    """

    name: str
    topic: str
    key: tuple[EntityColumn, ...]
    columns: tuple[EntityColumn, ...]
    events: tuple[type[EventData], ...]


def _event_classes(module: ModuleType) -> Iterator[type[EventData]]:
    for value in vars(module).values():
        if (
            isinstance(value, type)
            and issubclass(value, EventData)
            and value.__module__ == module.__name__
        ):
            yield value


def _sql_type(annotation: Any, metadata: list[Any]) -> str:
    """The column type of a field: ``X | None`` is that of ``X``, a Literal is short text."""
    for item in metadata:
        if isinstance(item, SqlType):
            return item.name
    if get_origin(annotation) is Literal:
        return 'varchar(32) COLLATE "C"'
    for argument in get_args(annotation):
        if argument is not type(None):
            return _sql_type(argument, list(getattr(argument, "__metadata__", ())))
    raise TypeError(f"{annotation!r} names no column type")


def _constant_column(name: str, value: str | bool) -> EntityColumn:
    if isinstance(value, bool):
        return EntityColumn(name, "boolean", False)
    return EntityColumn(name, 'varchar(32) COLLATE "C"', None)


def _entity(base: type[EventData], events: tuple[type[EventData], ...]) -> EntityContract:
    columns: dict[str, EntityColumn] = {}
    fields = {
        name: EntityColumn(name, _sql_type(field.annotation, field.metadata), None)
        for event in events
        for name, field in event.model_fields.items()
    }
    for event in (event for event in events if newest_version(event) is event):
        of_event = [
            EntityColumn(name, _sql_type(field.annotation, field.metadata), None)
            for name, field in event.model_fields.items()
        ]
        # What a type sets may be what another one says.
        of_type = [fields.get(n) or _constant_column(n, value) for n, value in event.sets.items()]
        of_time = [EntityColumn(base.timed, "timestamptz", None)] if base.timed else []
        for column in of_event + of_type + of_time:
            if columns.setdefault(column.name, column) != column:
                raise TypeError(f"{event.__name__}.{column.name} differs from another event's")
    key = tuple(columns.pop(name) for name in base.key_names)
    return EntityContract(base.entity, base.topic, key, tuple(columns.values()), events)


def _entities() -> Iterator[EntityContract]:
    for module in MODULES:
        classes = list(_event_classes(module))
        for base in classes:
            if not base.type:
                yield _entity(base, tuple(e for e in classes if e.type and e.entity == base.entity))


ENTITIES: tuple[EntityContract, ...] = tuple(_entities())
EVENT_TYPES: dict[str, type[EventData]] = {e.type: e for entity in ENTITIES for e in entity.events}
TOPICS: tuple[str, ...] = tuple(dict.fromkeys(entity.topic for entity in ENTITIES))
