"""What a backfill reads, and what it says of a row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from homeroom_kit.contract.event import EventData
from homeroom_kit.errors import BackfillFailed
from homeroom_kit.publishing.typed import subject_of

Row = Mapping[str, Any]
"""A row of the statement, by the names of its columns."""

Said = EventData | tuple[EventData, datetime]
"""An event, or one with the time at which it happened; else that is now."""

Subject = tuple[str, str]
"""Entity and subject."""

SaidOf = dict[Subject, list[tuple[EventData, datetime | None]]]


@dataclass(frozen=True, slots=True)
class Backfill:
    """Rows and their events.

    ``select`` is a SELECT without parameters, LIMIT and ORDER BY; its rows are read in the order of
    the columns ``key``, which are unique together and never null, by an index. ``events`` says what
    creates a row's subjects and what follows from its state; it depends on the row alone.
    ``entities`` are all of which it says something (``exam``).
    """

    name: str
    select: str
    key: tuple[str, ...]
    entities: tuple[str, ...]
    events: Callable[[Row], Iterable[Said]]

    def said_of(self, rows: Iterable[Row]) -> SaidOf:
        """The events of rows by subject, in their order. Raises BackfillFailed."""
        said: SaidOf = {}
        for row in rows:
            for one in self.events(row):
                event, time = one if isinstance(one, tuple) else (one, None)
                said.setdefault((event.entity, subject_of(event)), []).append((event, time))
        for (entity, subject), events in said.items():
            self._look(entity, subject, events[0][0])
        return said

    def _look(self, entity: str, subject: str, first: EventData) -> None:
        if entity not in self.entities:
            raise BackfillFailed(
                self.name,
                f"it says {first.type} of {subject!r}, and {entity!r} is not among its entities",
            )
        if not first.creates:
            raise BackfillFailed(
                self.name,
                f"the first event of {entity} {subject!r} is {first.type}, which creates nothing",
            )
