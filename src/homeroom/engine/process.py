"""Garbage collection of processes that apply events."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# More objects than a batch makes.
COLLECTOR_OBJECTS_MIN = 500_000


@contextmanager
def rare_garbage_collection() -> Iterator[None]:
    """Runs the garbage collector only after many more allocations than a batch makes.

    Reference counts free a batch. Searching it for cycles, again and again while it grows, took a
    third of a rebuild's CPU time. Objects that exist already are exempt (``gc.freeze``).
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTOR_OBJECTS_MIN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
