"""Log messages about records: each has topic, partition, offset, and the trace if it is known."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import structlog

from homeroom.engine.decoding.batch import Batch
from homeroom.engine.log.records import DeadLetter, Record, SequenceConflict
from homeroom.engine.log.trace_context import trace_id
from homeroom.errors import ConsumerStalled

log = structlog.get_logger(__name__)

# Of one batch. A topic full of bad records would otherwise bury all other messages.
LINES_MAX = 20
PARTITIONS_NAMED_MAX = 20


def where(record: Record) -> dict[str, Any]:
    """A record's place in the log and, where it has one, its trace."""
    place: dict[str, Any] = {
        "topic": record.topic, "partition": record.partition, "offset": record.offset
    }  # fmt: skip
    trace = trace_id(record)
    return place | {"trace_id": trace} if trace else place


def dead_letters_written(dead_letters: Sequence[DeadLetter]) -> None:
    """One line for each dead letter of a committed batch; those beyond the limit are counted."""
    for dead_letter in dead_letters[:LINES_MAX]:
        log.warning(
            "dead letter",
            reason=str(dead_letter.reason),
            detail=dead_letter.detail,
            **where(dead_letter.record),
            **_place(dead_letter),
        )
    rest = Counter((str(one.reason), one.record.topic) for one in dead_letters[LINES_MAX:])
    for (reason, topic), count in sorted(rest.items()):
        log.warning("more dead letters", reason=reason, topic=topic, letters=count)


def conflicts_found(conflicts: Sequence[SequenceConflict]) -> None:
    """The same for events whose numbers other events had before them."""
    for conflict in conflicts[:LINES_MAX]:
        event = conflict.event
        log.warning(
            "sequence conflict",
            type=conflict.type_name,
            entity=event.entity.name,
            subject=event.subject,
            sequence=event.sequence,
            event_id=event.id,
            first_event_id=conflict.first_id,
            **where(event.record),
        )
    rest = Counter((c.type_name, c.event.record.topic) for c in conflicts[LINES_MAX:])
    for (type_name, topic), count in sorted(rest.items()):
        log.warning("more sequence conflicts", type=type_name, topic=topic, events=count)


def _place(dead_letter: DeadLetter) -> dict[str, Any]:
    place = dead_letter.place
    if place is None:
        return {}
    return {"entity": place.entity.name, "subject": place.subject, "sequence": place.sequence}


def not_applicable(record: Record, error: Exception) -> None:
    """PostgreSQL refuses a record, which becomes a dead letter."""
    log.warning("record not applicable", error=str(error).strip(), **where(record))


def given_up(batch: Batch, error: Exception) -> None:
    """A batch was rolled back and is read again from its positions."""
    log.warning(
        "batch given up, read again",
        error=str(error).strip(),
        error_type=type(error).__name__,
        records=len(batch.records),
        positions=[
            {"topic": p.topic, "partition": p.partition, "offset": move.expected}
            for p, move in sorted(batch.moves.items())[:PARTITIONS_NAMED_MAX]
        ],
    )


def stalled(error: ConsumerStalled) -> None:
    """The consumer is made anew because it delivers nothing of a partition."""
    log.warning(
        "consumer stalled, made anew",
        topic=error.topic,
        partition=error.partition,
        offset=error.position,
        log_end=error.end,
    )


def too_slow(records: int, events_max: int) -> None:
    """A batch took longer than a transaction may; the next ones are smaller."""
    log.warning("batch took too long", records=records, events_max=events_max)


def kept_waiting(seconds: float) -> None:
    """A batch took too long because another writer held the tables."""
    log.warning("waited for another writer", seconds=round(seconds, 1))


def long_batch(place: tuple[str, int, int], seconds_max: float) -> None:
    """One event did not fit into the time of a session, and gets more."""
    topic, partition, offset = place
    log.warning(
        "one event takes long",
        topic=topic,
        partition=partition,
        offset=offset,
        seconds_max=seconds_max,
    )
