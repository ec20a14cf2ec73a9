"""Garbage collection for processes that hold many thousands of events at a time."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# More objects than a batch makes.
OBJECTS_MIN = 500_000


@contextmanager
def seldom() -> Iterator[None]:
    """Has the collector look when many more objects are there than a batch makes, not within one.

    A batch is freed by its reference counts: looking through it for cycles, again and again while
    it grows, cost a third of a rebuild's CPU time. What is there already is not looked at again.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_MIN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
