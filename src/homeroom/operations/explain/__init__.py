"""``explain``: derives a value from its sources, down to the events that set them."""

import asyncio
import time
from dataclasses import replace

from homeroom.engine.generations.generation import ReadModel
from homeroom.operations.explain.answer import Explanation, Field, LogRead, Row
from homeroom.operations.explain.events import Setters, spans
from homeroom.operations.explain.log import LogScan
from homeroom.operations.explain.snapshot import ExplainRequest, SnapshotFindings, read_snapshot
from homeroom.settings import Settings
from homeroom.settings.databases import Process

__all__ = ["ExplainRequest", "Explanation", "explain"]


async def explain(
    settings: Settings, model: ReadModel, request: ExplainRequest, process: Process = "operator"
) -> Explanation:
    """Explains one value or row of the live generation, with the login of a process.

    Raises NotMigrated, NotExplainable where a table, key or column is not there, and
    ExplainingTooSlow. Where the time limit or retention prevents reading a part of the log, the
    explanation lacks the events of that part, and ``log`` reports it.
    """
    started = time.monotonic()
    snapshot = await asyncio.to_thread(
        read_snapshot, settings.require_database(process), model, request
    )
    scan = LogScan(
        spans(row for row in snapshot.rows if not row.in_several_partitions),
        spans(row for row in snapshot.rows if row.in_several_partitions),
    )
    setters = Setters(snapshot.rows, model.catalog, snapshot.discards)
    remaining_seconds = max(0.0, request.timeout_seconds - (time.monotonic() - started))
    log = await scan.read(settings, setters.take, remaining_seconds)
    return _with_events(snapshot, scan, setters, log)


def _with_events(
    snapshot: SnapshotFindings, scan: LogScan, setters: Setters, log: LogRead
) -> Explanation:
    rows = []
    for row in snapshot.rows:
        # Unless all events of a row were read, a later one may have set the same field.
        known = setters.of(row) if scan.covers(row.partitions, row.span) else {}
        fields = {name: Field(value, known.get(name)) for name, value in row.values.items()}
        rows.append(Row(row.entity.name, row.key, row.sequence, fields))
    moved = [f"{row.entity.name} {row.key}" for row in snapshot.rows if row.in_several_partitions]
    return replace(snapshot.explanation, rows=rows, in_several_partitions=moved, log=log)
