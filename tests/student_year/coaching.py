"""How a student keeps going: habits and their logs, goals, reflections."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from tests.student_year.characters import Character
from tests.student_year.facts import DAY_MINUTES, Calendar, Fact

HABITS = (
    "Read for twenty minutes",
    "Solve one exercise",
    "Write three lines of notes",
    "Repeat yesterday's words",
    "Plan tomorrow",
)
# Phones that were off the net send their logs so much later.
OFFLINE_DAYS_MAX = 5
GOALS = (
    "Finish a module",
    "Hand in a mission",
    "Ask one question in the forum",
    "Explain a topic to a friend",
    "Tidy up the notes",
)


class HabitLog(NamedTuple):
    """A log as the student's own client would send it, and its minute."""

    minute: int
    sent: dict[str, Any]


class Habit(NamedTuple):
    """A habit that a student took up on a day, and perhaps gave up on another."""

    habit_id: str
    name: str
    started: int
    stopped: int | None
    hour: int
    kept: float
    """The share of days that it is done on."""


def habits_of(who: Character) -> list[Habit]:
    """The student's habits. People log in the morning, by their own clock."""
    chance = who.chance("habits")
    names = chance.sample(HABITS, chance.choices((1, 2, 3), (6, 3, 1))[0])
    found = []
    for number, name in enumerate(names, start=1):
        # Most took it up lately; some have kept it since they came.
        earliest, latest = max(who.joined, -90), -7
        if chance.random() < 0.15:
            earliest, latest = who.joined, who.joined + 10
        started = chance.randint(earliest, latest)
        stopped = chance.randint(started, -1) if chance.random() < 0.2 else None
        kept = 0.55 + 0.43 * who.diligence * chance.uniform(0.8, 1)
        habit_id = f"{who.student_id}-habit-{number}"
        found.append(Habit(habit_id, name, started, stopped, chance.randint(6, 10), kept))
    return found


def habits(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """Taking habits up and giving them up; their logs are the student's own to send."""
    for habit in habits_of(who):
        key = (habit.habit_id,)
        said = {
            "student_id": who.student_id,
            "name": habit.name,
            "started_on": calendar.day(habit.started),
        }
        began = who.minute(habit.started, 60 * habit.hour - 30)
        yield Fact("habit.started", began, key, said)
        if habit.stopped is not None:
            yield Fact("habit.stopped", who.minute(habit.stopped, 23 * 60), key, {})


def habit_logs(who: Character, calendar: Calendar) -> Iterator[HabitLog]:
    """The logs of all habits, in the order in which they were recorded."""
    made = (log for habit in habits_of(who) for log in _logs(who, calendar, habit))
    yield from sorted((log for log in made if log.minute < 0), key=lambda log: log.minute)


def _logs(who: Character, calendar: Calendar, habit: Habit) -> Iterator[HabitLog]:
    """A log of most days: done or not. Some come days later, and a few are corrected then."""
    chance = who.chance(f"logs of {habit.habit_id}")
    last = 1 if habit.stopped is None else habit.stopped
    for day in range(habit.started, last + 1):
        done = chance.random() < habit.kept
        if not done and chance.random() < 0.6:
            continue
        minute = who.minute(day, habit.hour * 60 + chance.randint(0, 59))
        if chance.random() < 0.03:
            minute += chance.randint(1, OFFLINE_DAYS_MAX) * DAY_MINUTES
        yield _log(calendar, habit, day, minute, 1, done=done)
        if chance.random() < 0.01:
            yield _log(calendar, habit, day, minute + 90, 2, done=not done)


def _log(
    calendar: Calendar, habit: Habit, day: int, minute: int, number: int, *, done: bool
) -> HabitLog:
    logged_on = calendar.day(day)
    return HabitLog(
        minute,
        {
            "id": f"{habit.habit_id}-{logged_on}-{number}",
            "habit_id": habit.habit_id,
            "logged_on": logged_on,
            "done": done,
            "recorded_at": calendar.instant(minute),
        },
    )


def goals(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """Small goals; those who are diligent set more and reach more. Some are for the last days."""
    chance = who.chance("goals")
    set_on: list[tuple[int, int | None]] = []
    day = who.joined + chance.randint(0, 7)
    while day < 0:
        due = day + chance.randint(2, 14)
        set_on.append((day, due if chance.random() < 0.85 else None))
        day += chance.randint(2, 8 + round(14 * (1 - who.diligence)))
    for due in (-1, 0):
        set_on += [(due - 1, due)] * chance.randint(0, 1 + round(3 * who.diligence))
    for number, (day, due_on) in enumerate(set_on, start=1):
        key = (f"{who.student_id}-goal-{number}",)
        yield from _goal(who, calendar, chance, key, day, due_on)


def _goal(
    who: Character,
    calendar: Calendar,
    chance: Random,
    key: tuple[str, ...],
    day: int,
    due_on: int | None,
) -> Iterator[Fact]:
    minute = who.minute(day, chance.randint(7 * 60, 12 * 60))
    said = {
        "student_id": who.student_id,
        "title": chance.choice(GOALS),
        "due_on": None if due_on is None else calendar.day(due_on),
    }
    yield Fact("goal.set", minute, key, said)
    fate = chance.random()
    days = 7 if due_on is None else due_on - day
    minute += chance.randint(60, max(1, days - 1) * DAY_MINUTES // 2)
    if fate < 0.5 + 0.4 * who.diligence:
        yield Fact("goal.completed", minute, key, {"completed_at": calendar.instant(minute)})
    elif fate > 0.95:
        yield Fact("goal.dropped", minute, key, {})


def reflections(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """Written now and then."""
    chance = who.chance("reflections")
    day, number = who.joined + chance.randint(1, 10), 0
    while day < 0:
        number += 1
        minute = who.minute(day, chance.randint(17 * 60, 22 * 60))
        said = {"student_id": who.student_id, "written_at": calendar.instant(minute)}
        yield Fact("reflection.written", minute, (f"{who.student_id}-reflection-{number}",), said)
        day += chance.randint(2, 6 + round(24 * (1 - who.diligence)))
