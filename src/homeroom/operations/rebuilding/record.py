"""The durable record of a rebuild: what it is to do, how far it is, what operators ask of it.

One is unfinished at most. Whoever works on it holds an advisory lock for as long as the process
lives, so a record without a holder is one that was interrupted, and can be continued.
"""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from homeroom.errors import NotMigrated, RebuildAborted, RebuildUnderWay
from homeroom.operations.rebuilding.removing import drop

LOCK = 0x7265_6275
BEAT_SECONDS = 0.5
REBUILD = "rebuild"

UNFINISHED = """
SELECT id, generation, options, phase, done, total, asked, process, began_at, phase_began_at,
       beat_at, ended_at, outcome, report, now() AS now
FROM homeroom.rebuild
"""
NEW = """
INSERT INTO homeroom.rebuild (generation, options, phase, process)
VALUES (%s, %s, 'loading', %s) RETURNING id
"""
TAKE_OVER = """
UPDATE homeroom.rebuild SET process = %s, options = %s, asked = NULL, beat_at = now(),
       phase_began_at = now()
WHERE id = %s
"""
PHASE = """
UPDATE homeroom.rebuild
SET phase = %s, done = 0, total = %s, phase_began_at = now(), beat_at = now() WHERE id = %s
"""
BEAT = """
UPDATE homeroom.rebuild SET done = %s, total = %s, beat_at = now() WHERE id = %s RETURNING asked
"""
REPORT = "UPDATE homeroom.rebuild SET report = %s WHERE id = %s"
END = "UPDATE homeroom.rebuild SET ended_at = now(), outcome = %s WHERE id = %s"
HELD = """
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What is built, and what becomes of it.

    ``purpose``: `rebuild`; or `verify` or `repair`, which only compare the live generation with it:
    such a generation is never swapped in, and what is left of an interrupted one is dropped.
    ``source``: `log`, or `live` for the entity tables of the live generation. ``as_of``: only what
    had happened by then, into the generation ``into``, which is never swapped in. ``swap``: whether
    it becomes live; if so, unless more than ``changed_max`` of the rows differ (0 to 1).
    """

    source: str = "log"
    as_of: datetime | None = None
    into: str | None = None
    swap: bool = True
    changed_max: float | None = None
    keep_previous_seconds: int = 86_400
    processes: int = 0
    purpose: str = REBUILD

    def stored(self) -> Jsonb:
        told = asdict(self)
        told["as_of"] = self.as_of.isoformat() if self.as_of else None
        return Jsonb(told)

    def same_work(self, stored: dict[str, Any]) -> bool:
        """Whether an interrupted rebuild was to build the same."""
        mine = self.stored().obj
        return all(mine[name] == stored[name] for name in ("source", "as_of", "into", "swap"))


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rebuild stands. ``running``: whether a process works on it. Times are aware."""

    id: int
    generation: str
    options: dict[str, Any]
    phase: str
    done: int
    total: int | None
    asked: str | None
    process: str
    began_at: datetime
    phase_began_at: datetime
    beat_at: datetime
    ended_at: datetime | None
    outcome: str | None
    report: Any
    now: datetime
    running: bool

    @property
    def purpose(self) -> str:
        """What it is built for, as in Options."""
        return str(self.options.get("purpose", REBUILD))

    @property
    def rate(self) -> float:
        """Events or steps per second, of this phase."""
        seconds = (self.beat_at - self.phase_began_at).total_seconds()
        return self.done / seconds if seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """Of this phase, at its rate so far."""
        if self.total is None or not self.rate:
            return None
        return max(0, self.total - self.done) / self.rate


def standing(connection: Connection[Any]) -> Standing | None:
    """The unfinished rebuild, or the last one that ended; None where there was none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        try:
            cursor.execute(f"{UNFINISHED} ORDER BY ended_at DESC NULLS FIRST LIMIT 1")
        except psycopg.errors.UndefinedTable:
            raise NotMigrated("the table homeroom.rebuild is missing") from None
        row = cursor.fetchone()
        if row is None:
            return None
        held = connection.execute(HELD, (LOCK,)).fetchone()
        return Standing(**row, running=row["ended_at"] is None and held == (True,))


