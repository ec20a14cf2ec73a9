"""How many events a batch may have: more while behind, fewer after one that took too long."""

from homeroom.engine.consuming.batch_size import BATCHES_BEFORE_GROWTH, BatchSize


def test_a_full_poll_makes_the_next_one_large_and_a_small_one_makes_it_usual() -> None:
    size = BatchSize(100, 1_000)
    assert size.events_max == 100
    assert size.polled(100)
    assert size.events_max == 1_000
    assert not size.polled(999)
    assert size.events_max == 100


def test_after_a_batch_that_took_too_long_the_next_are_smaller_down_to_one() -> None:
    size = BatchSize(1_000, 1_000)
    seen = []
    for _ in range(5):
        size.too_slow(size.events_max)
        seen.append(size.events_max)
    assert seen == [125, 15, 1, 1, 1]


def test_a_part_of_what_took_too_long_counts_not_of_what_was_allowed() -> None:
    size = BatchSize(1_000, 1_000)
    size.too_slow(24)
    assert size.events_max == 3


def test_batches_grow_again_after_some_that_fitted() -> None:
    size = BatchSize(100, 400)
    size.too_slow(200)
    assert size.events_max == 12
    for expected in (24, 48, 96, 100):
        for _ in range(BATCHES_BEFORE_GROWTH):
            size.fitted()
        assert size.events_max == expected
    size.polled(100)
    assert size.events_max == 192
