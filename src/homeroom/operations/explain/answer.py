"""The parts of an explanation; scripts rely on their shape (docs/contract.md, "Commands")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from homeroom.operations.differences import Difference


@dataclass(frozen=True, slots=True)
class SetBy:
    """The event that set a field, and its place in the log."""

    topic: str
    partition: int
    offset: int
    id: str
    type: str
    time: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Field:
    """A value and the event that set it; None where that part of the log was not read."""

    value: Any
    event: SetBy | None


@dataclass(frozen=True, slots=True)
class Row:
    """An entity row, with the columns that the explained value rests on."""

    entity: str
    key: str
    sequence: int
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Step:
    """A projection between value and entities. ``found``: how many of its rows contribute.

    ``rows``: the first of them, up to the limit.
    """

    table: str
    found: int
    rows: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Count:
    """A total, or what comes first in a group. ``rows``: the number of its rows by relation.

    ``found``: what it is by these rows; ``column``: the aggregate where no column shows it alone.
    """

    table: str
    key: str
    column: str
    value: Any
    found: Any
    rows: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReadRange:
    """How far one partition was read: from ``first`` to before ``reached``; ``last`` was the aim.

    ``lost``: offsets of the range that the broker no longer has (retention, or another log).
    """

    topic: str
    partition: int
    first: int
    last: int
    reached: int
    lost: int = 0


@dataclass(frozen=True, slots=True)
class LogRead:
    """How much of the log was read. ``problem``: what was not read, and why."""

    complete: bool
    problem: str | None
    reached: Sequence[ReadRange] = ()


@dataclass(frozen=True, slots=True)
class Unapplied:
    """What is kept back of a subject: an open dead letter, a gap or a waiting event.

    ``id``: as `homeroom dead-letters list` has it; of a waiting event its place in the log.
    ``what``: ``dead_letter``, ``gap`` or ``waiting``; a gap ends at ``last_sequence``.
    """

    entity: str
    key: str
    what: str
    id: str
    sequence: int
    last_sequence: int
    detail: str


@dataclass(frozen=True, slots=True)
class ClosedLetter:
    """A dead letter of a subject that is closed: retried, discarded, or superseded.

    ``place``: in the log, topic:partition:offset. ``detail``: why it was one. ``by`` and ``why``:
    the operator's, None where it was superseded.
    """

    place: str
    sequence: int
    detail: str
    closed_as: str
    closed_at: datetime
    by: str | None = None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value with its definition, the rows that it rests on, and the events that set them.

    ``found``: the number of rows that the value rests on, by entity; ``cut``: whether ``rows``
    lists fewer. ``unapplied``: what is kept back of the subjects of these rows, up to the limit.
    ``in_several_partitions``: subjects whose events are in more than one.
    """

    table: str
    key: str
    column: str | None
    value: Any
    definition: str | None
    generation: str
    as_of: datetime | None
    counts: Sequence[Count]
    drift: Sequence[Difference]
    through: Sequence[Step]
    found: Mapping[str, int]
    cut: bool
    rows: Sequence[Row]
    unapplied: Sequence[Unapplied] = ()
    in_several_partitions: Sequence[str] = ()
    log: LogRead = field(default_factory=lambda: LogRead(False, "The log was not read."))


def plain(value: Any) -> Any:
    """A value as a JSON type: PostgreSQL's numerics become numbers."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
