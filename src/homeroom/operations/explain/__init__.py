"""``explain``: why a value is what it is, down to the events that set its sources."""

import asyncio
import time
from dataclasses import replace

from homeroom.engine.generations.generation import ReadModel
from homeroom.operations.explain.answer import Explanation, Field, LogRead, Row
from homeroom.operations.explain.events import Setters, spans
from homeroom.operations.explain.log import LogScan
from homeroom.operations.explain.snapshot import ExplainRequest, SnapshotFindings, read_snapshot
from homeroom.settings import Settings

__all__ = ["ExplainRequest", "Explanation", "explain"]


async def explain(settings: Settings, model: ReadModel, asked: ExplainRequest) -> Explanation:
    """Explains one value or row of the live generation.

    Raises NotMigrated, NotExplainable where a table, key or column is not there, and
    ExplainingTooSlow. What the time limit, or retention, keeps from the log is missing in the
    answer, which says so.
    """
    began = time.monotonic()
    found = await asyncio.to_thread(read_snapshot, settings.require_database(), model, asked)
    scan = LogScan(spans(found.rows))
    setters = Setters(found.rows, model.catalog, found.discards)
    left = max(0.0, asked.timeout_seconds - (time.monotonic() - began))
    log = await scan.read(settings, setters.take, left)
    return _told(found, scan, setters, log)


def _told(found: SnapshotFindings, scan: LogScan, setters: Setters, log: LogRead) -> Explanation:
    rows = []
    for row in found.rows:
        # Unless all events of a row were read, a later one may have set the same field.
        known = setters.of(row) if scan.covers(row.partitions, row.span) else {}
        fields = {name: Field(value, known.get(name)) for name, value in row.values.items()}
        rows.append(Row(row.entity.name, row.key, row.sequence, fields))
    return replace(found.explanation, rows=rows, log=log)
