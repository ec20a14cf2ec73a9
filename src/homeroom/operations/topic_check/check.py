"""Reads a topic, once or for as long as somebody watches it."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

from aiokafka.errors import KafkaError

from homeroom.engine.log.reader import LogReader, Span
from homeroom.engine.log.records import Partition
from homeroom.operations.status.brokers import Brokers
from homeroom.operations.topic_check.findings import TopicReport
from homeroom.operations.topic_check.judge import OnFinding, TopicJudge
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom_kit.contract import TOPICS
from homeroom_kit.errors import BrokerError, HomeroomError
from homeroom_kit.kafka import client_options
from homeroom_kit.spelling import did_you_mean

EVENTS_AT_ONCE_MAX = 2_000
# While nothing comes.
LOOK_SECONDS = 0.5

OnProgress = Callable[[int, int], None]
"""Called with how many records were read, and how many there are as far as is known."""


async def check_topic(
    settings: Settings,
    topic: str,
    *,
    from_start: bool = True,
    watch: asyncio.Event | None = None,
    examples_max: int,
    on_finding: OnFinding | None = None,
    on_progress: OnProgress | None = None,
) -> TopicReport:
    """Judges the records of a topic (without the prefix), and reports what was found.

    ``from_start``: from the first record on; else from now on. ``watch``: goes on with what comes
    until it is set; without it, ends where the topic ends now.

    Raises HomeroomError where there is no such topic, BrokerError where the brokers do not answer.
    """
    if topic not in TOPICS:
        raise HomeroomError(
            f"The contract has no topic {topic!r}.{did_you_mean(topic, TOPICS)} Topics are named "
            f"without the prefix: {', '.join(TOPICS)}."
        )
    catalog = read_model(settings).catalog
    name = settings.topic_prefix + topic
    try:
        async with AsyncExitStack() as stack:
            brokers = await Brokers.connect(settings, stack)
            partitions = await brokers.partitions([name])
            if not partitions:
                raise HomeroomError(
                    f"Kafka has no topic {name}. Run `homeroom migrate`, which creates the topics, "
                    "or set HOMEROOM_TOPIC_PREFIX to the prefix that they have."
                )
            judge = TopicJudge(
                catalog,
                topic,
                len(partitions),
                whole=from_start,
                examples_max=examples_max,
                on_finding=on_finding,
            )
            reader = await stack.enter_async_context(LogReader.connect(client_options(settings)))
            await _read(reader, partitions, judge, from_start, watch, on_progress)
    except KafkaError as error:
        raise BrokerError(
            f"Kafka at {settings.kafka_bootstrap_servers} does not answer as it should: {error}. "
            "Check HOMEROOM_KAFKA_BOOTSTRAP_SERVERS and HOMEROOM_KAFKA_SECURITY_PROTOCOL."
        ) from error
    return judge.report()


async def _read(
    reader: LogReader,
    partitions: list[Partition],
    judge: TopicJudge,
    from_start: bool,
    watch: asyncio.Event | None,
    on_progress: OnProgress | None,
) -> None:
    bounds = await reader.bounds(partitions)
    at = {p: span.start if from_start else span.end for p, span in bounds.items()}
    done = 0
    while True:
        spans = {p: Span(at[p], span.end) for p, span in bounds.items() if at[p] < span.end}
        total = done + sum(span.end - span.start for span in spans.values())
        async for chunk in reader.read(spans, EVENTS_AT_ONCE_MAX):
            for record in chunk.records:
                judge.see(record)
            for partition, move in chunk.moves.items():
                done += move.next - at[partition]
                at[partition] = move.next
            if on_progress is not None:
                on_progress(done, total)
            if watch is not None and watch.is_set():
                return
        if watch is None or watch.is_set():
            return
        if not spans:
            # Nothing has come since.
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.wait(), LOOK_SECONDS)
        bounds = await reader.bounds(partitions)
