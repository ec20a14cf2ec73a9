"""What a real service answers while everything goes on, held against the plain model."""

import threading
from collections.abc import Iterable
from itertools import count
from typing import Any, NamedTuple

from homeroom.settings import Settings
from tests.model.contract import TYPES, empty_row
from tests.model.log import Entry
from tests.support.commands import serving
from tests.support.waiting import wait_for

TEACHERS = ("T1", "T2")
PATH = "classes/recent"
PAUSE_SECONDS = 0.05
# Good ones; a token that may not ask (any more); nobody is registered under the id.
EXPECTED = (200, 401, 403, 404)


class ClassShown(NamedTuple):
    """A class as the dashboard of a teacher shows it."""

    teacher_id: str
    class_id: str
    name: str
    code: str
    subject: str


class Answers(threading.Thread):
    """Asks for the classes of each teacher in turn, until it is ended.

    ``shown``: the different rows of all good answers, each with the greatest number of students;
    ``wrong``: what is no answer at all.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(daemon=True)
        self._settings = settings
        self._ended = threading.Event()
        self.asked = self.good = 0
        self.shown: dict[ClassShown, int] = {}
        self.wrong: list[str] = []
        self.failed: Exception | None = None

    def run(self) -> None:
        try:
            with serving(self._settings) as service:
                while not self._ended.wait(PAUSE_SECONDS):
                    for teacher in TEACHERS:
                        self._take(teacher, service.ask(teacher, PATH))
        except Exception as error:  # noqa: BLE001 - told by end()
            self.failed = error

    def _take(self, teacher: str, answer: Any) -> None:
        self.asked += 1
        if answer.status_code not in EXPECTED:
            self.wrong.append(f"{answer.status_code} {answer.text}")
        if answer.status_code != 200:
            return
        self.good += 1
        for row in answer.json()["data"]["classes"]:
            shown = ClassShown(
                teacher, row["_id"], row["className"], row["classCode"], row["subject"]
            )
            self.shown[shown] = max(row["totalStudents"], self.shown.get(shown, 0))

    def end(self) -> None:
        """Ends it once it has asked at all: a busy machine takes long to start the service."""
        wait_for(lambda: self.asked or self.failed)
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
    return before | dict(known.sets) | known.stored(entry.data or {})
