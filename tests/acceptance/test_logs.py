"""A worker's log can be read by a machine, and says where in the log of events it speaks of."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Tables, running
from tests.support.publishing import publish_teacher

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
TRACED = {"ce_traceparent": f"00-{TRACE_ID}-b7ad6b7169203331-01".encode()}


class Log:
    """The lines of a file, each of which must be a JSON object."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def lines(self, event: str = "") -> list[dict[str, Any]]:
        whole = self._file.read_text().split("\n")[:-1]
        return [line for line in map(json.loads, whole) if event in ("", line["event"])]

    def wait_for(self, event: str) -> dict[str, Any]:
        return wait_for(lambda: self.lines(event), 30)[0]


@pytest.fixture
def log(prepared: Settings, tmp_path: Path) -> Iterator[Log]:
    """The log of a running worker."""
    file = tmp_path / "worker.log"
    # A stall must not cost it the group, and make it read its positions again.
    patient = prepared.model_copy(update={"session_timeout_seconds": 60})
    with file.open("w") as written, running(patient, "worker", log=written):
        yield Log(file)


async def test_letters_and_retries_name_their_place_and_trace(
    prepared: Settings, tables: Tables, log: Log
) -> None:
    topic = f"{prepared.topic_prefix}people"
    partition, offset = await publish_teacher(prepared, "T-1", value=b"[]", headers=TRACED)
    letter = log.wait_for("dead letter")
    place = {"topic": topic, "partition": partition, "offset": offset, "trace_id": TRACE_ID}
    assert place.items() <= letter.items()
    assert (letter["level"], letter["reason"]) == ("warning", "invalid_data")
    assert (letter["entity"], letter["subject"], letter["sequence"]) == ("teacher", "T-1", 1)

    # Another worker that moved the position first, as far as this one can tell.
    tables.connection.execute(
        "UPDATE g0001.positions SET next_offset = 0 WHERE (topic, partition) = (%s, %s)",
        [topic, partition],
    )
    await publish_teacher(prepared, "T-1", 2)
    again = log.wait_for("batch given up, read again")
    assert again["error_type"] == "PositionConflict"
    assert {"topic": topic, "partition": partition, "offset": offset + 1} in again["positions"]
    assert again["records"] == 1
    tables.wait_until_applied(2)
    for line in log.lines():
        assert {"event", "level", "timestamp"} <= set(line)
