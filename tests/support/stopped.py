"""Processes that stand still for a while."""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager


@contextmanager
def stopped(pids: Sequence[int]) -> Iterator[None]:
    """Has processes, such as sessions of PostgreSQL, do nothing within the block."""
    assert pids
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
