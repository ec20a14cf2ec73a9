"""The durable record of a rebuild: what it is to do, how far it is, what operators ask of it.

One is unfinished at most. Whoever works on it holds an advisory lock for as long as the process
lives, so a record without a holder is one that was interrupted, and can be continued.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, Self

import psycopg
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from homeroom.database import connect_sync
from homeroom.errors import NotMigrated, RebuildAborted, RebuildUnderWay
from homeroom.operations.generations import drop
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("record", __package__)

LOCK = 0x7265_6275
REPORT_SECONDS = 0.5
LOOK_SECONDS = 0.2
# A process tells how far it is twice a second; but for a comparison, which nobody needs any more.
SILENCE_SECONDS_MAX = 10
REBUILD = "rebuild"
LOADING = "loading"
APPLYING = "applying"
WAITING = "waiting for a worker of this version"


@dataclass(frozen=True, slots=True)
class RebuildOptions:
    """What is built, and what becomes of it.

    ``purpose``: `rebuild`; or `verify` or `repair`, which only compare the live generation with it:
    such a generation is never swapped in, and what is left of an interrupted one is dropped.
    ``source``: `log`, or `live` for the entity tables of the live generation. ``as_of``: only what
    had happened by then, into the generation ``into``, which is never swapped in. ``swap``: whether
    it becomes live; if so, unless more than ``changed_max`` of the rows differ (0 to 1), or,
    without ``accept_differences``, rows would go or change of tables whose definition and contract
    are as they were; and as soon as a worker is there who will feed it, unless it may be
    ``unfed``.
    """

    source: str = "log"
    as_of: datetime | None = None
    into: str | None = None
    swap: bool = True
    changed_max: float | None = None
    keep_previous_seconds: int = 86_400
    processes: int = 0
    purpose: str = REBUILD
    unfed: bool = False
    accept_differences: bool = False

    def stored(self) -> Jsonb:
        options = asdict(self)
        options["as_of"] = self.as_of.isoformat() if self.as_of else None
        return Jsonb(options)

    def continuing(self, status: "RebuildStatus | None") -> Self:
        """With the limit of the unfinished rebuild that these go on with, where they have none."""
        if status is None or status.ended_at is not None or not self.same_work(status.options):
            return self
        own = self.changed_max
        return replace(self, changed_max=status.changed_max if own is None else own)

    def same_work(self, stored: dict[str, Any]) -> bool:
        """Whether an interrupted rebuild was to build the same."""
        mine = self.stored().obj
        return all(mine[name] == stored[name] for name in ("source", "as_of", "into", "swap"))


@dataclass(frozen=True, slots=True)
class RebuildStatus:
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
        """What it is built for, as in RebuildOptions."""
        return str(self.options.get("purpose", REBUILD))

    @property
    def refusal(self) -> str:
        """Why what it has built was not swapped in; empty unless that is to be decided."""
        return "" if self.running or self.ended_at else str(self.options.get("refusal", ""))

    @property
    def changed_max(self) -> float | None:
        """Its limit, as in RebuildOptions."""
        share = self.options.get("changed_max")
        return None if share is None else float(share)

    @property
    def is_paused(self) -> bool:
        """Whether its process waits; one that is asked to does so at its next step."""
        return self.running and bool(self.options.get("paused"))

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


def read_status(connection: Connection[Any]) -> RebuildStatus | None:
    """The unfinished rebuild, or the last one that ended; None where there was none."""
    with connection.cursor(row_factory=dict_row) as cursor:
        try:
            cursor.execute(SQL["latest"])
        except psycopg.errors.UndefinedTable:
            raise NotMigrated("the table homeroom.rebuild is missing") from None
        row = cursor.fetchone()
        if row is None:
            return None
        locked = connection.execute(SQL["is_locked"], (LOCK,)).fetchone()
        return RebuildStatus(**row, running=row["ended_at"] is None and locked == (True,))


# Takes the name of a phase, how much of it is done, and of how much; None where that is unknown.
ProgressListener = Callable[[str, int, int | None], None]


class ActiveRebuild:
    """A rebuild that this process works on."""

    def __init__(
        self, connection: Connection[Any], id: int, generation: str, options: RebuildOptions,  # noqa: A002
        phase: str, listener: ProgressListener,
    ) -> None:  # fmt: skip
        self.connection = connection
        self.generation = generation
        self.options = options
        self.phase = phase
        self._id = id
        self._listener = listener
        self._total: int | None = None
        self._reported_at = 0.0

    @classmethod
    @contextmanager
    def take(
        cls,
        database_url: str,
        options: RebuildOptions,
        name: Callable[[Connection[Any]], str],
        listener: ProgressListener,
    ) -> Iterator[Self]:
        """Continues what was interrupted, or begins; ``name`` names the generation then.

        Raises RebuildUnderWay where another process has it, or where what was interrupted was to
        build something else.
        """
        process = f"{socket.gethostname()}:{os.getpid()}"
        with connect_sync(database_url, "homeroom rebuild", autocommit=True) as connection:
            locked = connection.execute(SQL["try_lock"], (LOCK,)).fetchone()
            # Behind the lock: whoever had it may have ended a moment ago.
            status = read_status(connection)
            if locked != (True,):
                where = f"{status.process} is at {status.phase}" if status else "it has just begun"
                raise RebuildUnderWay(
                    f"A rebuild runs already ({where}): `homeroom rebuild status` shows it, pause, "
                    "resume and abort control it."
                )
            if status is not None and status.ended_at is None and status.purpose != REBUILD:
                drop(connection, status.generation)
                connection.execute(SQL["end"], ("aborted", status.id))
                status = None
            if status is None or status.ended_at is not None:
                generation = name(connection)
                row = connection.execute(
                    SQL["begin"], (generation, options.stored(), process)
                ).fetchone()
                assert row is not None
                yield cls(connection, row[0], generation, options, LOADING, listener)
                return
            if options.purpose != REBUILD or not options.same_work(status.options):
                raise RebuildUnderWay(
                    f"An unfinished rebuild ({status.generation}, at {status.phase}) was to build "
                    "something else. Continue it with its own options, or drop it with `homeroom "
                    "rebuild abort`."
                )
            connection.execute(SQL["take_over"], (process, options.stored(), status.id))
            yield cls(connection, status.id, status.generation, options, status.phase, listener)

    def begin_phase(self, phase: str, total: int | None = None) -> None:
        self.phase, self._total = phase, total
        self.connection.execute(SQL["begin_phase"], (phase, total, self._id))
        self._listener(phase, 0, total)

    def progress(self, done: int, total: int | None = None) -> str | None:
        """Reports how far it is, at times in the record; returns what operators ask for.

        Raises RebuildAborted where they ask for that.
        """
        if total is not None:
            self._total = total
        at_end = done == self._total
        if time.monotonic() - self._reported_at < REPORT_SECONDS and not at_end:
            self._listener(self.phase, done, self._total)
            return None
        return self._report(done)

    def wait_while_paused(self, done: int) -> None:
        """Returns when nobody wants a pause (any more); raises as ``progress``."""
        for _ in self._looks_while_paused(done):
            time.sleep(REPORT_SECONDS)

    async def wait_while_paused_async(self, done: int) -> None:
        """The same, while other work of the event loop goes on."""
        for _ in self._looks_while_paused(done):
            await asyncio.sleep(REPORT_SECONDS)

    def _looks_while_paused(self, done: int) -> Iterator[None]:
        """One look after another, for as long as somebody wants a pause."""
        if self._report(done) != "pause":
            return
        self.connection.execute(SQL["note_pause"], (True, self._id))
        while self._report(done) == "pause":
            yield
        self.connection.execute(SQL["note_pause"], (False, self._id))

    def _report(self, done: int) -> str | None:
        self._listener(self.phase, done, self._total)
        self._reported_at = time.monotonic()
        row = self.connection.execute(
            SQL["note_progress"], (done, self._total, self._id)
        ).fetchone()
        asked = row[0] if row else None
        if asked == "abort":
            raise RebuildAborted
        return str(asked) if asked else None

    def report(self, report: Any) -> None:
        """Keeps the report of what differs, as JSON."""
        self.connection.execute(SQL["note_report"], (Jsonb(report), self._id))

    def note_refusal(self, why: str) -> None:
        """Keeps why it was not swapped, until somebody goes on with it."""
        self.connection.execute(SQL["note_refusal"], (why, self._id))

    def end(self, outcome: str) -> None:
        self.connection.execute(SQL["end"], (outcome, self._id))


def ask(database_url: str, what: str | None) -> None:
    """Asks the running rebuild to pause, or (None) to go on; HomeroomError where none runs."""
    with connect_sync(database_url, "homeroom rebuild", autocommit=True) as connection:
        status = _unfinished(connection)
        if not status.running:
            raise HomeroomError(
                f"No process works on the rebuild of {status.generation}, at {status.phase}: "
                "`homeroom rebuild` goes on with it, `homeroom rebuild abort` drops it."
            )
        if not connection.execute(SQL["ask"], (what, status.id)).rowcount:
            raise HomeroomError(
                f"The rebuild of {status.generation} has ended, or is to end: somebody aborts it."
            )


def abort(database_url: str, seconds_max: float) -> RebuildStatus:
    """Ends the unfinished rebuild and drops its generation; returns how it stood before.

    A running process does so itself; HomeroomError where it does not in time.
    """
    give_up_at = time.monotonic() + seconds_max
    with connect_sync(database_url, "homeroom rebuild", autocommit=True) as connection:
        status = _unfinished(connection)
        connection.execute(SQL["ask"], ("abort", status.id))
        while time.monotonic() < give_up_at:
            locked = connection.execute(SQL["try_lock"], (LOCK,)).fetchone() == (True,)
            # Behind the lock: whoever had it may have ended a moment ago.
            (outcome,) = connection.execute(SQL["outcome"], (status.id,)).fetchone() or (None,)
            if outcome in ("swapped", "kept"):
                raise HomeroomError(
                    f"Too late: the rebuild of {status.generation} has ended ({outcome})."
                )
            if locked and outcome is None:
                drop(connection, status.generation)
                connection.execute(SQL["end"], ("aborted", status.id))
            if locked or outcome is not None:
                return status
            # A process that is frozen, or cut off, never reads what it is asked for.
            connection.execute(SQL["end_silent"], (LOCK, status.id, SILENCE_SECONDS_MAX))
            time.sleep(LOOK_SECONDS)
    raise HomeroomError(
        f"The process {status.process} has not ended the rebuild in {seconds_max:.0f} seconds; it "
        "will, once what it does at the moment is done."
    )


def _unfinished(connection: Connection[Any]) -> RebuildStatus:
    status = read_status(connection)
    if status is None or status.ended_at is not None:
        raise HomeroomError("There is no unfinished rebuild.")
    return status
