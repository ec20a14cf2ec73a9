"""Retries and discards dead letters and gaps.

Each action holds the live generation, so no worker writes at the same time, and applies events with
the code that applies new ones. Where another generation has become live meanwhile, it acts on that.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import AsyncConnection

from homeroom.database import connect
from homeroom.engine.applying.discarding import SQL as DISCARDING
from homeroom.engine.applying.failures import is_data_error, refusal
from homeroom.engine.applying.released import first_refused
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations import lock
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import open_generation
from homeroom.engine.log.columns import headers_of
from homeroom.engine.log.records import Move, Partition, StoredRecord
from homeroom.engine.ordering import store
from homeroom.errors import GenerationGone, NoSuchDeadLetter, NotLive
from homeroom.operations.dead_letters.listing import DeadLetterId, GapId
from homeroom.operations.dead_letters.outcomes import ActionResult, Retried
from homeroom.operations.dead_letters.overtaken import OVERTAKEN, overtaken
from homeroom.statements import load

SQL = load("actions", __package__)
T = TypeVar("T")
Moves = dict[Partition, Move]
# As in Batch: waiting events that PostgreSQL refuses.
Refused = Mapping[tuple[str, str, int], str]
NONE: Refused = {}

# Dead letters in one transaction: workers wait for it, and each commit has a cost.
DEAD_LETTERS_MAX = 200
CUT = (
    "Of its record only the beginning is kept, so it cannot be retried: publish the event again, "
    "or discard it."
)
# Much may wait behind what is discarded; silence is limited by itself.
TRANSACTION_SECONDS_MAX = 3_600


@dataclass(frozen=True, slots=True)
class Decision:
    """Who decided, and why."""

    by: str
    why: str


class _OnlyTried(Exception):
    """Takes back an action that was tried, and that PostgreSQL takes."""


class _KeptBack(NamedTuple):
    """How many events wait, and the newest dead letter's number."""

    waiting: int
    newest: int


class _Discarded(NamedTuple):
    """Numbers of a subject; ``entity`` is None where a dead letter has no place."""

    entity: str | None
    key: str
    first_sequence: int
    last_sequence: int


