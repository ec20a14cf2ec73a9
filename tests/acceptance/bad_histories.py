"""Whole subjects with something wrong in them, and what must be left of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from homeroom.engine.decoding.envelope import SEQUENCE_MAX
from homeroom.engine.log.records import StoredRecord
from tests.support.bad_envelopes import INPUTS
from tests.support.bad_input import Input, Place
from tests.support.good_input import EXAM, Good, Kind

Records = Callable[[Good], Sequence[StoredRecord]]
DeadLetter = tuple[str, int | None, str | None]


@dataclass(frozen=True)
class Left:
    """What is left of a subject.

    ``reached``: its row's sequence, 0 without a row; ``letters``: reason, place, and as what it is
    closed; ``waiting``: sequences; ``holes``: first and last.
    """

    reached: int
    letters: tuple[DeadLetter, ...] = ()
    waiting: tuple[int, ...] = ()
    holes: tuple[tuple[int, int], ...] = ()

    @property
    def incomplete(self) -> bool:
        return bool(self.waiting) or any(place and not closed for _, place, closed in self.letters)


@dataclass(frozen=True)
class History:
    """The records of one subject, in the order in which they are published."""

    records: Records
    left: Left
    kind: Kind = EXAM
    told: tuple[str, ...] = ()


def around(given: Input) -> History:
    """One good event, the input, and another good event behind it."""
    if given.place is Place.TAKEN:
        return _taken(given)
    if given.place is Place.KEPT:
        left = Left(1, ((given.reason or "", 2, None),), (3,))
    else:
        letters: tuple[DeadLetter, ...] = ((given.reason, None, None),) if given.reason else ()
        left = Left(1, letters, (3,), ((2, 2),))
    return History(
        lambda g: [g.at(1).record(), given.make(g.at(2)), g.at(3).record()],
        left, given.kind, given.told,
    )  # fmt: skip


def _taken(given: Input) -> History:
    """What follows must not set the same columns: within a batch that would hide the input."""
    if given.kind is EXAM:
        return History(lambda g: [g.at(1).record(), given.make(g.at(2)), scheduled(g, 3)], Left(3))
    return History(lambda g: [g.at(1).record(), given.make(g.at(2))], Left(2), given.kind)


def bad(g: Good, sequence: int) -> StoredRecord:
    return g.at(sequence).but(title=5)


def well(g: Good, *sequences: int) -> list[StoredRecord]:
    return [g.at(sequence).record() for sequence in sequences]


def scheduled(g: Good, sequence: int) -> StoredRecord:
    """An event that does not create."""
    made = g.at(sequence).record({"exam_id": g.key, "scheduled_at": "2026-01-02T03:04:05Z"})
    return made._replace(
        headers=tuple((n, b"exam.scheduled.v1" if n == "ce_type" else v) for n, v in made.headers)
    )


def unknown(g: Good, sequence: int) -> StoredRecord:
    return g.at(sequence).record(ce_type=b"exam.sung.v1")


INVALID = "invalid_data"
CLOSED = "superseded"
WHOLE: dict[str, History] = {
    "a bad event, corrected at its place": History(
        lambda g: [*well(g, 1), bad(g, 2), *well(g, 3, 2)], Left(3, ((INVALID, 2, CLOSED),))),
    "a bad copy of an event that is applied": History(
        lambda g: [*well(g, 1, 2), bad(g, 2), bad(g, 1), *well(g, 3)],
        Left(3, ((INVALID, 1, CLOSED), (INVALID, 2, CLOSED)))),
    "a bad copy of an event that waits": History(
        lambda g: [*well(g, 1, 3), bad(g, 3)],
        Left(1, ((INVALID, 3, CLOSED),), (3,), ((2, 2),))),
    "a bad event that comes twice": History(
        lambda g: [*well(g, 1), bad(g, 2), bad(g, 2), *well(g, 3)],
        Left(1, ((INVALID, 2, None), (INVALID, 2, None)), (3,))),
    "a bad event that comes twice, then corrected": History(
        lambda g: [*well(g, 1), bad(g, 2), bad(g, 2), *well(g, 3, 2)],
        Left(3, ((INVALID, 2, CLOSED), (INVALID, 2, CLOSED)))),
    "a bad event that nothing follows": History(
        lambda g: [*well(g, 1), bad(g, 2)], Left(1, ((INVALID, 2, None),))),
    "a bad event that is the first": History(
        lambda g: [bad(g, 1), *well(g, 2, 3)], Left(0, ((INVALID, 1, None),), (2, 3))),
    "a bad event behind a hole": History(
        lambda g: [*well(g, 1), bad(g, 3), *well(g, 5)],
        Left(1, ((INVALID, 3, None),), (5,), ((2, 2), (4, 4)))),
    "a first event that does not create": History(
        lambda g: [scheduled(g, 1), *well(g, 2)], Left(0, (("no_row", 1, None),), (2,)),
        told=("exam.scheduled.v1 does not create", "no row", "first event")),
    "a first event that does not create, corrected": History(
        lambda g: [scheduled(g, 1), *well(g, 2, 1)], Left(2, (("no_row", 1, CLOSED),))),
    "an unknown first event, then one that does not create": History(
        lambda g: [unknown(g, 1), scheduled(g, 2), *well(g, 3)],
        Left(0, (("unknown_type", 1, None),), (2, 3)), told=("is not known", "no row")),
    "an unknown first event, then one that creates": History(
        lambda g: [unknown(g, 1), *well(g, 2, 3)],
        Left(0, (("unknown_type", 1, None),), (2, 3))),
    "an unknown first event, corrected": History(
        lambda g: [unknown(g, 1), *well(g, 2, 1)], Left(2, (("unknown_type", 1, CLOSED),))),
    "a number left out": History(lambda g: well(g, 1, 3, 4), Left(1, (), (3, 4), ((2, 2),))),
    "numbers backwards": History(lambda g: well(g, 3, 2, 1), Left(3)),
    "the greatest number": History(
        lambda g: well(g, 1, SEQUENCE_MAX),
        Left(1, (), (SEQUENCE_MAX,), ((2, SEQUENCE_MAX - 1),))),
    "the greatest number, bad": History(
        lambda g: [*well(g, 1), bad(g, SEQUENCE_MAX), *well(g, 2)],
        Left(2, ((INVALID, SEQUENCE_MAX, None),))),
    "a teacher named twice": History(
        lambda g: [*well(g, 1), g.at(2).but(assigned_teachers=["T2", "T1", "T2", "T1"])], Left(2)),
    "everything twice": History(lambda g: well(g, 1, 1, 2, 1, 2, 3, 3), Left(3)),
}  # fmt: skip
HISTORIES = {name: around(given) for name, given in INPUTS.items()} | WHOLE
