"""Applies batches of any content: a record that PostgreSQL refuses becomes a dead letter."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from homeroom.engine import log_messages
from homeroom.engine.applying.failures import is_data_error, not_applicable, refusal
from homeroom.engine.applying.released import first_refused
from homeroom.engine.applying.writer import Applied, BatchWriter
from homeroom.engine.decoding.batch import Batch, halves
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.ordering import store
from homeroom.engine.ordering.discards import DiscardsChanged


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
        """Applies a batch; a record with a data error is found by halving. As BatchWriter.apply.

        It may be an event that waited for the batch's one: then that becomes the dead letter.
        """
        try:
            await self._commit(batch)
        except psycopg.DatabaseError as error:
            if not is_data_error(error) or not batch.records:
                raise
            if len(batch.records) > 1:
                for half in halves(batch, self._decoder):
                    await self.apply(half)
                return
            if await self._finds_refused(batch, error):
                await self._commit(batch)
                return
            log_messages.not_applicable(batch.records[0], error)
            await self._commit(not_applicable(batch, error))

    async def _finds_refused(self, batch: Batch, error: psycopg.DatabaseError) -> bool:
        """Whether one that waits behind the batch's event is refused; the batch names it then."""
        if not batch.events:
            return False
        connection, event = self.writer.connection, batch.events[0]
        subject = event.entity.name, event.subject

        async def fits(number: int) -> bool:
            batch.refused_waiting = {(*subject, number): refusal(error)}
            try:
                async with connection.transaction(force_rollback=True):
                    await self.writer.apply_within(batch)
            except DiscardsChanged:
                await self.writer.read_discards()
                return await fits(number)
            except psycopg.DatabaseError as again:
                if not is_data_error(again):
                    raise
                return False
            return True

        number = await first_refused(await store.numbers_waiting(connection, *subject), fits)
        batch.refused_waiting = {} if number is None else {(*subject, number): refusal(error)}
        return number is not None

    async def _commit(self, batch: Batch) -> None:
        started = time.time_ns()
        applied = await self.writer.apply(batch)
        self._on_committed(Committed(self.writer.schema, batch, applied, started, time.time_ns()))
