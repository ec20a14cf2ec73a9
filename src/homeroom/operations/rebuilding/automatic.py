"""`homeroom worker --rebuild`: a worker of new code makes its own generation before it works."""

import time

import structlog

from homeroom.database import connect_sync
from homeroom.engine.generations.generation import ReadModel, differences
from homeroom.engine.generations.registry import fed_by, registered
from homeroom.errors import RebuildRefused, RebuildUnderWay
from homeroom.operations.rebuilding import preparing, swapping
from homeroom.operations.rebuilding.comparing import Report
from homeroom.operations.rebuilding.rebuild import rebuild
from homeroom.operations.rebuilding.record import RebuildOptions, read_status
from homeroom.settings import Settings

log = structlog.get_logger(__name__)

WAIT_SECONDS = 2.0
LOG_EVERY_SECONDS = 5.0


def rebuild_if_needed(settings: Settings, model: ReadModel) -> None:
    """Returns when there is a generation of this code; raises as ``rebuild``.

    Of several workers that start at once one rebuilds, and the others wait for it. What was
    refused, or left by a rollback, an operator decides: it raises RebuildRefused, and compares
    nothing.
    """
    while not _is_there(settings, model):
        try:
            rebuild(
                settings,
                model,
                _options(settings, model),
                _ProgressLines(),
                _log_report,
                hands_over=False,
                unless_made=True,
            )
        except RebuildUnderWay as error:
            log.info("another process rebuilds", told=str(error))
            time.sleep(WAIT_SECONDS)


def _options(settings: Settings, model: ReadModel) -> RebuildOptions:
    with connect_sync(
        settings.require_database("operator"), "homeroom rebuild", autocommit=True
    ) as connection:
        status = read_status(connection)
        was_left = swapping.was_left(connection, model)
    if was_left:
        raise RebuildRefused(
            "A rollback left the tables of this version, so no worker makes them again by itself. "
            "Start workers of the version that made the live generation, or run `homeroom rebuild`."
        )
    if status is not None and status.refusal:
        raise RebuildRefused(f"{status.generation} waits for an operator. {status.refusal}")
    # This process will feed it.
    return RebuildOptions(unfed=True).continuing(status)


def _is_there(settings: Settings, model: ReadModel) -> bool:
    with connect_sync(
        settings.require_database("operator"), "homeroom rebuild", autocommit=True
    ) as connection:
        generations = registered(connection)
    if fed_by(generations, model):
        return True
    live = preparing.live_of(generations)
    log.info("rebuilding", live=live.name, differences=differences(live.stored, model))
    return False


def _log_report(report: Report | None) -> None:
    """What differs; whether it may, the rebuild decides."""
    if report is not None:
        changed = {t.table: t.differing for t in report.tables if t.differing}
        log.info("compared", rows_that_differ=changed, share=round(report.share_changed, 6))


class _ProgressLines:
    """Progress in the log."""

    def __init__(self) -> None:
        self._phase = ""
        self._logged_at = 0.0

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if phase != self._phase or now - self._logged_at >= LOG_EVERY_SECONDS:
            self._phase, self._logged_at = phase, now
            log.info("rebuild", phase=phase, done=done, total=total)
