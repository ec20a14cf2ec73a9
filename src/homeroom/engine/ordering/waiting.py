"""Reads what waits of some subjects without having all of it in memory.

The records are read one after the other, and of each event only what the rule of order looks at is
kept: a few hundred bytes. Its fields are references to where it waits. A fold lays them over each
other like values, so that in the end a patch refers to the fields that no later event sets, and
these alone are loaded.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import aclosing
from copy import copy
from typing import Any, NamedTuple

from psycopg import AsyncConnection

from homeroom.engine.catalog import Entity
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.log.records import (
    DeadLetter,
    Event,
    PassedOver,
    Place,
    Reason,
    StoredRecord,
    UnloadedRecord,
)
from homeroom.engine.ordering import store
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.fold import Patch

# What patches refer to is loaded and written for so many bytes of records at once.
LOADED_BYTES_MAX = 8 * 1024 * 1024


class WaitingField(NamedTuple):
    """A field of an event that waits. ``record_bytes``: of the whole value that it stands in."""

    sequence: int
    name: str
    record_bytes: int


class WaitingFields(Mapping[str, WaitingField]):
    """All fields of an event that waits, whatever their names."""

    __slots__ = ("_record_bytes", "_sequence")

    def __init__(self, sequence: int, record_bytes: int) -> None:
        self._sequence = sequence
        self._record_bytes = record_bytes

    def __getitem__(self, name: str) -> WaitingField:
        return WaitingField(self._sequence, name, self._record_bytes)

    def __iter__(self) -> Iterator[str]:
        raise TypeError("the fields of an event that waits are not listed")

    def __len__(self) -> int:
        raise TypeError("the fields of an event that waits are not listed")


class Waiting(NamedTuple):
    """What waits, by the subject's key: events, and what this code refuses by now."""

    events: defaultdict[str, list[Event]]
    refused: defaultdict[str, list[DeadLetter]]


class WaitingReader:
    """Reads over the writer's connection, within its transaction."""

    def __init__(self, connection: AsyncConnection[Any], decoder: Decoder) -> None:
        self._connection = connection
        self._decoder = decoder

    async def read(
        self, entity: Entity, keys: Sequence[str], discards: Discards,
        refused: Mapping[tuple[str, str, int], str],
    ) -> Waiting:  # fmt: skip
        """What waits of some subjects of one entity, without fields and content of records.

        ``refused``: what PostgreSQL refuses of it, as in Batch.
        """
        waiting = Waiting(defaultdict(list), defaultdict(list))
        # One string for all events of a subject.
        own = {key: key for key in keys}
        async with aclosing(store.waiting_of(self._connection, entity.name, keys)) as records:
            async for key, sequence, record in records:
                decoded = self._decoder.decode(record)
                if detail := refused.get((entity.name, key, sequence)):
                    decoded = DeadLetter(Reason.NOT_APPLICABLE, detail, None, record)
                if isinstance(decoded, PassedOver) and decoded.event is not None:
                    decoded = decoded.event
                if isinstance(decoded, Event):
                    waiting.events[key] += discards.emptied([_unloaded(decoded, own[key], record)])
                elif isinstance(decoded, DeadLetter):
                    place = Place(entity, own[key], sequence)
                    waiting.refused[key].append(
                        DeadLetter(decoded.reason, decoded.detail, place, UnloadedRecord.of(record))
                    )
        return waiting

    async def loaded(self, entity: Entity, patches: Iterable[Patch]) -> AsyncIterator[list[Patch]]:
        """Patches of one entity with the values that they refer to, some at a time.

        They are copies: a caller that forgets them forgets the values.
        """
        for group in _groups(patches):
            copies = [copy(patch) for patch in group]
            await self._load(entity, copies)
            yield copies

    async def _load(self, entity: Entity, patches: Iterable[Patch]) -> None:
        missing: dict[tuple[str, int], list[tuple[list[Any], int, str]]] = defaultdict(list)
        for patch in patches:
            patch.values = patch.values.copy()
            for i, value in enumerate(patch.values):
                if isinstance(value, WaitingField):
                    missing[patch.subject, value.sequence].append((patch.values, i, value.name))
        if not missing:
            return
        async with aclosing(store.waiting_at(self._connection, entity.name, missing)) as records:
            async for key, sequence, record in records:
                event = self._decoder.decode(record)
                assert isinstance(event, Event)
                for values, i, name in missing[key, sequence]:
                    values[i] = event.values[name]


def _unloaded(event: Event, key: str, record: StoredRecord) -> Event:
    """The same event without its content; ``key``: its subject."""
    return Event(
        event.entity, event.type, key, event.sequence, event.time,
        WaitingFields(event.sequence, len(record.value or b"")), UnloadedRecord.of(record),
        event.unknown_type, event.id,
    )  # fmt: skip


def _groups(patches: Iterable[Patch]) -> Iterator[list[Patch]]:
    """Patches in groups that do not refer to more than LOADED_BYTES_MAX, or of one patch."""
    group: list[Patch] = []
    size = 0
    for patch in patches:
        fields = {v.sequence: v.record_bytes for v in patch.values if isinstance(v, WaitingField)}
        needed = sum(fields.values())
        if group and size + needed > LOADED_BYTES_MAX:
            yield group
            group, size = [], 0
        group.append(patch)
        size += needed
    if group:
        yield group
