"""The rules of habit logs: which are well formed, which count, and which events follow.

Plain Python over what was looked up; nothing here asks or writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from homeroom.domain.days import today
from homeroom_kit.contract.event import reasons
from homeroom_kit.contract.fields import Day, Flag, Id, Instant

Status = Literal["recorded", "duplicate", "superseded", "rejected"]

# A clock that runs ahead would win against every later log of the day.
AHEAD_MAX = timedelta(minutes=5)
# East of a student's own calendar it is tomorrow already; further ahead nobody can be.
DAYS_AHEAD_MAX = timedelta(days=1)


class GivenLog(BaseModel):
    """One log as clients send it: whether a habit was done on a day, and when that was recorded."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    id: Id
    habit_id: Id
    logged_on: Day
    done: Flag
    recorded_at: Instant


@dataclass(frozen=True, slots=True)
class Log:
    """A well-formed log; ``id`` is the client's own."""

    id: str
    habit_id: str
    logged_on: str
    done: bool
    recorded_at: datetime

    @property
    def day(self) -> tuple[str, str]:
        """The key of the day that it is about: habit and date."""
        return self.habit_id, self.logged_on


Rule = Literal["", "no_habit", "too_early", "too_late", "clock_ahead", "quota"]


class Result(BaseModel):
    """The outcome for one log."""

    model_config = ConfigDict(frozen=True)

    id: str | None
    status: Status
    error: str | None = None
    _rule: Rule = PrivateAttr("")

    @classmethod
    def rejected(cls, log: Log, rule: Rule, error: str) -> Self:
        """The outcome for a well-formed log that cannot count."""
        result = cls(id=log.id, status="rejected", error=error)
        result._rule = rule
        return result

    @property
    def rule(self) -> Rule:
        """Which rule rejects the log, for whoever says it otherwise than ``error``; else empty."""
        return self._rule


@dataclass(frozen=True, slots=True)
class JudgedLog:
    """A log that was judged before: whether it was recorded, and by which command."""

    log: Log
    recorded: bool
    command_id: UUID


@dataclass(frozen=True, slots=True)
class DayNumber:
    """The newest sequence number of a day, and when its log was recorded."""

    sequence: int
    recorded_at: datetime
    command_id: UUID


@dataclass(frozen=True, slots=True)
class Quota:
    """How many logs of a student are taken in a day, and how many there were; 0: no limit."""

    logs_max: int = 0
    logs_before: int = 0

    def is_used_up(self, logs: int) -> bool:
        """Whether no further log is taken, after so many of this command."""
        return 0 < self.logs_max <= self.logs_before + logs


def parse(value: object) -> Log | Result:
    """The log, or its rejection where it is malformed."""
    try:
        return Log(**GivenLog.model_validate(value).__dict__)
    except ValidationError as error:
        named = value.get("id") if isinstance(value, dict) else None
        return Result(
            id=named if isinstance(named, str) else None, status="rejected", error=reasons(error)
        )


class Judge:
    """Judges the logs of one student one after the other, and collects the events that follow.

    ``habits``: the student's habits among those of the logs, with the day on which each began
    (null where no event has said it). ``sent``: logs judged before, by id.
    The caller fills ``numbers`` and ``applied`` for the days of the logs: with our own newest
    numbers, and with the read model's and when their logs were recorded (our own may be older, in a
    database that was restored).
    """

    def __init__(
        self,
        student_id: str,
        time_zone: str | None,
        now: datetime,
        habits: Mapping[str, str | None],
        sent: Mapping[str, JudgedLog],
        quota: Quota = Quota(),
    ) -> None:
        self.habits = habits
        self.numbers: dict[tuple[str, str], DayNumber] = {}
        self.applied: dict[tuple[str, str], tuple[int, datetime]] = {}
        # Judged now and not before; and the events that follow: student, log, sequence.
        self.new: list[JudgedLog] = []
        self.events: list[tuple[str, Log, int]] = []
        self.earlier_commands: set[UUID] = set()
        self._student_id = student_id
        self._last_day = today(now, time_zone) + DAYS_AHEAD_MAX
        self._latest = now + AHEAD_MAX
        self._sent = dict(sent)
        self._quota = quota
        self._changed: dict[tuple[str, str], bool] = {}

    def judge(self, log: Log, command_id: UUID) -> Result:
        """The outcome for a log of this command."""
        if known := self._sent.get(log.id):
            return self._again(log, known, command_id)
        if rejected := self._rejected(log):
            return rejected
        number = self.numbers.get(log.day)
        newest = [number.recorded_at] if number else []
        newest += [self.applied[log.day][1]] if log.day in self.applied else []
        counts = all(log.recorded_at > recorded_at for recorded_at in newest)
        sent = self._sent[log.id] = JudgedLog(log, counts, command_id)
        self.new.append(sent)
        if counts:
            self._number(log, number, command_id)
            return Result(id=log.id, status="recorded")
        if number is not None:
            self._rests_on(number.command_id, command_id)
        return Result(id=log.id, status="superseded")

    def _again(self, log: Log, known: JudgedLog, command_id: UUID) -> Result:
        if known.log != log:
            problem = "id: it was used before, for another log"
            return Result(id=log.id, status="rejected", error=problem)
        self._rests_on(known.command_id, command_id)
        return Result(id=log.id, status="duplicate" if known.recorded else "superseded")

    def _rests_on(self, earlier: UUID, command_id: UUID) -> None:
        if earlier != command_id:
            self.earlier_commands.add(earlier)

    def _rejected(self, log: Log) -> Result | None:
        """Why a log cannot count, if it cannot. Another student's habit counts as unknown."""
        if log.habit_id not in self.habits:
            return Result.rejected(log, "no_habit", "habit_id: you have no such habit")
        if (began := self.habits[log.habit_id]) is not None and log.logged_on < began:
            why = f"logged_on: {log.logged_on} is before the habit began, on {began}"
            return Result.rejected(log, "too_early", why)
        if date.fromisoformat(log.logged_on) > self._last_day:
            why = f"logged_on: {log.logged_on} is later than tomorrow"
            return Result.rejected(log, "too_late", why)
        if log.recorded_at > self._latest:
            why = "recorded_at: it is in the future; check the device's clock"
            return Result.rejected(log, "clock_ahead", why)
        if self._quota.is_used_up(len(self.new)):
            why = f"more than {self._quota.logs_max:,} logs in a day; send it again tomorrow"
            return Result.rejected(log, "quota", why)
        return None

    def _number(self, log: Log, before: DayNumber | None, command_id: UUID) -> None:
        """Assigns the next sequence number: above the last assigned one and the read model's."""
        self._changed.setdefault(log.day, before is not None)
        own = before.sequence if before else 0
        applied = self.applied[log.day][0] if log.day in self.applied else 0
        sequence = max(own, applied) + 1
        self.numbers[log.day] = DayNumber(sequence, log.recorded_at, command_id)
        self.events.append((self._student_id, log, sequence))

    def changed_numbers(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The new numbers of days that had an assigned number, and of those that had none."""
        parts: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])
        for day, was_there in self._changed.items():
            number = self.numbers[day]
            row = {
                "habit_id": day[0],
                "logged_on": day[1],
                "sequence": number.sequence,
                "recorded_at": number.recorded_at,
            }
            parts[0 if was_there else 1].append(row)
        return parts
