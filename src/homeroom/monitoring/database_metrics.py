"""Metrics that only the database knows: what is kept back, the outbox, and the rebuild."""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import psycopg
from psycopg import Connection

from homeroom.database import connect_sync
from homeroom.engine.generations.registry import find_live
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.monitoring.outbox_backlog import OutboxBacklog, count_backlog
from homeroom.monitoring.unscanned_resources import UnscannedResources, count_unscanned
from homeroom.statements import load

# Counting is not free, so scrapes within this time get the same figures.
KEEP_SECONDS = 5.0
# For each figure.
ANSWER_SECONDS_MAX = 2
SQL = load("database_metrics", __package__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RunningRebuild:
    """A rebuild that has not ended. ``beat_at_seconds``: on the monotonic clock of this process."""

    beat_at_seconds: float
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class DatabaseFigures:
    """The figures of one moment. ``rebuild``: None where no rebuild is unfinished.

    ``dead_letters_bytes`` and the others: of the tables on the disk, with what is closed. Those
    that take too long to count are None.
    """

    kept_back: KeptBack | None
    rebuild: RunningRebuild | None
    outbox: OutboxBacklog | None
    unscanned: UnscannedResources | None = None
    dead_letters_bytes: int | None = None
    waiting_bytes: int | None = None
    sequence_conflicts_bytes: int | None = None


class DatabaseMetrics:
    """Reads the figures over its own connection, and keeps them for a moment. Thread-safe."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: Connection[Any] | None = None
        self._lock = threading.Lock()
        self._counted_at = float("-inf")
        self._figures: DatabaseFigures | None = None

    def figures(self) -> DatabaseFigures | None:
        """The figures, or None where the database does not answer or is not prepared."""
        with self._lock:
            if time.monotonic() - self._counted_at >= KEEP_SECONDS:
                self._figures = self._count()
                self._counted_at = time.monotonic()
            return self._figures

    def _count(self) -> DatabaseFigures | None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            schema = find_live(self._connection)
            if schema is None:
                return None
            connection = self._connection
            return DatabaseFigures(
                _unless_slow(lambda: count_kept_back(connection, schema)),
                _rebuild(connection),
                _unless_slow(lambda: count_backlog(connection)),
                _unless_slow(lambda: count_unscanned(connection, schema)),
                *(_unless_slow(lambda: _bytes(connection, schema)) or ()),
            )
        except psycopg.Error:
            if self._connection is not None:
                with contextlib.suppress(psycopg.Error):
                    self._connection.close()
            self._connection = None
            return None

    def _connect(self) -> Connection[Any]:
        connection = connect_sync(
            self._database_url,
            "homeroom metrics",
            autocommit=True,
            connect_timeout=ANSWER_SECONDS_MAX,
        )
        connection.execute(SQL["limit_statements"], (f"{ANSWER_SECONDS_MAX}s",))
        return connection


def _unless_slow(count: Callable[[], T]) -> T | None:
    """None where one figure takes too long: the others are told without it."""
    try:
        return count()
    except psycopg.errors.QueryCanceled:
        return None


def _bytes(connection: Connection[Any], generation: str) -> tuple[int | None, ...]:
    """What is kept of events that do not count takes; None where a generation has no such table."""
    return connection.execute(SQL["bytes"], {"generation": generation}).fetchone() or ()


def _rebuild(connection: Connection[Any]) -> RunningRebuild | None:
    row = connection.execute(SQL["rebuild"]).fetchone()
    if row is None:
        return None
    age_seconds, done, total = row
    return RunningRebuild(time.monotonic() - age_seconds, done, total)
