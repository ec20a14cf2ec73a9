"""The year as a whole: its events in the order of their publication, and its habit logs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import Any, NamedTuple, Self

from homeroom.contract import EVENT_TYPES
from homeroom.local.oulad import students_of, teachers
from homeroom.local.year import coaching, curriculum, learning, services
from homeroom.local.year.characters import Character, character
from homeroom.local.year.facts import Calendar, Fact
from homeroom.publishing.events import OutgoingEvent

# The year is that of the real students who stayed to the end of this presentation.
CLASS = "AAA-2014J"
TOPICS = (
    "people", "missions", "curriculum", "profiler", "coaching", "portfolio", "talentscope",
    "subscriptions", "coach",
)  # fmt: skip
LOGS_MAX = 500

PARTS = (
    learning.account,
    learning.profile,
    learning.missions,
    learning.modules,
    learning.readiness,
    coaching.habits,
    coaching.goals,
    coaching.reflections,
    services.portfolio,
    services.subscription,
    services.recommendations,
)


class Request(NamedTuple):
    """Habit logs of one student, as many as are sent at once."""

    student_id: str
    logs: tuple[dict[str, Any], ...]


class Year:
    """The year of some students that ends when ``end`` begins, in UTC.

    The same end gives the same year; another one the same lives, on other days. The students are
    registered already, each with one event; ``len`` counts the year's events without habit logs,
    which students record themselves.
    """

    def __init__(self, end: date, students: Iterable[str], mentors: Sequence[str]) -> None:
        self.calendar = Calendar(end)
        self.characters = [character(student_id, mentors) for student_id in students]
        lives = chain.from_iterable(map(self._life, self.characters))
        every = chain(curriculum.facts(self.calendar), lives)
        # Sorting keeps the order of what happened in the same minute.
        self._facts = sorted((f for f in every if f.minute < 0), key=lambda fact: fact.minute)

    @classmethod
    def of_data_set(cls, end: date) -> Self:
        """The year of the students of CLASS, whose mentors are the data set's teachers."""
        return cls(end, students_of(CLASS), teachers())

    def _life(self, who: Character) -> Iterator[Fact]:
        for part in PARTS:
            yield from part(who, self.calendar)

    def __len__(self) -> int:
        return len(self._facts)

    def __iter__(self) -> Iterator[OutgoingEvent]:
        registered = {("student", (who.student_id,)): 1 for who in self.characters}
        sequences = Counter[tuple[str, tuple[str, ...]]](registered)
        for fact in self._facts:
            subject = (fact.type.partition(".")[0], fact.key)
            sequences[subject] += 1
            yield self._event(fact, sequences[subject])

    def _event(self, fact: Fact, sequence: int) -> OutgoingEvent:
        event_type = f"{fact.type}.v1"
        model = EVENT_TYPES[event_type]
        joined = "/".join(fact.key)
        return OutgoingEvent(
            type=event_type,
            source=f"/services/{model.topic}",
            id=f"{fact.type}/{joined}/{sequence}",
            subject=joined,
            sequence=sequence,
            time=self.calendar.instant(fact.minute),
            data={**dict(zip(model.key_names, fact.key, strict=True)), **fact.data},
        )

    def habit_logs(self) -> list[Request]:
        """All habit logs as requests, each student's in the order in which they were recorded."""
        return [request for who in self.characters for request in self._requests(who)]

    def _requests(self, who: Character) -> Iterator[Request]:
        logs = tuple(log.sent for log in coaching.habit_logs(who, self.calendar))
        for first in range(0, len(logs), LOGS_MAX):
            yield Request(who.student_id, logs[first : first + LOGS_MAX])
