"""The same events again: known by their sequence, they change nothing."""

from tests.faults.exact import assert_exact, rows_of
from tests.faults.upstream import Upstream, make_load
from tests.faults.workers import Crew
from tests.support.commands import Tables
from tests.support.strength import at_full_strength, pick

EVENTS = pick(quick=700, thorough=2_000)


@at_full_strength
async def test_events_published_again_change_nothing(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    workers = [crew.start() for _ in range(2)]
    load = make_load(EVENTS, seed=50, orderly=True)
    await upstream.publish(load)
    await assert_exact(upstream, tables)
    once = rows_of(tables)
    first_of_each = {p.entry.place[:2]: p for p in reversed(load) if p.entry.place}
    again = {
        "single ones": load[::37],
        "a whole topic into itself": [p for p in load if p.entry.topic == "exams"],
        "old ones long after newer ones": list(first_of_each.values()),
        "all of them": load,
    }
    for copies in again.values():
        assert copies
        await upstream.publish(copies)
        await assert_exact(upstream, tables)
        assert rows_of(tables) == once
    for worker in workers:
        worker.stop()


@at_full_strength
async def test_a_bad_load_published_again_is_what_the_rules_say(
    upstream: Upstream, tables: Tables, crew: Crew
) -> None:
    worker = crew.start()
    load = make_load(EVENTS, seed=51)
    await upstream.publish(load)
    await upstream.publish(load)
    await assert_exact(upstream, tables)
    worker.stop()
