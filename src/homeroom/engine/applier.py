"""Applies batches whatever their records hold: what PostgreSQL will not take becomes a letter."""

import time
from collections.abc import Callable

import psycopg

from homeroom.engine import said
from homeroom.engine.apply import Writer
from homeroom.engine.batch import Batch, halves
from homeroom.engine.decode import Decoder
from homeroom.engine.failures import is_data_error, not_applicable
from homeroom.engine.progress import Committed


class Applier:
    """A writer, and whom to tell of each batch that it has committed."""

    def __init__(
        self,
        writer: Writer,
        decoder: Decoder,
        on_committed: Callable[[Committed], None] = lambda _: None,
    ) -> None:
        self.writer = writer
        self._decoder = decoder
        self._on_committed = on_committed

    async def apply(self, batch: Batch) -> None:
        """Applies a batch; a record with a data error is found by halving. As Writer.apply."""
        try:
            await self._commit(batch)
        except psycopg.DatabaseError as error:
            if not is_data_error(error) or not batch.records:
                raise
            if len(batch.records) > 1:
                for half in halves(batch, self._decoder):
                    await self.apply(half)
                return
            said.not_applicable(batch.records[0], error)
            await self._commit(not_applicable(batch, error))

    async def _commit(self, batch: Batch) -> None:
        started = time.time_ns()
        applied = await self.writer.apply(batch)
        self._on_committed(Committed(self.writer.schema, batch, applied, started, time.time_ns()))
