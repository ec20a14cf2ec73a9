"""The calendar of a student's habits, and lines through values."""

from datetime import date, timedelta

import pytest

from homeroom.api.pages.trend_lines import trend_line
from homeroom.domain.days import HabitRun
from homeroom.domain.habit_calendar import habit_calendar

# A Wednesday.
DAY = date(2026, 3, 4)


def run(first: int, last: int, done: bool = True, habit_id: str = "H-1") -> HabitRun:
    """A run that began and ended so many days ago."""
    return HabitRun(habit_id, DAY - timedelta(days=first), DAY - timedelta(days=last), done)


def levels(*runs: HabitRun, habits: int = 1) -> list[int]:
    """Those of the last ten days."""
    weeks = habit_calendar(runs, habits, DAY)
    return [day.level for week in weeks for day in week][-10:]


def test_weeks_begin_on_monday_and_the_last_ends_today() -> None:
    weeks = habit_calendar([], 0, DAY)
    assert [len(week) for week in weeks] == [7] * 11 + [3]
    assert weeks[0][0].on == date(2025, 12, 15)
    assert weeks[-1][-1].on == DAY


def test_a_run_that_goes_beyond_the_weeks_fills_them() -> None:
    weeks = habit_calendar([run(1000, -1000)], 1, DAY)
    assert {day.level for week in weeks for day in week} == {4}


@pytest.mark.parametrize(("done", "level"), [(0, 0), (1, 1), (2, 2), (3, 2), (4, 3), (7, 4)])
def test_a_level_is_the_share_of_the_habits_in_quarters(done: int, level: int) -> None:
    runs = [run(0, 0, habit_id=f"H-{n}") for n in range(done)]
    assert levels(*runs, habits=7)[-1] == level


def test_runs_are_counted_on_their_days_alone() -> None:
    assert levels(run(8, 6), run(1, 1), run(0, 0, done=False)) == [0, 4, 4, 4, 0, 0, 0, 0, 4, 0]
    (today,) = habit_calendar([run(0, 0, done=False)], 1, DAY)[-1][-1:]
    assert (today.done, today.missed) == (0, 1)


def test_days_before_and_after_the_weeks_count_nowhere() -> None:
    assert set(levels(run(-1, -5), run(500, 400))) == {0}


def test_a_line_goes_from_the_first_value_to_the_last() -> None:
    line = trend_line([(10, 42.0), (15, 58.0), (20, 50.0)])
    assert line is not None
    assert (line.low, line.high) == (40, 60)
    assert line.points == "0.0,54.0 150.0,6.0 300.0,30.0"
    assert line.end == "M300.0 30.0h0"


def test_one_value_is_a_point_and_none_is_no_line() -> None:
    line = trend_line([(10, 50.0)])
    assert line is not None
    assert (line.points, line.low, line.high) == ("300.0,60.0", 50, 60)
    assert trend_line([]) is None