class Operator:
    """Acts on the live generation for an operator, with its own batch writer."""

    def __init__(
        self, writer: BatchWriter, model: ReadModel, renew: Callable[[], Awaitable[BatchWriter]]
    ) -> None:
        """``renew``: makes a writer into what is live by now, over a new connection."""
        self._writer = writer
        self._renew = renew
        self._decoder = Decoder(model.catalog)

    @property
    def connection(self) -> AsyncConnection[Any]:
        return self._writer.connection

    async def retry(
        self,
        dead_letters: Sequence[DeadLetterId],
        decision: Decision,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> ActionResult:
        """Decodes dead letters again; applies them and the events that wait behind, in order.

        Dead letters that were closed in the meantime are skipped. Open ones of the same number that
        stand before one in the log are retried with it.
        """
        dead_letters = sorted(dead_letters)
        done = ActionResult([])
        for start in range(0, len(dead_letters), DEAD_LETTERS_MAX):
            await self._retry_some(dead_letters[start : start + DEAD_LETTERS_MAX], decision, done)
            if on_progress is not None:
                on_progress(min(start + DEAD_LETTERS_MAX, len(dead_letters)), len(dead_letters))
        return done

    async def _retry_some(
        self, dead_letters: Sequence[DeadLetterId], decision: Decision, done: ActionResult
    ) -> None:
        async def act(moves: Moves, waiting: Refused = NONE) -> tuple[list[Retried], int, int]:
            before = await self._kept_back()
            retried = await self._retry_within(dead_letters, decision, moves, waiting)
            return retried, *await self._let_go_since(before)

        try:
            retried, let_go, refused = await self.exclusively(act)
        except psycopg.DatabaseError as error:
            if not is_data_error(error):
                raise
            if len(dead_letters) > 1:
                middle = len(dead_letters) // 2
                await self._retry_some(dead_letters[:middle], decision, done)
                await self._retry_some(dead_letters[middle:], decision, done)
                return
            if waiting := await self._refused_behind(dead_letters[0], act, error):
                retried, let_go, refused = await self.exclusively(partial(act, waiting=waiting))
            else:
                retried = [await self._refused(dead_letters[0], decision, refusal(error))]
                let_go = refused = 0
        done.retried += retried
        done.let_go += let_go
        done.became_dead_letters += refused

    async def _retry_within(
        self, dead_letters: Sequence[DeadLetterId], decision: Decision, moves: Moves,
        waiting: Refused,
    ) -> list[Retried]:  # fmt: skip
        columns = [list(column) for column in zip(*dead_letters, strict=True)]
        cursor = await self.connection.execute(SQL["open_dead_letters"], columns)
        found = [
            (is_cut, StoredRecord._make((*record, headers_of(flat))))
            for is_cut, *record, flat in await cursor.fetchall()
        ]
        records = [record for is_cut, record in found if not is_cut]
        batch = make_batch(self._decoder, records, moves)
        late = {id(event.record) for event in await overtaken(self.connection, batch.events)}
        if late:
            records = [record for record in records if id(record) not in late]
            batch = make_batch(self._decoder, records, moves)
        refused = {id(dead_letter.record) for dead_letter in batch.dead_letters}
        for record in records:
            if id(record) not in refused:
                await self.connection.execute(
                    SQL["close"], ("retried", record.topic, record.partition, record.offset)
                )
        batch.refused_waiting = waiting
        await self._writer.apply_within(batch)
        retried = []
        for is_cut, record in found:
            why = CUT if is_cut else OVERTAKEN if id(record) in late else ""
            one = DeadLetterId(record.topic, record.partition, record.offset)
            retried.append(await self._outcome(one, decision, why))
        return retried

    async def _outcome(
        self, dead_letter: DeadLetterId, decision: Decision, why_refused: str = ""
    ) -> Retried:
        cursor = await self.connection.execute(
            SQL["record_retry"], dead_letter._asdict() | {"by": decision.by, "why": decision.why}
        )
        outcome, detail = await cursor.fetchone() or ("refused", "")
        return Retried(
            dead_letter, outcome, (why_refused or detail) if outcome == "refused" else ""
        )

    async def _refused(self, dead_letter: DeadLetterId, decision: Decision, detail: str) -> Retried:
        """PostgreSQL refuses it again: the dead letter stays open, with the new reason."""

        async def act(_: Moves) -> Retried:
            await self.connection.execute(SQL["set_detail"], (detail, *dead_letter))
            return await self._outcome(dead_letter, decision)

        return await self.exclusively(act)

    async def discard(
        self, entry_ids: Sequence[DeadLetterId | GapId], decision: Decision
    ) -> ActionResult:
        """Drops dead letters and gaps for ever; the events that wait behind them are applied.

        Of these, one that PostgreSQL refuses becomes a dead letter. Raises NoSuchDeadLetter, and
        discards none, where one is missing or closed already; half of them may be discarded where
        PostgreSQL refuses something.
        """

        async def act(moves: Moves, waiting: Refused = NONE) -> tuple[int, int]:
            before = await self._kept_back()
            looked_at: dict[str, set[str]] = defaultdict(set)
            places = [await self._discard_one(entry_id, decision) for entry_id in entry_ids]
            for place in places:
                if place.entity is not None:
                    looked_at[place.entity].add(place.key)
                    await self.connection.execute(SQL["close_discarded"], place)
            await self._writer.read_discards()
            await self._writer.apply_within(
                Batch([], moves, looked_at=looked_at, refused_waiting=waiting)
            )
            seen = (self._writer.newest_discard, self._writer.generation_id)
            await self.connection.execute(DISCARDING["seen"], seen)
            return await self._let_go_since(before)

        try:
            return ActionResult([], len(entry_ids), *await self.exclusively(act))
        except psycopg.DatabaseError as error:
            if not is_data_error(error):
                raise
            if len(entry_ids) > 1:
                middle = len(entry_ids) // 2
                first = await self.discard(entry_ids[:middle], decision)
                return first.with_more(await self.discard(entry_ids[middle:], decision))
            waiting = await self._refused_behind(entry_ids[0], act, error)
            if waiting is None:
                raise
            return ActionResult([], 1, *await self.exclusively(partial(act, waiting=waiting)))

    async def _refused_behind(
        self, entry_id: DeadLetterId | GapId, act: Callable[[Moves, Refused], Awaitable[Any]],
        error: psycopg.DatabaseError,
    ) -> Refused | None:  # fmt: skip
        """The event that PostgreSQL refuses of those that an action lets go; None if there is none.

        ``act``: the action, which is tried with one event after the other as a dead letter.
        """
        row = await self._place(entry_id)
        if row is None or row[0] is None:
            return None
        subject = row[0], row[1]

        async def fits(number: int) -> bool:
            async def attempt(moves: Moves) -> None:
                await act(moves, {(*subject, number): refusal(error)})
                raise _OnlyTried

            try:
                await self.exclusively(attempt)
            except _OnlyTried:
                return True
            except psycopg.DatabaseError as again:
                if not is_data_error(again):
                    raise
            return False

        numbers = await store.numbers_waiting(self.connection, *subject)
        number = await first_refused(numbers, fits)
        return None if number is None else {(*subject, number): refusal(error)}

    async def _place(self, entry_id: DeadLetterId | GapId) -> tuple[Any, ...] | None:
        """Entity, subject, numbers and record of what is to be decided, and how it is closed."""
        is_dead_letter = isinstance(entry_id, DeadLetterId)
        cursor = await self.connection.execute(
            SQL["place_of_dead_letter"] if is_dead_letter else SQL["places_of_gap"], entry_id
        )
        return await cursor.fetchone()

    async def _discard_one(self, entry_id: DeadLetterId | GapId, decision: Decision) -> _Discarded:
        row = await self._place(entry_id)
        id_text = ":".join(map(str, entry_id))
        if row is None:
            raise NoSuchDeadLetter(
                f"There is no dead letter or gap {id_text} (any more). "
                "`homeroom dead-letters list` prints those that exist."
            )
        *place, closed_as = row
        if closed_as is not None:
            raise NoSuchDeadLetter(f"The dead letter {id_text} is already closed ({closed_as}).")
        await self.connection.execute(SQL["discard"], (*place, decision.by, decision.why))
        if isinstance(entry_id, DeadLetterId):
            await self.connection.execute(SQL["close"], ("discarded", *entry_id))
        return _Discarded._make(place[:4])

    async def exclusively(self, act: Callable[[Moves], Awaitable[T]]) -> T:
        """Acts in a transaction during which no worker writes into the live generation.

        ``act`` takes all positions, unchanged. It is called once more, on another generation, where
        that has become live since this one was opened. Raises FingerprintMismatch where this code
        cannot write into it.
        """
        while True:
            try:
                async with self.connection.transaction():
                    held = await lock.hold_live(
                        self.connection, self._writer.schema, self._writer.generation_id
                    )
                    await self._writer.read_discards()
                    return await act({p: Move(offset, offset) for p, offset in held.items()})
            except (NotLive, GenerationGone):
                self._writer = await self._renew()

    async def _kept_back(self) -> _KeptBack:
        row = await (await self.connection.execute(SQL["count_kept_back"])).fetchone()
        return _KeptBack(*row or (0, 0))

    async def _let_go_since(self, before: _KeptBack) -> tuple[int, int]:
        """How many events that waited were applied since, and how many became dead letters."""
        waiting = (await self._kept_back()).waiting
        cursor = await self.connection.execute(SQL["count_new"], (before.newest,))
        (refused,) = await cursor.fetchone() or (0,)
        return max(0, before.waiting - waiting - refused), refused


@asynccontextmanager
async def operator(database_url: str, model: ReadModel) -> AsyncIterator[Operator]:
    """An Operator on the live generation; raises NotMigrated and FingerprintMismatch."""
    async with AsyncExitStack() as connections:

        async def open_writer() -> BatchWriter:
            connection = await connect(database_url, "homeroom dead-letters")
            await connections.enter_async_context(connection)
            generation, own = await open_generation(connection, model)
            writer = BatchWriter(connection, own, generation)
            await writer.prepare(TRANSACTION_SECONDS_MAX)
            return writer

        yield Operator(await open_writer(), model, open_writer)
