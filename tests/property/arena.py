"""Two writers, a database, and every way in which a log may be cut up and fed to them."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import errors, sql

from homeroom.database import connect
from homeroom.engine.applying.writer import BatchWriter
from homeroom.engine.decoding.batch import Batch, make_batch
from homeroom.engine.decoding.decoder import Decoder
from homeroom.engine.generations import positions
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import enter
from homeroom.engine.log.records import Move, Partition
from homeroom.engine.ordering.fold import folding
from homeroom.errors import PositionConflict
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.property.histories import History, Published
from tests.support.strength import pick
from tests.support.templates import prepare

# Lets a test fail a transaction at the last moment: at its commit.
FAIL_AT_COMMIT = """
CREATE FUNCTION fail_if_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('tests.fail', true) = 'on' THEN RAISE EXCEPTION 'told to fail'; END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER fail_at_commit AFTER UPDATE ON positions
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_if_told();
"""
TAKES = pick(quick=(1, 3, 7, 30, 1000), thorough=(1, 1, 2, 3, 7, 30, 1000))


class Member:
    """One writer, and what it believes the positions to be."""

    def __init__(self, writer: BatchWriter) -> None:
        self.writer = writer
        self.expected: dict[Partition, int] = {}


class Arena:
    """A generation and two writers; emptied and used again for every example."""

    def __init__(
        self, model: ReadModel, database_url: str, database: psycopg.Connection[Any],
        writers: Sequence[BatchWriter],
    ) -> None:  # fmt: skip
        self.model = model
        self.database_url = database_url
        self.database = database
        self.members = [Member(writer) for writer in writers]
        self.refused = 0
        self._decoder = Decoder(model.catalog)
        self._tables = [
            row[0] for row in database.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
                "AND tablename <> 'plan'"
            )
        ]  # fmt: skip

    @classmethod
    async def open(cls, settings: Settings, **changed: str) -> "Arena":
        model = read_model(settings.model_copy(update={"topic_prefix": "", **changed}))
        schema = prepare(settings, model)
        url = settings.require_database()
        # Each example reads the same again: what is asked is planned once.
        database = psycopg.connect(url, autocommit=True, prepare_threshold=0)
        database.prepared_max = None
        database.execute("SET plan_cache_mode = force_generic_plan")
        enter(database, schema, for_session=True)
        database.execute(FAIL_AT_COMMIT, prepare=False)
        writers = [BatchWriter(await connect(url, f"writer {n}"), model, schema) for n in (1, 2)]
        for writer in writers:
            await writer.prepare(30)
            await writer.connection.execute("SET deadlock_timeout = '20ms'")
        return cls(model, url, database, writers)

    async def close(self) -> None:
        for member in self.members:
            await member.writer.connection.close()
        self.database.close()

    def empty(self) -> None:
        # TRUNCATE makes new files, and has everybody plan anew.
        each = (sql.SQL("DELETE FROM {}").format(sql.Identifier(table)) for table in self._tables)
        self.database.execute(sql.SQL(";").join(each), prepare=False)

    async def project(
        self,
        history: History,
        rng: random.Random,
        meanwhile: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Feeds a whole log to the two writers, cut and interleaved at random.

        ``meanwhile`` may do something between any two steps.
        """
        logs = history.by_partition()
        self.empty()
        for partition in logs:
            await positions.begin(self.members[0].writer.connection, partition, 0)
        for member in self.members:
            member.expected = dict.fromkeys(logs, 0)
        owner = {partition: rng.randrange(2) for partition in logs}
        while any(self._left(logs, p) for p in logs):
            await self._do_something(logs, owner, rng)
            if meanwhile is not None:
                await meanwhile()

    def stored(self) -> dict[Partition, int]:
        rows = self.database.execute("SELECT topic, partition, next_offset FROM positions")
        return {Partition(topic, number): offset for topic, number, offset in rows}

    def _left(self, logs: Mapping[Partition, list[Published]], partition: Partition) -> bool:
        reached = max(member.expected[partition] for member in self.members)
        return logs[partition][-1].record.offset >= reached

    async def _do_something(
        self,
        logs: Mapping[Partition, list[Published]],
        owner: dict[Partition, int],
        rng: random.Random,
    ) -> None:
        action = rng.random()
        first, second = self.members
        if action < 0.45:
            member = rng.choice(self.members)
            await self._apply(member, self._batch(member, logs, owner, rng))
        elif action < 0.8:
            await asyncio.gather(
                self._apply(first, self._batch(first, logs, owner, rng)),
                self._apply(second, self._batch(second, logs, owner, rng)),
            )
        elif action < 0.88:
            await self._rolled_back(rng.choice(self.members), logs, owner, rng)
        elif action < 0.94:
            partition = rng.choice(sorted(logs))
            new = self.members[1 - owner[partition]]
            owner[partition] = 1 - owner[partition]
            new.expected |= await positions.read(new.writer.connection, [partition])
        else:
            await self._zombie(logs, owner, rng)

    def _batch(
        self, member: Member, logs: Mapping[Partition, list[Published]],
        owner: Mapping[Partition, int], rng: random.Random,
    ) -> Batch:  # fmt: skip
        mine = [p for p in logs if self.members[owner[p]] is member]
        chosen = rng.sample(mine, rng.randint(min(1, len(mine)), len(mine)))
        records, moves = [], {}
        for partition in chosen:
            expected = member.expected[partition]
            taken = [p.record for p in logs[partition] if p.record.offset >= expected]
            taken = taken[: rng.choice(TAKES)]
            if taken:
                records += taken
                moves[partition] = Move(expected, taken[-1].offset + 1)
        batch = make_batch(self._decoder, records, moves)
        # As a worker that is behind has them.
        *_, ahead = folding(batch)
        return rng.choice([batch, ahead or batch])

    async def _apply(self, member: Member, batch: Batch) -> None:
        if not batch.moves:
            return
        try:
            await member.writer.apply(batch)
        except (errors.DeadlockDetected, errors.SerializationFailure):
            return
        member.expected |= {p: move.next for p, move in batch.moves.items()}

    async def _rolled_back(
        self, member: Member, logs: Mapping[Partition, list[Published]],
        owner: Mapping[Partition, int], rng: random.Random,
    ) -> None:  # fmt: skip
        batch = self._batch(member, logs, owner, rng)
        if not batch.moves:
            return
        await member.writer.connection.execute("SET tests.fail = 'on'")
        try:
            await member.writer.apply(batch)
        except errors.RaiseException:
            pass
        else:
            raise AssertionError("a transaction that fails at its commit was reported as applied")
        finally:
            await member.writer.connection.execute("SET tests.fail = 'off'")

    async def _zombie(
        self, logs: Mapping[Partition, list[Published]],
        owner: Mapping[Partition, int], rng: random.Random,
    ) -> None:  # fmt: skip
        """A writer that has lost its partitions applies them all the same."""
        member = rng.choice(self.members)
        others = {p: 1 - n for p, n in owner.items()}
        batch = self._batch(member, logs, others, rng)
        before = self.stored()
        if all(before[p] == move.expected for p, move in batch.moves.items()):
            return
        try:
            await member.writer.apply(batch)
        except PositionConflict:
            self.refused += 1
        else:
            raise AssertionError("a writer with old positions was let through")
        if self.stored() != before:
            raise AssertionError("a refused batch moved positions")
