"""A log that begins after its beginning: what is left fills an empty database, once one says so."""

from aiokafka import TopicPartition
from aiokafka.admin import RecordsToDelete

from tests.faults.exact import positions
from tests.faults.test_lost_log import ended_with
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables, homeroom
from tests.support.strength import pick

EVENTS = pick(quick=400, thorough=1_000)
TRIED = pick(quick=[], thorough=[("rebuild", "--dry-run")])
TOPIC = "classes"


async def forget(upstream: Upstream, partition: int, before: int) -> None:
    """As retention does."""
    at = TopicPartition(upstream.topic(TOPIC), partition)
    async with upstream.admin() as admin:
        await admin.delete_records({at: RecordsToDelete(before)})


async def test_what_is_left_of_a_log_fills_an_empty_database_and_can_be_rebuilt_from(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    load = make_load(EVENTS, seed=86)
    await upstream.publish(load[: EVENTS // 2])
    await forget(upstream, 0, 7)
    await forget(upstream, 1, 3)
    said = ended_with(crew.start())
    assert f"Nothing of {upstream.topic(TOPIC)} partition" in said
    assert "--from-log-start" in said
    worker = crew.start("--from-log-start")
    tables.wait_until_applied(sum((await upstream.final_ends()).values()))
    worker.stop()
    # From now on the flag is not needed.
    worker = crew.start()
    await upstream.publish(load[EVENTS // 2 :])
    tables.wait_until_applied(sum((await upstream.final_ends()).values()))
    assert positions(tables) == await upstream.ends()
    of_live = homeroom(crew.settings, "rebuild", "--from", "live", "--dry-run")
    assert of_live.stdout.startswith("0 events in "), of_live.stdout + of_live.stderr
    for arguments in (
        ("verify",), ("verify", "--against-log"), *TRIED, ("rebuild", "--require-equal"),
    ):  # fmt: skip
        done = homeroom(crew.settings, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    # The comparison took a number, too.
    assert tables.generation == "g0003"
    begun = {
        (topic, n): first
        for topic, n, first in tables.rows("positions", "topic, partition, first_offset")
    }
    assert [begun[upstream.topic(TOPIC), n] for n in range(2)] == [7, 3]
    # Retention goes on: what was applied is not there any more.
    await forget(upstream, 0, 12)
    refused = homeroom(crew.settings, "rebuild")
    assert refused.returncode == 1
    assert f"{upstream.topic(TOPIC)} partition 0 begins at offset 12" in refused.stderr
