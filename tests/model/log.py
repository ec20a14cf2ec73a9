"""What becomes of a log of records: per subject, one after the other (docs/contract.md)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from tests.model.contract import BY_ENTITY, TIMED, TYPES, empty_row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(text: str) -> datetime:
    """A leap second is the second after it."""
    leaps = text[17:19] == "60"
    told = f"{text[:17]}59{text[19:]}" if leaps else text
    return datetime.fromisoformat(told.upper()).astimezone(UTC) + timedelta(seconds=leaps)


class Place(NamedTuple):
    """A number in a subject's sequence."""

    entity: str
    key: str
    sequence: int


@dataclass(frozen=True)
class Entry:
    """A record of the log and what its publisher meant by it.

    Exactly one of: a good event (``place`` and ``data``), a bad one (``reason``, and ``place``
    where it can be read), a type that nobody knows (``place`` where the entity is known).
    """

    topic: str
    partition: int
    offset: int
    published_at: int
    type: str
    time: str = ""
    place: Place | None = None
    data: Mapping[str, Any] | None = None
    reason: str | None = None
    id: str = ""

    @property
    def position(self) -> tuple[str, int, int]:
        return self.topic, self.partition, self.offset


@dataclass
class DeadLetter:
    """A dead letter."""

    entry: Entry
    reason: str


@dataclass
class Subject:
    """One subject: how far it came, its row, what waits, and its letters."""

    place: tuple[str, str]
    sparse: bool
    reached: int = 0
    newest_id: str = ""
    row: dict[str, Any] | None = None
    waiting: dict[int, Entry] = field(default_factory=dict)
    letters: list[DeadLetter] = field(default_factory=list)
    applied: list[Entry] = field(default_factory=list)

    def stands_at(self) -> tuple[int, int, int]:
        """The partition of what made the row (-1: more than one), the lowest and highest offset."""
        partitions = {entry.partition for entry in self.applied}
        offsets = [entry.offset for entry in self.applied]
        return -1 if len(partitions) > 1 else min(partitions), min(offsets), max(offsets)

    def id_at(self, sequence: int) -> str:
        """The id of the event with this number, where it is the newest or waits."""
        if sequence in self.waiting:
            return self.waiting[sequence].id
        return self.newest_id if sequence == self.reached else ""

    def open_letters(self) -> list[DeadLetter]:
        """Those at a place that is neither reached nor filled by what waits."""
        return [
            letter for letter in self.letters
            if letter.entry.place is not None
            and letter.entry.place.sequence > self.reached
            and letter.entry.place.sequence not in self.waiting
        ]  # fmt: skip

    def holes(self) -> list[tuple[int, int, int]]:
        """First and last of each run of missing numbers, and how many wait behind it."""
        if not self.waiting:
            return []
        lettered = {
            letter.entry.place.sequence for letter in self.open_letters() if letter.entry.place
        }
        missing = [
            n for n in range(self.reached + 1, max(self.waiting))
            if n not in self.waiting and n not in lettered
        ]  # fmt: skip
        runs: list[list[int]] = []
        for number in missing:
            if runs and runs[-1][-1] == number - 1:
                runs[-1].append(number)
            else:
                runs.append([number])
        return [(r[0], r[-1], sum(1 for n in self.waiting if n > r[-1])) for r in runs]

    def incomplete_since(self) -> int | None:
        """The broker's time of the oldest record that is a letter or waits."""
        held = [letter.entry for letter in self.open_letters()] + list(self.waiting.values())
        return min((entry.published_at for entry in held), default=None)


def heard(entry: Entry, prefix: str = "") -> Entry:
    """A record as its topic is heard: it speaks of the topic's own entities alone."""
    if entry.place is None or entry.topic == prefix + BY_ENTITY[entry.place.entity][0].topic:
        return entry
    reason = "wrong_topic" if entry.type in TYPES else None
    return replace(entry, place=None, data=None, reason=reason)


class Log:
    """Takes records one at a time, in the order of the log within each subject."""

    def __init__(
        self,
        entries: Iterable[Entry] = (),
        sparse_topics: frozenset[str] = frozenset(),
        prefix: str = "",
    ) -> None:
        self.subjects: dict[tuple[str, str], Subject] = {}
        self.unplaced: list[DeadLetter] = []
        self.passed_over: Counter[tuple[str, str]] = Counter()
        # Of each event whose number another has, by its subject's place and its id: the other's id.
        self.conflicts: dict[tuple[Place, str], str] = {}
        self.newest_time: datetime | None = None
        self._sparse_topics = sparse_topics
        self._prefix = prefix
        for entry in entries:
            self.take(entry)

    def rows(self, entity: str) -> dict[str, dict[str, Any]]:
        """The rows of an entity by key."""
        return {s.place[1]: s.row for s in self.subjects.values() if s.place[0] == entity and s.row}

    def take(self, entry: Entry) -> None:
        entry = heard(entry, self._prefix)
        known = entry.type in TYPES
        if entry.reason is None and not known:
            self.passed_over[entry.topic, entry.type] += 1
        if entry.place is None:
            if entry.reason is not None:
                self.unplaced.append(DeadLetter(entry, entry.reason))
            return
        subject = self._subject(entry.place)
        if entry.reason is not None:
            subject.letters.append(DeadLetter(entry, entry.reason))
            return
        first_id = subject.id_at(entry.place.sequence)
        if first_id not in ("", entry.id):
            self.conflicts.setdefault((entry.place, entry.id), first_id)
        if subject.sparse:
            if entry.place.sequence > subject.reached:
                self._apply(subject, entry, entry.place.sequence)
        elif entry.place.sequence > subject.reached and entry.place.sequence not in subject.waiting:
            subject.waiting[entry.place.sequence] = entry
            while subject.reached + 1 in subject.waiting:
                following = subject.reached + 1
                self._apply(subject, subject.waiting.pop(following), following)

    def _subject(self, place: Place) -> Subject:
        name = place.entity, place.key
        if name not in self.subjects:
            topic = BY_ENTITY[place.entity][0].topic
            self.subjects[name] = Subject(name, topic in self._sparse_topics)
        return self.subjects[name]

    def _apply(self, subject: Subject, entry: Entry, sequence: int) -> None:
        type_ = TYPES.get(entry.type)
        if type_ is None:
            if subject.row is None:
                # What is not understood cannot be a first event.
                subject.letters.append(DeadLetter(entry, "unknown_type"))
            else:
                subject.reached, subject.newest_id = sequence, entry.id
            return
        if subject.row is None and not type_.creates:
            subject.letters.append(DeadLetter(entry, "no_row"))
            return
        subject.reached, subject.newest_id = sequence, entry.id
        if (type_.creates and not type_.keeps) or subject.row is None:
            subject.row = empty_row(type_.entity)
        subject.row |= type_.effects
        subject.row |= type_.stored(entry.data or {})
        if type_.entity in TIMED:
            subject.row[TIMED[type_.entity]] = entry.time
        subject.applied.append(entry)
        # However fast a publisher's clock is: nothing is newer than its record.
        time = min(instant(entry.time), EPOCH + timedelta(milliseconds=entry.published_at))
        if self.newest_time is None or time > self.newest_time:
            self.newest_time = time
