"""Topic ``nudges``: nudges that homeroom publishes for services that send push messages."""

from typing import Literal

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Text

NudgeKind = Literal["deadline", "streak", "review", "recommendation"]


class Nudge(EventData, topic="nudges", entity="nudge"):
    student_id: Id
    nudge_id: Id


class NudgeDue(Nudge, type="nudge.due.v1", creates=True):
    """A deadline is near, a streak is about to break, a review has arrived, or the coach urges."""

    kind: NudgeKind
    title: Text
    url: Text
    deep_link: Text
    due_at: Instant
