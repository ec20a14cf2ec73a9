"""Events that come behind all that waits of their subject: what they cost does not grow with it.

Nothing is decided anew by them: the number that is missing is missing still. So none of the waiting
events is read. Every other case is ``resolution``'s.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg import AsyncConnection

from homeroom.engine.log.records import Event
from homeroom.engine.ordering import store
from homeroom.engine.ordering.discards import Discards
from homeroom.engine.ordering.gaps import gaps
from homeroom.engine.ordering.rule import Outcome, SubjectState


async def put_behind(
    connection: AsyncConnection[Any],
    subjects: Sequence[SubjectState],
    events: Mapping[str, Sequence[Event]],
    discards: Discards,
) -> dict[str, int]:
    """Keeps what comes behind all that waits; returns how many events, by the subjects' keys.

    ``subjects``: of one entity, without a dead letter or an operator's decision in the batch.
    """
    candidates = {
        s.key: s
        for s in subjects
        if not s.entity.sparse
        and not s.written
        and _rises(events.get(s.key, ()))
        and not discards.of(s.entity.name, s.key)
    }
    if not candidates:
        return {}
    entity = next(iter(candidates.values())).entity.name
    kept: dict[str, int] = {}
    for key, first, last in await store.bounds_of_waiting(connection, entity, list(candidates)):
        arrived = sorted(events[key], key=lambda event: event.sequence)
        if first > candidates[key].sequence + 1 and arrived[0].sequence > last:
            # As if what waits were applied: only numbers behind it can be missing anew.
            outcome = Outcome(candidates[key], last, has_row=True, waits=arrived)
            await store.put_behind(connection, entity, key, arrived, gaps(outcome, ()))
            kept[key] = len(arrived)
    return kept


def _rises(events: Sequence[Event]) -> bool:
    """Whether there are events, each with a number of its own."""
    return bool(events) and len({event.sequence for event in events}) == len(events)
