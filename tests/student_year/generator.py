"""The year as a whole: its events in the order of their publication, and its habit logs."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, Self

import orjson

from homeroom.local.demo.year import CLASS, EVENTS_FILE, HABIT_LOGS_FILE, HabitLogs
from homeroom.local.oulad import students_of, teachers
from homeroom_kit.contract import EVENT_TYPES
from tests.student_year import coaching, curriculum, learning, services
from tests.student_year.characters import Character, character
from tests.student_year.facts import Calendar, Fact

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


def _line(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE).decode()


class GeneratedYear:
    """The year of some students, who are registered already, each with one event."""

    def __init__(self, students: Iterable[str], mentors: Sequence[str]) -> None:
        self._calendar = Calendar()
        self.characters = [character(student_id, mentors) for student_id in students]
        lives = chain.from_iterable(map(self._life, self.characters))
        every = chain(curriculum.facts(self._calendar), lives)
        # Sorting keeps the order of what happened in the same minute.
        self._facts = sorted((f for f in every if f.minute < 0), key=lambda fact: fact.minute)

    @classmethod
    def of_data_set(cls) -> Self:
        """The year of the students of CLASS, whose mentors are the data set's teachers."""
        return cls(students_of(CLASS), teachers())

    def files(self) -> dict[str, str]:
        """The names and texts of the files that homeroom ships."""
        return {
            EVENTS_FILE: "".join(map(_line, self.events())),
            HABIT_LOGS_FILE: "".join(_line(logs._asdict()) for logs in self.habit_logs()),
        }

    def _life(self, who: Character) -> Iterator[Fact]:
        for part in PARTS:
            yield from part(who, self._calendar)

    def events(self) -> Iterator[dict[str, Any]]:
        """All events but habit logs, which students record themselves: OutgoingEvent's fields."""
        registered = {("student", (who.student_id,)): 1 for who in self.characters}
        sequences = Counter[tuple[str, tuple[str, ...]]](registered)
        for fact in self._facts:
            subject = (fact.type.partition(".")[0], fact.key)
            sequences[subject] += 1
            yield self._event(fact, sequences[subject])

    def _event(self, fact: Fact, sequence: int) -> dict[str, Any]:
        event_type = f"{fact.type}.v1"
        model = EVENT_TYPES[event_type]
        joined = "/".join(fact.key)
        return {
            "type": event_type,
            "source": f"/services/{model.topic}",
            "id": f"{fact.type}/{joined}/{sequence}",
            "subject": joined,
            "sequence": sequence,
            "time": self._calendar.instant(fact.minute),
            "data": {**dict(zip(model.key_names, fact.key, strict=True)), **fact.data},
        }

    def habit_logs(self) -> list[HabitLogs]:
        """All habit logs, each student's in the order in which they were recorded."""
        return [logs for who in self.characters for logs in self._habit_logs(who)]

    def _habit_logs(self, who: Character) -> Iterator[HabitLogs]:
        logs = tuple(log.sent for log in coaching.habit_logs(who, self._calendar))
        for first in range(0, len(logs), LOGS_MAX):
            yield HabitLogs(who.student_id, logs[first : first + LOGS_MAX])
