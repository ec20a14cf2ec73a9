"""Records into a broker and into homeroom's engine alike, and the tables of both compared."""

import asyncio
import json
import random
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, LiteralString

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from psycopg import sql

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.errors import FlinkRefused
from homeroom.flink.connections import jdbc_options, kafka_options, shown
from homeroom.flink.gateway import session
from homeroom.flink.script import Script, Target, make_script
from homeroom.flink.tables import create_tables
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support.feed import Feed
from tests.support.templates import prepare

SCHEMA = "flink"
NO_DEFINITIONS: Mapping[str, str] = MappingProxyType({})


class Side:
    """One log, what the engine makes of it, and what Flink makes of it in the same database."""

    def __init__(
        self, settings: Settings, only: tuple[str, ...] = (), *, live: str = "",
        own: Mapping[str, str] = NO_DEFINITIONS,
    ) -> None:  # fmt: skip
        """``only``: the tables that Flink keeps, with all that they rest on; else all.

        ``live``: the generation that a worker has made already; ``own``: definitions beside the
        project's, by name.
        """
        self.settings, self.only = settings, only
        self._has_topics = False
        self.model, self.engine_model = (
            ReadModel(model.catalog, {**model.definitions, **own})
            for model in map(
                read_model, (settings, settings.model_copy(update={"topic_prefix": ""}))
            )
        )
        self.url = settings.require_database()
        self.live = live or prepare(settings, self.engine_model)
        with psycopg.connect(self.url) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
            for statement in create_tables(self.model, SCHEMA, entities=True):
                connection.execute(statement.encode())

    def project(self, records: Sequence[StoredRecord]) -> None:
        """Gives both the log, and has the engine apply it."""
        self.publish(records)
        self.apply(records)

    def publish(self, records: Iterable[StoredRecord]) -> None:
        """Puts records at the log's end."""
        asyncio.run(self._publish(records))

    def apply(self, records: Sequence[StoredRecord]) -> None:
        """Has the engine apply the whole log."""
        asyncio.run(self._apply(records))

    def script(self, *, bounded: bool = True, **settings: str) -> Script:
        """What Flink is to do; ``bounded``: up to the log's end."""
        return make_script(self.model, Target(
            kafka_options(self.settings, secret=shown, bounded=bounded),
            jdbc_options(self.url, secret=shown), SCHEMA, entities=True, settings=settings,
            tables=self.only,
        ))  # fmt: skip

    def run(self, url: str, **settings: str) -> None:
        """Has Flink do it, until it is done."""
        run(url, self.script(**{"table.dml-sync": "true", **settings}))

    def differences(self) -> dict[str, list[tuple[Any, ...]]]:
        """Rows of either that the other does not have, by table."""
        found: dict[str, list[tuple[Any, ...]]] = {}
        with psycopg.connect(self.url) as connection:
            for name, columns in self.tables().items():
                query = sql.SQL(
                    "(SELECT 'engine', {c} FROM {a} EXCEPT ALL SELECT 'engine', {c} FROM {b}) "
                    "UNION ALL "
                    "(SELECT 'flink', {c} FROM {b} EXCEPT ALL SELECT 'flink', {c} FROM {a})"
                ).format(
                    c=sql.SQL(", ").join(map(sql.Identifier, columns)),
                    a=sql.Identifier(self.live, name), b=sql.Identifier(SCHEMA, name),
                )  # fmt: skip
                if rows := connection.execute(query).fetchmany(6):
                    found[name] = rows
        return found

    def incomplete(self) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
        """The subjects of which something is missing, on both sides."""
        engine, flink = self._both("SELECT entity, key FROM {}", "incomplete")
        kept = set(self.tables())
        return {row for row in engine if row[0] in kept}, set(flink)

    def wrongly_told_rows(self) -> list[tuple[str, str]]:
        """Incomplete subjects of Flink whose ``has_row`` is not so."""
        wrong = []
        keys = {e.name: e.key_names for e in self.model.catalog.entities}
        for entity, key, has_row in self._rows(
            "SELECT entity, key, has_row FROM {}", SCHEMA, "incomplete"
        ):
            of_key = sql.SQL(", ").join(map(sql.Identifier, keys[entity]))
            query = sql.SQL("SELECT count(*) FROM {} WHERE concat_ws('/', {}) = %s").format(
                sql.Identifier(SCHEMA, entity), of_key
            )
            with psycopg.connect(self.url) as connection:
                ((count,),) = connection.execute(query, (key,)).fetchall()
            if bool(count) != has_row:
                wrong.append((entity, key))
        return wrong

    def completions(self) -> dict[str, float]:
        """How much of the track ``K-half`` Flink says that its students have done."""
        query = "SELECT student_id, completion::float8 FROM {} WHERE track_id = 'K-half'"
        return dict(self._rows(query, SCHEMA, "student_overview"))

    def unreadable(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many records of each topic are no event, on both sides."""
        counted = self._rows(
            "SELECT topic, count(*) FROM {} GROUP BY topic", self.live, "dead_letters"
        )
        told = self._rows("SELECT topic, records FROM {}", SCHEMA, "unreadable")
        read = {topic for topic, _ in self.positions()[1]}
        return {t: n for t, n in counted if t in read}, {self._bare(t): n for t, n in told}

    def positions(self) -> tuple[dict[Any, Any], dict[Any, Any]]:
        """The next offset of each partition that has records: both sides, of what Flink reads."""
        engine, flink = self._both(
            "SELECT topic, partition, next_offset FROM {} WHERE next_offset > 0", "positions"
        )
        told = {(self._bare(topic), partition): offset for topic, partition, offset in flink}
        read = {topic for topic, _ in told}
        return {(t, p): offset for t, p, offset in engine if t in read}, told

    def newest(self) -> tuple[Any, Any]:
        """The time of the newest event on both sides."""
        engine, flink = self._both("SELECT max(newest_time) FROM {}", "positions")
        return engine[0][0], flink[0][0]

    def _bare(self, topic: str) -> str:
        return topic.removeprefix(self.settings.topic_prefix)

    def _both(self, statement: LiteralString, table: str) -> tuple[list[Any], list[Any]]:
        return self._rows(statement, self.live, table), self._rows(statement, SCHEMA, table)

    def _rows(self, statement: LiteralString, schema: str, table: str) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            query = sql.SQL(statement).format(sql.Identifier(schema, table))
            return connection.execute(query).fetchall()

    def rows(self) -> dict[str, int]:
        """How many rows each table of Flink has."""
        with psycopg.connect(self.url) as connection:
            counts = sql.SQL("; ").join(
                sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(SCHEMA, name))
                for name in self.tables()
            )
            cursor = connection.execute(counts)
            found = {}
            for name in self.tables():
                found[name] = cursor.fetchall()[0][0]
                cursor.nextset()
            return found

    def tables(self) -> dict[str, tuple[str, ...]]:
        """The tables that Flink keeps, each with its columns; of projections hidden ones too."""
        columns = {e.name: e.column_names for e in self.model.catalog.entities}
        with psycopg.connect(self.url) as connection:
            found = connection.execute(
                "SELECT table_name::text, array_agg(column_name::text) "
                "FROM information_schema.columns WHERE table_schema = %s GROUP BY table_name",
                [self.live],
            )
            columns = {**{name: tuple(names) for name, names in found.fetchall()}, **columns}
        return {name: columns[name] for name in self.script().tables}

    async def _apply(self, records: Sequence[StoredRecord]) -> None:
        feed = await Feed.open(self.url, self.engine_model)
        try:
            for start in range(0, len(records), 5_000):
                await feed.apply(records[start : start + 5_000])
        finally:
            await feed.close()

    async def _publish(self, records: Iterable[StoredRecord]) -> None:
        options = client_options(self.settings)
        if not self._has_topics:
            admin = AIOKafkaAdminClient(**options)
            await admin.start()
            await admin.create_topics([NewTopic(t, 2, 1) for t in self.model.catalog.topics])
            await admin.close()
            self._has_topics = True
        producer = AIOKafkaProducer(**options, linger_ms=20, max_batch_size=1 << 18)
        await producer.start()
        try:
            for record in records:
                await producer.send(
                    self.settings.topic_prefix + record.topic, record.value, record.key,
                    partition=record.partition, timestamp_ms=record.timestamp,
                    headers=[(n, v) for n, v in record.headers if v is not None],
                )  # fmt: skip
            await producer.flush()
        finally:
            await producer.stop()


def run(url: str, script: Script) -> None:
    """Runs a script by a gateway to the end of its last statement; FlinkRefused if it fails."""
    with session(url, script.settings) as gateway:
        for statement in script.statements:
            gateway.execute(statement)
        try:
            gateway.execute(script.job)
        except FlinkRefused as refused:
            # A job's own cluster ends with it, sometimes before the gateway has asked how it ended.
            # Then the tables tell.
            if "already been shut down" not in str(refused):
                raise


def structured(record: StoredRecord) -> StoredRecord:
    """The same event in structured mode."""
    headers = {n: v.decode() for n, v in record.headers if v is not None}
    envelope: dict[str, Any] = {
        name: headers[f"ce_{name}"]
        for name in ("specversion", "id", "source", "type", "time", "subject", "sequence")
    }
    envelope["data"] = json.loads(record.value or b"null")
    content = (("content-type", b"application/cloudevents+json; charset=utf-8"),)
    return record._replace(value=json.dumps(envelope).encode(), headers=content)


def reordered(records: Sequence[StoredRecord], rng: random.Random) -> list[StoredRecord]:
    """The records with some of them twice or thrice, in any order."""
    several = [r for r in records for _ in range(rng.choice((1, 1, 1, 2, 3)))]
    rng.shuffle(several)
    return several
