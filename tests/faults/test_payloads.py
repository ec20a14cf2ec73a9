"""Compressed, tiny and huge records."""

from dataclasses import replace

import orjson
import pytest

from tests.faults.exact import assert_exact
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.property.histories import Published
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

TINY_EVENTS = pick(quick=6_000, thorough=20_000)
HUGE_BYTES = 1_000_000


@at_full_strength
async def test_every_codec_is_read(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    worker = crew.start()
    load, codecs = make_load(2_000, seed=100), ("gzip", "snappy", "lz4", "zstd")
    size = len(load) // len(codecs) + 1
    for number, codec in enumerate(codecs):
        async with upstream.producer(compression_type=codec) as producer:
            await upstream.publish(load[number * size : (number + 1) * size], producer)
        await assert_exact(upstream, tables)
    worker.stop()


@pytest.fixture
def large_batches(fast: dict[str, object]) -> None:
    fast.update(batch_events_max=10_000, batch_events_behind_max=10_000, session_timeout_seconds=10)


@at_full_strength
@pytest.mark.usefixtures("large_batches")
async def test_batches_of_ten_thousand_tiny_events(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    await upstream.publish(make_load(TINY_EVENTS, seed=101, orderly=True))
    worker = crew.start()
    await assert_exact(upstream, tables, 60)
    worker.stop()


@at_full_strength
async def test_an_event_of_one_megabyte(upstream: Upstream, tables: Tables, crew: Crew) -> None:
    worker = crew.start()
    load = make_load(500, seed=102)
    load[::50] = [with_baggage(published) for published in load[::50]]
    assert any(len(p.record.value or b"") > HUGE_BYTES for p in load)
    async with upstream.producer() as producer:
        await upstream.publish(load, producer)
    await assert_exact(upstream, tables)
    worker.stop()


def with_baggage(published: Published) -> Published:
    """The same event with a large field that nobody knows."""
    if published.entry.data is None:
        return published
    data = {**published.entry.data, "baggage": "x" * HUGE_BYTES}
    return replace(published, record=published.record._replace(value=orjson.dumps(data)))
