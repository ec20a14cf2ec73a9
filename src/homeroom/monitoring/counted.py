"""What only the database knows, for whoever scrapes: what is kept back, and the rebuild."""

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.generations.registry import find_live
from homeroom.engine.ordering.store import KeptBack, count_kept_back
from homeroom.unpublished import Unpublished
from homeroom.unpublished import count as count_unpublished

# Counting costs what there is to count, so scrapes that come sooner get the same numbers.
KEEP_SECONDS = 5.0
ANSWER_SECONDS_MAX = 2
REBUILD = """
SELECT extract(epoch FROM now() - beat_at)::double precision, done, total FROM homeroom.rebuild
WHERE ended_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild that has not ended. ``beat_at_seconds``: on the monotonic clock of this process."""

    beat_at_seconds: float
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the database says. ``rebuild``: None where none is unfinished."""

    kept_back: KeptBack
    rebuild: Rebuild | None
    outbox: Unpublished | None


class Counted:
    """Keeps the figures for a moment, over a connection of its own. For any thread."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: Connection[Any] | None = None
        self._lock = threading.Lock()
        self._counted_at = float("-inf")
        self._figures: Figures | None = None

    def figures(self) -> Figures | None:
        """The figures, or None where the database does not answer or is not prepared."""
        with self._lock:
            if time.monotonic() - self._counted_at >= KEEP_SECONDS:
                self._figures = self._count()
                self._counted_at = time.monotonic()
            return self._figures

    def _count(self) -> Figures | None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            schema = find_live(self._connection)
            if schema is None:
                return None
            return Figures(
                count_kept_back(self._connection, schema),
                _rebuild(self._connection),
                count_unpublished(self._connection),
            )
        except psycopg.Error:
            if self._connection is not None:
                with contextlib.suppress(psycopg.Error):
                    self._connection.close()
            self._connection = None
            return None

    def _connect(self) -> Connection[Any]:
        connection = psycopg.connect(
            self._database_url,
            autocommit=True,
            application_name="homeroom metrics",
            connect_timeout=ANSWER_SECONDS_MAX,
        )
        connection.execute(
            pg.SQL("SET statement_timeout = {}").format(pg.Literal(ANSWER_SECONDS_MAX * 1000))
        )
        return connection


def _rebuild(connection: Connection[Any]) -> Rebuild | None:
    row = connection.execute(REBUILD).fetchone()
    if row is None:
        return None
    age_seconds, done, total = row
    return Rebuild(time.monotonic() - age_seconds, done, total)
