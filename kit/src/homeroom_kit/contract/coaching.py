"""Topic ``coaching``: habits and their logs, goals, reflections. Days are the student's own."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Day, Flag, Id, Instant, Text


class Habit(EventData, topic="coaching", entity="habit"):
    habit_id: Id


class HabitStarted(Habit, type="habit.started.v1", creates=True):
    """A student took up a habit."""

    student_id: Id
    name: Text
    started_on: Day


class HabitStopped(Habit, type="habit.stopped.v1", sets={"stopped": True}):
    """A student gave a habit up."""


class HabitLog(EventData, topic="coaching", entity="habit_log", timed="recorded_at"):
    habit_id: Id
    logged_on: Day


class HabitLogRecorded(HabitLog, type="habit_log.recorded.v1", creates=True):
    """A student said of one day whether it was done, or corrected that."""

    student_id: Id
    done: Flag


class Goal(EventData, topic="coaching", entity="goal"):
    goal_id: Id


class GoalSet(Goal, type="goal.set.v1", creates=True):
    """A student set a goal."""

    student_id: Id
    title: Text
    due_on: Day | None


class GoalCompleted(Goal, type="goal.completed.v1"):
    """A goal was reached."""

    completed_at: Instant


class GoalDropped(Goal, type="goal.dropped.v1", sets={"dropped": True}):
    """A goal was given up."""


class Reflection(EventData, topic="coaching", entity="reflection"):
    reflection_id: Id


class ReflectionWritten(Reflection, type="reflection.written.v1", creates=True):
    """A student wrote a reflection."""

    student_id: Id
    written_at: Instant
