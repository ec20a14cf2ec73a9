"""Applies batches of any content: a record that PostgreSQL refuses becomes a dead letter."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from homeroom.engine import log_messages
from homeroom.engine.applying.failures import is_data_error, not_applicable
from homeroom.engine.applying.writer import Applied, BatchWriter
from homeroom.engine.decoding.batch import Batch, halves
from homeroom.engine.decoding.decoder import Decoder


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch that is in the tables now. Times are in nanoseconds since 1970."""

    generation: str
    batch: Batch
    applied: Applied
    started_nanoseconds: int
    ended_nanoseconds: int


# Called with each committed batch, in the worker's loop: must return soon, and must not raise.
OnCommitted = Callable[[Committed], None]


class BatchApplier:
    """Applies batches by a writer, and calls a function with each that has committed."""

    def __init__(
        self,
        writer: BatchWriter,
        decoder: Decoder,
        on_committed: Callable[[Committed], None] = lambda _: None,
    ) -> None:
        self.writer = writer
        self._decoder = decoder
        self._on_committed = on_committed

    async def apply(self, batch: Batch) -> None:
        """Applies a batch; a record with a data error is found by halving. As BatchWriter.apply."""
        try:
            await self._commit(batch)
        except psycopg.DatabaseError as error:
            if not is_data_error(error) or not batch.records:
                raise
            if len(batch.records) > 1:
                for half in halves(batch, self._decoder):
                    await self.apply(half)
                return
            log_messages.not_applicable(batch.records[0], error)
            await self._commit(not_applicable(batch, error))

    async def _commit(self, batch: Batch) -> None:
        started = time.time_ns()
        applied = await self.writer.apply(batch)
        self._on_committed(Committed(self.writer.schema, batch, applied, started, time.time_ns()))
