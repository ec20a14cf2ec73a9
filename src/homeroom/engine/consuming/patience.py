"""How long a batch may take: as long as a session, or, for one heavy event alone, much longer.

A frozen process does not hold its locks for as long: PostgreSQL ends a silent transaction
(``homeroom.database``), and a usual one after the session's timeout.
"""

import psycopg

from homeroom.engine import log_messages
from homeroom.engine.applying.applier import BatchApplier
from homeroom.engine.applying.failures import took_too_long
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.consuming.batch_size import BatchSize
from homeroom.engine.consuming.progress import WorkerProgress
from homeroom.engine.decoding.batch import Batch

# Who waited longer for its locks was not slow itself.
OTHERS_SECONDS_MIN = 1.0

# Topic, partition and offset of a record.
Place = tuple[str, int, int]


class Patience:
    """Limits the transactions of one generation's consumer, over all of its connections."""

    def __init__(
        self, size: BatchSize, progress: WorkerProgress, usual_seconds: float, long_seconds: float
    ) -> None:
        self._size = size
        self._progress = progress
        self._usual_seconds = usual_seconds
        self._long_seconds = long_seconds
        # The records of a batch that took too long, until it is known why.
        self._too_slow: set[Place] = set()
        # Events of which one alone took too long.
        self._heavy: set[Place] = set()

    async def prepare(self, writer: BatchWriter) -> None:
        """Sets up a writer's session, and finds out why the last batch took too long.

        One that only waited for another writer's locks is not too large. The worker is not a member
        of its group yet, so whoever can work on its partitions has them.
        """
        await writer.prepare(self._long_seconds)
        if self._too_slow:
            with self._progress.busy_with("waiting for another writer of the tables"):
                seconds = await writer.wait_for_others()
            if seconds > OTHERS_SECONDS_MIN:
                log_messages.kept_waiting(seconds)
            else:
                if len(self._too_slow) == 1:
                    self._heavy |= self._too_slow
                self._size.too_slow(len(self._too_slow))
                log_messages.too_slow(len(self._too_slow), self._size.events_max)
            self._too_slow = set()
        await writer.limit(self._usual_seconds)

    async def apply(self, applier: BatchApplier, batch: Batch) -> None:
        """Applies a batch within its limit; raises as BatchApplier.apply."""
        heavy = self._heavy and self._heavy & _places(batch)
        seconds_max = self._long_seconds if heavy else self._usual_seconds
        if applier.writer.seconds_max != seconds_max:
            await applier.writer.limit(seconds_max)
        if not heavy:
            return await applier.apply(batch)
        log_messages.long_batch(min(heavy), seconds_max)
        with self._progress.busy_with("applying one event with many consequences"):
            await applier.apply(batch)
        self._heavy -= heavy
        return None

    def failed(self, batch: Batch, error: psycopg.Error, seconds: float) -> None:
        """Notes it where a batch failed because of how long it took."""
        had_long = self._heavy & _places(batch)
        if took_too_long(error, seconds, self._long_seconds if had_long else self._usual_seconds):
            self._too_slow = _places(batch)


def _places(batch: Batch) -> set[Place]:
    return {(r.topic, r.partition, r.offset) for r in batch.records}
