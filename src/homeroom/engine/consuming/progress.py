"""How far a worker is and what it has done.

The engine knows no metrics and no traces: they read its ``WorkerProgress`` when they need it,
and are called with each committed batch.
"""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from homeroom.engine.applying.writer import Applied
    from homeroom.engine.log.records import Partition


@dataclass(slots=True)
class WorkerProgress:
    """What a worker has done since it started, and how far it is.

    Another thread may read it: a field is set to a new value, not changed in place.
    """

    events: int = 0
    batches: int = 0
    dead_letters: int = 0
    waiting: int = 0
    conflicts: int = 0
    rebalances: int = 0
    stalls: int = 0
    # Names of errors after which the worker tried again.
    retries: Counter[str] = field(default_factory=Counter)
    # Set while the worker is connected to the database.
    generation: str | None = None
    # Whether it is a member of its group, and its partitions are at their positions.
    assigned: bool = False
    # The partitions that are assigned to it now, and the next offset in each.
    positions: Mapping["Partition", int] = field(default_factory=dict)
    # Of these, where what may be read ended when the brokers last said so.
    ends: Mapping["Partition", int] = field(default_factory=dict)
    # Times in seconds since 1970, of partitions that it has or had: all that was published before
    # this is applied; and when it first saw the partition.
    current_to: Mapping["Partition", float] = field(default_factory=dict)
    seen_since: Mapping["Partition", float] = field(default_factory=dict)
    # When the brokers last answered, on the monotonic clock.
    heard_at_seconds: float = field(default_factory=time.monotonic)
    # When the loop last turned, on the monotonic clock.
    turned_at_seconds: float = field(default_factory=time.monotonic)

    def add(self, applied: "Applied") -> None:
        self.events += applied.events
        self.batches += 1
        self.dead_letters += len(applied.dead_letters)
        self.waiting += applied.waiting
        self.conflicts += len(applied.conflicts)
        self.turned_at_seconds = time.monotonic()

    def count_on_from(self, earlier: "WorkerProgress") -> None:
        """Takes over the counters of the consumer before it, so that no counter ever falls."""
        for name in (
            "events", "batches", "dead_letters", "waiting", "conflicts", "rebalances", "stalls",
        ):  # fmt: skip
            setattr(self, name, getattr(earlier, name))
        self.retries = Counter(earlier.retries)

    def turned(self, positions: Mapping["Partition", int], assigned: bool, rebalances: int) -> None:
        """The loop has turned once more."""
        self.positions = dict(positions)
        self.assigned = assigned
        self.rebalances += rebalances
        self.turned_at_seconds = time.monotonic()

    def disconnected(self) -> None:
        self.generation = None
        self.assigned = False
        self.positions, self.ends = {}, {}

    def unready(self, silence_seconds_max: float) -> str:
        """Why the worker would not apply an event that came now; empty where it would.

        A silence of loop or brokers longer than this counts; a batch may take that long.
        """
        if self.generation is None:
            return "not connected to database and brokers"
        if not self.assigned:
            return "not a member of the group yet, or its partitions are being handed out"
        now = time.monotonic()
        if now - self.turned_at_seconds > silence_seconds_max:
            return f"the loop has not turned for {now - self.turned_at_seconds:.0f} seconds"
        if now - self.heard_at_seconds > silence_seconds_max:
            return f"the brokers have not answered for {now - self.heard_at_seconds:.0f} seconds"
        return ""

    def lag_events(self, partition: "Partition") -> int | None:
        """Log end less position; None while either is not known."""
        position, end = self.positions.get(partition), self.ends.get(partition)
        return None if position is None or end is None else max(0, end - position)

    def lag_seconds(self, partition: "Partition", now: float) -> float | None:
        """How long ago the oldest unapplied record was published, at most; 0 without lag.

        It came after the newest one applied, and after the worker was last at the log's end. A
        worker that has neither yet counts from when it first saw the partition. ``now``: seconds
        since 1970.
        """
        lag_events = self.lag_events(partition)
        since = self.current_to.get(partition) or self.seen_since.get(partition)
        if lag_events == 0:
            return 0.0
        return None if lag_events is None or since is None else max(0.0, now - since)


@dataclass(slots=True)
class Drift:
    """What a worker's verification has found.

    Another thread may read it: a field is set to a new value, not changed in place.

    ``rows``: by table, how many differ from their definition, as last seen; ``keys``: how many
    rows were compared, each as often as it was.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    keys: int = 0
