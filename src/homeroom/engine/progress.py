"""How a worker stands and what it has done, for whoever watches it.

The engine knows no metrics and no traces: they read a worker's ``Progress`` when asked, and are
told of each committed batch.
"""

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeroom.engine.apply import Applied
    from homeroom.engine.batch import Batch, Partition


@dataclass(slots=True)
class Progress:
    """What a worker has done since it started, and how it stands.

    Another thread may read it: a field is set to a new value, not changed in place.
    """

    events: int = 0
    batches: int = 0
    letters: int = 0
    waiting: int = 0
    rebalances: int = 0
    stalls: int = 0
    # Names of errors after which the worker tried again.
    retries: Counter[str] = field(default_factory=Counter)
    # Set while the worker is connected to the database.
    generation: str | None = None
    # Whether it is a member of its group and its partitions are at their positions.
    settled: bool = False
    # The partitions that it has now, and the next offset in each.
    positions: Mapping["Partition", int] = field(default_factory=dict)
    # When the loop last turned, on the monotonic clock.
    turned_at_seconds: float = field(default_factory=time.monotonic)

    def add(self, applied: "Applied") -> None:
        self.events += applied.events
        self.batches += 1
        self.letters += applied.letters
        self.waiting += applied.waiting

    def turned(self, positions: Mapping["Partition", int], settled: bool, rebalances: int) -> None:
        """The loop has turned once more."""
        self.positions = dict(positions)
        self.settled = settled
        self.rebalances += rebalances
        self.turned_at_seconds = time.monotonic()

    def disconnected(self) -> None:
        self.generation = None
        self.settled = False
        self.positions = {}

    def unready(self, silence_seconds_max: float) -> str:
        """Why the worker would not apply an event that came now; empty where it would."""
        if self.generation is None:
            return "not connected to database and brokers"
        if not self.settled:
            return "not a member of the group yet, or its partitions are being handed out"
        silence_seconds = time.monotonic() - self.turned_at_seconds
        if silence_seconds > silence_seconds_max:
            return f"the loop has not turned for {silence_seconds:.0f} seconds"
        return ""


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch that is in the tables now. Times are in nanoseconds since 1970."""

    generation: str
    batch: "Batch"
    applied: "Applied"
    started_nanoseconds: int
    ended_nanoseconds: int


# Told of each committed batch, from the worker's loop: must return soon, and must not raise.
Observer = Callable[[Committed], None]
