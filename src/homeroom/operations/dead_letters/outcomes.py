"""What retries and discards have come to."""

from dataclasses import dataclass
from typing import NamedTuple

from homeroom.operations.dead_letters.listing import DeadLetterId


class Retried(NamedTuple):
    """The outcome of a retry: ``applied``, ``waiting`` behind a gap, or ``refused`` again."""

    dead_letter: DeadLetterId
    outcome: str
    detail: str


@dataclass(slots=True)
class ActionResult:
    """The outcome of an action.

    ``let_go``: how many waiting events were applied; ``became_dead_letters``: how many could not be
    applied when their turn came.
    """

    retried: list[Retried]
    discarded: int = 0
    let_go: int = 0
    became_dead_letters: int = 0

    def with_more(self, other: "ActionResult") -> "ActionResult":
        """Both together."""
        return ActionResult(
            self.retried + other.retried, self.discarded + other.discarded,
            self.let_go + other.let_go, self.became_dead_letters + other.became_dead_letters,
        )  # fmt: skip
