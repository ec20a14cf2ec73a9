"""Topic ``talentscope``: how ready students are."""

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Day, Id, Int32, Score, Texts


class Readiness(EventData, topic="talentscope", entity="readiness"):
    student_id: Id
    scored_on: Day


class ReadinessScored(Readiness, type="readiness.scored.v1", creates=True, dated="scored_on"):
    """A student's readiness on a day; the gaps have the worst first.

    A score of a day that is to come would hide all others until then.
    """

    score: Score
    gaps: Texts
    time_to_ready_days: Int32 | None
