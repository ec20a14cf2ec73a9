"""Swap and rollback as the service does them: in a thread, and stopped when the service stops."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import fields

from homeroom.api.pages.locales import _
from homeroom.engine.generations.generation import ReadModel
from homeroom.errors import RebuildRefused
from homeroom.operations.rebuilding.comparing import Report
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import REBUILD, RebuildOptions, RebuildStatus
from homeroom.operations.rebuilding.rollback import rollback
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError

KEEP_PREVIOUS_SECONDS = 86_400
WORKER_SECONDS_MAX = 10.0
NOTHING_WAITS = _(
    "No rebuild was compared and waits for a decision. `homeroom rebuild` builds one, and leaves "
    "it where the answer is no, or where more differs than may (--require-equal, --max-changed)."
)


class Stop:
    """Work in a thread that ends itself, at its next step, when nobody waits for it any more."""

    def __init__(self) -> None:
        self._asked = threading.Event()

    async def of(self, work: Callable[[], str]) -> str:
        """What the work returns; asks it to stop where this is cancelled."""
        try:
            return await asyncio.to_thread(work)
        except asyncio.CancelledError:
            self._asked.set()
            raise

    def __call__(self, phase: str, done: int, total: int | None) -> None:  # noqa: ARG002 - a listener
        """Told of each step of a rebuild."""
        if self._asked.is_set():
            raise HomeroomError(_("It was stopped; `homeroom rebuild` or Swap goes on from there."))


def waits(status: RebuildStatus) -> bool:
    """Whether a rebuild was compared, and nobody works on it."""
    return (
        status.ended_at is None
        and not status.running
        and status.purpose == REBUILD
        and status.options.get("as_of") is None
        and status.report is not None
    )


def swap(
    settings: Settings, model: ReadModel, status: RebuildStatus, accepts: bool, stop: Stop
) -> str:
    """Brings what was compared up to date, compares it once more, and makes it live.

    ``accepts``: whether rows of tables that nothing has changed may go or change. Raises as
    ``rebuild``, and RebuildRefused where a table differs that did not when the operator looked.
    """
    settings.require_kafka()
    known = {field.name for field in fields(RebuildOptions)}
    stored = {name: value for name, value in status.options.items() if name in known}
    options = RebuildOptions(**stored | {"changed_max": None, "accept_differences": accepts})
    seen = {table["table"] for table in status.report["tables"] if _differs(table)}

    def agree(report: Report | None) -> None:
        others = [t.table for t in (report.tables if report else ()) if t.differing]
        others = [name for name in others if name not in seen]
        if others:
            raise RebuildRefused(_(
                "Nothing was swapped: %(tables)s differs now and did not in the report that was "
                "looked at. Look at the new report.", tables=", ".join(others),
            ))  # fmt: skip

    generation, _report = rebuild(settings, model, options, stop, agree)
    return _("%(generation)s is live. Roll Back goes back.", generation=generation)


def roll_back(settings: Settings, model: ReadModel) -> str:
    """Makes the previous generation live again; raises as ``rollback``."""
    settings.require_kafka()
    said: list[str] = []
    generation, previous = rollback(
        settings, model, KEEP_PREVIOUS_SECONDS, WORKER_SECONDS_MAX, said.append
    )
    return _(
        "%(generation)s is live again. %(previous)s is kept: Roll Back goes back to it.",
        generation=generation, previous=previous,
    )  # fmt: skip


def _differs(table: dict[str, object]) -> bool:
    return bool(table["added"] or table["removed"] or table["changed"])
