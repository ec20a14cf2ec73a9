"""What the live generation keeps back, counted in the database for whoever scrapes."""

import contextlib
import threading
import time
from typing import Any

import psycopg
from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.counts import Counts, count
from homeroom.engine.generations import live_generation

# Counting costs what there is to count, so scrapes that come sooner get the same numbers.
KEEP_SECONDS = 5.0
ANSWER_SECONDS_MAX = 2


class KeptBack:
    """Keeps the counts for a moment, over a connection of its own. For any thread."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._connection: Connection[Any] | None = None
        self._lock = threading.Lock()
        self._counted_at = float("-inf")
        self._counts: Counts | None = None

    def counts(self) -> Counts | None:
        """The counts, or None where the database does not answer or is not prepared."""
        with self._lock:
            if time.monotonic() - self._counted_at >= KEEP_SECONDS:
                self._counts = self._count()
                self._counted_at = time.monotonic()
            return self._counts

    def _count(self) -> Counts | None:
        try:
            if self._connection is None:
                self._connection = self._connect()
            schema = live_generation(self._connection)
            return None if schema is None else count(self._connection, schema)
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
