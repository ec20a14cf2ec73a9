"""How far a worker is and what it has done.

The engine knows no metrics and no traces: they read its ``WorkerProgress`` when they need it,
and are called with each committed batch.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
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
    passed_over: int = 0
    new_sources: int = 0
    rebalances: int = 0
    stalls: int = 0
    # Names of errors after which the worker tried again.
    retries: Counter[str] = field(default_factory=Counter)
    # Set while the worker is connected to the database.
    generation: str | None = None
    # The name of its consumer group; empty before it is connected for the first time.
    group: str = ""
    # Whether it is a member of its group, and its partitions are at their positions.
    assigned: bool = False
    # The partitions that are assigned to it now, and the next offset in each.
    positions: Mapping["Partition", int] = field(default_factory=dict)
    # Of these, where what may be read ended when the brokers last said so.
    ends: Mapping["Partition", int] = field(default_factory=dict)
    # Of all partitions of the generation's topics, whoever has them: its position, and where what
    # may be read ends. Looked up now and then; empty where the brokers do not say.
    everywhere: Mapping["Partition", tuple[int, int]] = field(default_factory=dict)
    # Of those of which all that may be read is applied: since when, in seconds since 1970, an open
    # transaction has held back what follows.
    held_since: Mapping["Partition", float] = field(default_factory=dict)
    # Times in seconds since 1970, of partitions that it has or had: all that was published before
    # this is applied; and when it first saw the partition.
    current_to: Mapping["Partition", float] = field(default_factory=dict)
    seen_since: Mapping["Partition", float] = field(default_factory=dict)
    # Where another generation is live than those that this worker feeds: why that is, where the
    # live one is, and since when there was more, by partition, in seconds since 1970.
    live_elsewhere: str = ""
    live_by_flink: bool = False
    live_positions: Mapping["Partition", int] = field(default_factory=dict)
    live_behind_since: Mapping["Partition", float] = field(default_factory=dict)
    # What else than the usual batches it is at, and since when, on the monotonic clock.
    busy: tuple[str, float] | None = None
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
        self.passed_over += applied.passed_over
        self.new_sources += applied.new_sources
        self.turned_at_seconds = time.monotonic()

    def count_on_from(self, earlier: "WorkerProgress") -> None:
        """Takes over the counters of the consumer before it, so that no counter ever falls."""
        for name in (
            "events", "batches", "dead_letters", "waiting", "conflicts", "passed_over",
            "new_sources", "rebalances", "stalls",
        ):  # fmt: skip
            setattr(self, name, getattr(earlier, name))
        self.retries = Counter(earlier.retries)

    def turned(self, positions: Mapping["Partition", int], assigned: bool, rebalances: int) -> None:
        """The loop has turned once more."""
        self.positions = dict(positions)
        self.assigned = assigned
        self.rebalances += rebalances
        self.turned_at_seconds = time.monotonic()

    @contextmanager
    def busy_with(self, what: str) -> Iterator[None]:
        """Tells what the worker is at within the block, which may take long."""
        self.busy = (what, time.monotonic())
        try:
            yield
        finally:
            self.busy = None

    def busy_seconds(self) -> float:
        return time.monotonic() - self.busy[1] if self.busy else 0.0

    def disconnected(self) -> None:
        self.generation = None
        self.assigned = False
        self.positions, self.ends, self.held_since, self.everywhere = {}, {}, {}, {}

    def fed_from_here(self) -> None:
        """This worker feeds the live generation."""
        self.live_by_flink = False
        self.live_elsewhere, self.live_positions, self.live_behind_since = "", {}, {}

    def not_fed_from_here(
        self, live: str, positions: Mapping["Partition", int], *, waits: bool, by_flink: bool
    ) -> None:
        """Another generation is live, and stands at these positions.

        ``waits``: for a swap; ``by_flink``: no worker is to feed it.
        """
        now = time.time()
        self.live_by_flink = by_flink
        behind = {p for p, end in self.ends.items() if positions.get(p, 0) < end}
        before = self.live_behind_since
        self.live_behind_since = {
            # What stands still is behind from its first event on; what moves is not.
            p: before[p] if p in before and positions.get(p) == self.live_positions.get(p) else now
            for p in behind
        }
        self.live_positions = positions
        self.live_elsewhere = (
            f"waits until the rebuild of this version is swapped in: {live} is of another one"
            if waits
            else f"the live generation {live} is not fed from here: a worker of the version that "
            "made it must run"
        )

    def unready(self, silence_seconds_max: float) -> str:
        """Why the worker would not apply an event that came now; empty where it would.

        A silence of loop or brokers longer than this counts; a batch may take that long.
        """
        if self.live_by_flink:
            # It does all that is left to workers.
            return ""
        if self.live_elsewhere:
            return self.live_elsewhere
        if (busy := self.busy) is not None:
            return f"{busy[0]}, since {time.monotonic() - busy[1]:.0f} seconds"
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

    @property
    def reported(self) -> Mapping["Partition", int]:
        """The live generation's positions of the partitions that are assigned to it."""
        if not self.live_elsewhere:
            return self.positions
        return {p: self.live_positions.get(p, 0) for p in self.positions}

    def lag_everywhere(self) -> Mapping["Partition", int]:
        """Log end less position of the live generation, of all partitions, whoever has them."""
        live = self.live_positions if self.live_elsewhere else None
        return {
            p: max(0, end - (position if live is None else live.get(p, 0)))
            for p, (position, end) in self.everywhere.items()
        }

    def lag_events(self, partition: "Partition") -> int | None:
        """Log end less position; None while either is not known."""
        position, end = self.reported.get(partition), self.ends.get(partition)
        return None if position is None or end is None else max(0, end - position)

    def lag_seconds(self, partition: "Partition", now: float) -> float | None:
        """How long ago the oldest unapplied record was published, at most; 0 without lag.

        It came after the newest one applied, and after the worker was last at the log's end. A
        worker that has neither yet counts from when it first saw the partition. ``now``: seconds
        since 1970.
        """
        lag_events = self.lag_events(partition)
        since = self.current_to.get(partition) or self.seen_since.get(partition)
        if self.live_elsewhere:
            since = self.live_behind_since.get(partition)
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
