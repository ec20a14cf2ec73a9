"""Garbage collection of processes that apply events, and of those that answer requests."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# More objects than a batch makes.
COLLECTOR_OBJECTS_MIN = 500_000


@contextmanager
def rare_garbage_collection(objects_min: int = COLLECTOR_OBJECTS_MIN) -> Iterator[None]:
    """Runs the garbage collector only after ``objects_min`` more objects were made than freed.

    Reference counts free a batch. Searching it for cycles, again and again while it grows, took a
    third of a rebuild's CPU time. Objects that exist already are exempt (``gc.freeze``).
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(objects_min, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