# Told of each phase: its name, what is done, of how many; None where that is not known.
Watcher = Callable[[str, int, int | None], None]


class Run:
    """A rebuild in the hands of this process."""

    def __init__(
        self, connection: Connection[Any], id: int, generation: str, options: Options,  # noqa: A002
        phase: str, watcher: Watcher,
    ) -> None:  # fmt: skip
        self.connection = connection
        self.generation = generation
        self.options = options
        self.phase = phase
        self._id = id
        self._watcher = watcher
        self._total: int | None = None
        self._beat_at = 0.0

    @classmethod
    @contextmanager
    def take(
        cls,
        database_url: str,
        options: Options,
        name: Callable[[Connection[Any]], str],
        watcher: Watcher,
    ) -> Iterator[Self]:
        """Continues what was interrupted, or begins; ``name`` names the generation then.

        Raises RebuildUnderWay where another process has it, or where what was interrupted was to
        build something else.
        """
        process = f"{socket.gethostname()}:{os.getpid()}"
        with psycopg.connect(
            database_url, autocommit=True, application_name="homeroom rebuild"
        ) as connection:
            connection.execute("SET timezone = 'UTC'")
            taken = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
            # Behind the lock: whoever had it may have ended a moment ago.
            found = standing(connection)
            if taken != (True,):
                told = f"{found.process} is at {found.phase}" if found else "it has just begun"
                raise RebuildUnderWay(
                    f"A rebuild runs already ({told}): `homeroom rebuild status` shows it, pause, "
                    "resume and abort control it."
                )
            if found is not None and found.ended_at is None and found.purpose != REBUILD:
                drop(connection, found.generation)
                connection.execute(END, ("aborted", found.id))
                found = None
            if found is None or found.ended_at is not None:
                generation = name(connection)
                row = connection.execute(NEW, (generation, options.stored(), process)).fetchone()
                assert row is not None
                yield cls(connection, row[0], generation, options, "loading", watcher)
                return
            if options.purpose != REBUILD or not options.same_work(found.options):
                raise RebuildUnderWay(
                    f"An unfinished rebuild ({found.generation}, at {found.phase}) was to build "
                    "something else. Continue it with its own options, or drop it with `homeroom "
                    "rebuild abort`."
                )
            connection.execute(TAKE_OVER, (process, options.stored(), found.id))
            yield cls(connection, found.id, found.generation, options, found.phase, watcher)

    def begin_phase(self, phase: str, total: int | None = None) -> None:
        self.phase, self._total = phase, total
        self.connection.execute(PHASE, (phase, total, self._id))
        self._watcher(phase, 0, total)

    def progress(self, done: int, total: int | None = None) -> str | None:
        """Says how far it is, now and then in the record; what operators ask for, if anything.

        Raises RebuildAborted where they ask for that.
        """
        if total is not None:
            self._total = total
        self._watcher(self.phase, done, self._total)
        at_end = done == self._total
        if time.monotonic() - self._beat_at < BEAT_SECONDS and not at_end:
            return None
        self._beat_at = time.monotonic()
        row = self.connection.execute(BEAT, (done, self._total, self._id)).fetchone()
        asked = row[0] if row else None
        if asked == "abort":
            raise RebuildAborted
        return str(asked) if asked else None

    def wait_while_paused(self, done: int) -> None:
        """Returns when nobody wants a pause (any more)."""
        while self.progress(done) == "pause":
            time.sleep(BEAT_SECONDS)

    def report(self, told: Any) -> None:
        self.connection.execute(REPORT, (Jsonb(told), self._id))

    def end(self, outcome: str) -> None:
        self.connection.execute(END, (outcome, self._id))
