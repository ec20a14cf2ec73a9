"""What a real service answers while everything goes on, held against the plain model."""

import random
import threading
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple

from homeroom.settings import Settings
from tests.model.contract import TYPES, empty_row
from tests.model.log import Entry
from tests.property.histories import History, Published
from tests.support.commands import serving

# Those of a load are rarely registered, and of no school.
TEACHER = "T-ASKED"
CLASSES = ("C-1", "C-2", "C-3")
PATH = "classes/recent"
PAUSE_SECONDS = 0.05
# A good one; nobody is registered under the id.
EXPECTED = (200, 404)


class ClassShown(NamedTuple):
    """A class as the dashboard of a teacher shows it."""

    teacher_id: str
    class_id: str
    name: str
    code: str
    subject: str


def with_classes_to_ask_for(load: Sequence[Published], seed: int) -> list[Published]:
    """The load with one event in twenty about a teacher, or a class of that teacher's.

    Each event of a class sets all that is shown of it, to what no other event does.
    """
    made, chance, published = History(), random.Random(seed), list[Published]()

    def add(type_name: str, key: str, number: int, **data: object) -> None:
        published.append(made._made(TYPES[type_name], key, number, data, chance))

    add("teacher.registered.v1", TEACHER, 1, teacher_id=TEACHER, name="Ada", email=None,
        organization_id=None)  # fmt: skip
    for key in CLASSES:
        add("class.created.v1", key, 1, class_id=key, organization_id=None, teacher_id=TEACHER,
            name="1", code="1", subject="1", created_at="2026-03-01T09:00:00Z")  # fmt: skip
    numbers = dict.fromkeys(CLASSES, 1)
    for one, other in enumerate(load):
        published.append(other)
        if one % 20 == 0:
            key = chance.choice(CLASSES)
            number = numbers[key] = numbers[key] + 1
            told = dict.fromkeys(("name", "code", "subject"), str(number))
            add("class.updated.v1", key, number, class_id=key, **told)
    return published


class Answers(threading.Thread):
    """Asks for the teacher's classes until it is ended.

    ``shown``: the different rows of all good answers, each with the greatest number of students;
    ``wrong``: what is no answer at all.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._ended = threading.Event()
        self.good = 0
        self.shown: dict[ClassShown, int] = {}
        self.wrong: list[str] = []
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            with serving(self._settings) as service:
                while not self._ended.wait(PAUSE_SECONDS):
                    self._take(service.ask(TEACHER, PATH))
        except Exception as error:  # noqa: BLE001 - told by end()
            self.failed = error

    def _take(self, answer: Any) -> None:
        if answer.status_code not in EXPECTED:
            self.wrong.append(f"{answer.status_code} {answer.text}")
        if answer.status_code != 200:
            return
        self.good += 1
        for row in answer.json()["data"]["classes"]:
            shown = ClassShown(
                TEACHER, row["_id"], row["className"], row["classCode"], row["subject"]
            )
            self.shown[shown] = max(row["totalStudents"], self.shown.get(shown, 0))

    def end(self) -> None:
        self._ended.set()
        self.join()


def impossible(answers: Answers, log: Iterable[Entry], *, discards: bool) -> list[ClassShown]:
    """The rows that no prefix of the log allows. ``discards``: dead letters may have been.

    A class is as its first events made it, however many those are, and has no more students than
    ever had an enrollment there.
    """
    entries = list(log)
    allowed, students = set[ClassShown](), dict[str, set[str]]()
    for key in {e.place.key for e in entries if e.place and e.place.entity == "class"}:
        allowed |= _shown(key, entries, discards=discards)
    for place in (entry.place for entry in entries):
        if place is not None and place.entity == "enrollment":
            students.setdefault(place.key.split("/")[0], set()).add(place.key)
    return [
        shown for shown, most in answers.shown.items()
        if shown not in allowed or most > len(students.get(shown.class_id, ()))
    ]  # fmt: skip


def _shown(key: str, entries: list[Entry], *, discards: bool) -> set[ClassShown]:
    """Every way in which a class may be shown.

    Where two events have one number, either may have come first: they lie in several partitions.
    """
    at: dict[int, list[Entry]] = {}
    for entry in entries:
        if entry.place is not None and (entry.place.entity, entry.place.key) == ("class", key):
            at.setdefault(entry.place.sequence, []).append(entry)
    states: list[dict[str, Any] | None] = [None]
    shown: set[ClassShown] = set()
    for sequence in count(1):
        following: list[dict[str, Any] | None] = []
        for entry in at.get(sequence, ()):
            if entry.reason is not None:
                following += states if discards else []
            else:
                following += [after for row in states if (after := _after(row, entry)) is not None]
        states = [row for n, row in enumerate(following) if row not in following[:n]]
        if not states:
            return shown
        shown |= {
            ClassShown(row["teacher_id"], key, row["name"], row["code"], row["subject"])
            for row in states
            if row is not None and not row["deleted"] and row["organization_id"] is None
        }
    raise AssertionError


def _after(row: dict[str, Any] | None, entry: Entry) -> dict[str, Any] | None:
    """A row after an event; None where the event is a dead letter."""
    known = TYPES.get(entry.type)
    if known is None:
        return row
    if row is None and not known.creates:
        return None
    before = empty_row(known.entity) if row is None or known.creates else row
    return before | known.effects | known.stored(entry.data or {})
