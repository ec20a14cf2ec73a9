"""What sort of student somebody is: drawn once, and what their year is then made from."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Literal

from tests.student_year.curriculum import TRACKS, Track
from tests.student_year.facts import DAY_MINUTES

SEED = "homeroom year"

# The hours that clocks there are ahead of UTC in winter: only roughly when people are up.
TIME_ZONES = {
    "Europe/London": 0,
    "America/New_York": -5,
    "America/Sao_Paulo": -3,
    "Africa/Nairobi": 3,
    "Asia/Kolkata": 5,
    "Pacific/Auckland": 12,
}
TIME_ZONE_WEIGHTS = (8, 5, 2, 2, 2, 1)
NO_TIME_ZONE_SHARE = 0.1
NO_MENTOR_SHARE = 0.1

Plan = Literal["none", "free", "starter3", "professional7", "ended"]
PLANS: tuple[Plan, ...] = ("none", "free", "starter3", "professional7", "ended")
PLAN_WEIGHTS = (15, 15, 40, 22, 8)

JOINED_DAYS_MIN, JOINED_DAYS_MAX = 30, 360


@dataclass(frozen=True, slots=True)
class Character:
    """A student. ``joined`` is a day, counted from the end of the year; diligence is 0 to 1."""

    student_id: str
    track: Track
    mentor_id: str | None
    time_zone: str | None
    plan: Plan
    joined: int
    diligence: float

    @property
    def days(self) -> int:
        """For how long the student has been there."""
        return -self.joined

    def chance(self, part: str) -> Random:
        """The dice for one part of the student's year, the same whatever the others throw."""
        return Random(f"{SEED}/{self.student_id}/{part}")

    def minute(self, day: int, local_minute: int) -> int:
        """A time of day on the student's own calendar, as a minute of the year."""
        ahead = TIME_ZONES.get(self.time_zone or "", 0)
        return day * DAY_MINUTES + local_minute - ahead * 60


def character(student_id: str, teachers: Sequence[str]) -> Character:
    """Who a student of this id is; the mentor is one of these teachers."""
    chance = Random(f"{SEED}/{student_id}")
    (time_zone,) = chance.choices(list(TIME_ZONES), TIME_ZONE_WEIGHTS)
    (plan,) = chance.choices(PLANS, PLAN_WEIGHTS)
    mentor_id = chance.choice(teachers)
    return Character(
        student_id,
        chance.choice(TRACKS),
        None if chance.random() < NO_MENTOR_SHARE else mentor_id,
        None if chance.random() < NO_TIME_ZONE_SHARE else time_zone,
        plan,
        -chance.randint(JOINED_DAYS_MIN, JOINED_DAYS_MAX),
        chance.betavariate(4, 2),
    )
