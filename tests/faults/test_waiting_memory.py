"""Much that waits, of one subject or of many: memory is bounded when it is applied at once."""

from aiokafka import AIOKafkaProducer

from tests.faults.exact import positions
from tests.faults.test_decompression import MEMORY_BYTES_MAX, memory_bytes
from tests.faults.upstream import Upstream
from tests.faults.workers import Crew
from tests.support import wait_for_async
from tests.support.commands import Tables
from tests.support.feed import record
from tests.support.strength import at_full_strength, pick

NOON = "2026-01-02T12:00:00Z"
# Each nearly as large as a record may be: all of a subject's are more than the memory.
EVENTS = pick(quick=80, thorough=320)
SUBJECTS = pick(quick=40, thorough=160)
COMPETENCIES, CHARACTERS = 195, 10_000


class Publisher:
    """Publishes about missions, to one partition."""

    def __init__(self, upstream: Upstream, producer: AIOKafkaProducer) -> None:
        self._topic = upstream.topic("missions")
        self._producer = producer

    async def publish(self, verb: str, key: str, sequence: int, competencies: list[str]) -> None:
        data = {
            "mission_id": key, "track_id": None, "title": str(sequence), "difficulty": "beginner",
            "competencies": competencies, "estimated_minutes": None,
        }  # fmt: skip
        if verb == "published":
            data["published_at"] = NOON
        made = record("missions", f"mission.{verb}.v1", key, sequence, data)
        await self._producer.send(self._topic, made.value, made.key, 0, headers=list(made.headers))


def much(sequence: int) -> list[str]:
    """Hard to forget: texts of which no two events have the same."""
    return [f"{sequence}/{n} ".ljust(CHARACTERS, "x") for n in range(COMPETENCIES)]


@at_full_strength
async def test_the_memory_of_a_worker_is_bounded_however_much_waits(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    others = [f"M-{n}" for n in range(SUBJECTS)]
    async with AIOKafkaProducer(
        **upstream.options, compression_type="zstd", max_request_size=4 * 1024 * 1024,
    ) as producer:  # fmt: skip
        publisher = Publisher(upstream, producer)
        for sequence in range(2, EVENTS + 1):
            await publisher.publish("updated", "M", sequence, much(sequence))
        for key in others:
            await publisher.publish("updated", key, 2, much(2))
        await producer.flush()
        # What was missing comes last, of all subjects at once.
        for key in ("M", *others):
            await publisher.publish("published", key, 1, [])
        await producer.flush()
    ends = await upstream.ends()

    worker = crew.start(
        batch_events_max=5_000, batch_events_behind_max=20_000, session_timeout_seconds=60
    )

    def done() -> bool:
        assert worker.process.poll() is None, worker.text()[-2_000:]
        return positions(tables) == ends

    await wait_for_async(done, 240)

    newest = {"M": EVENTS} | dict.fromkeys(others, 2)
    rows = tables.rows("mission", "mission_id, title, competencies, sequence")
    assert {key: (title, sequence) for key, title, _, sequence in rows} == {
        key: (str(sequence), sequence) for key, sequence in newest.items()
    }
    assert all(competencies == much(newest[key]) for key, _, competencies, _ in rows)
    assert tables.rows("waiting", "sequence") == tables.rows("gaps", "waiting") == []
    used = memory_bytes(worker)
    assert used < MEMORY_BYTES_MAX
    worker.stop()
