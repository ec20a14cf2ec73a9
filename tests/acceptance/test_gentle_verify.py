"""A worker verifies a few rows at a time, and says which are not what they should be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.faults.workers import WorkerProcess
from tests.support import wait_for
from tests.support.commands import Tables, succeed, tables_of
from tests.support.oulad_numbers import Numbers
from tests.support.scraping import Port, free_port
from tests.support.strength import at_full_strength, pick

TAMPERED = (
    ("teacher_stats", "UPDATE {}.teacher_stats SET students = students + 1"),
    ("student_classes", "DELETE FROM {0}.student_classes WHERE (class_id, student_id) = (SELECT "
     "class_id, student_id FROM {0}.student_classes ORDER BY 1, 2 LIMIT 1)"),
    ("teachers", "INSERT INTO {0}.teachers SELECT (jsonb_populate_record(t, "
     '\'{{"teacher_id": "T-ZZZ"}}\')).* FROM {0}.teachers t'),
)  # fmt: skip
CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'homeroom verify'
"""


@dataclass
class Watched:
    """A worker that verifies, its port, and the tables that it keeps."""

    worker: WorkerProcess
    port: Port
    tables: Tables

    def drift(self) -> dict[str, float]:
        """The tables that have drifted, by the worker's metrics, and how many rows of each."""
        found = self.port.scrape().get("homeroom_drift_rows", {})
        return {dict(labels)["table"]: rows for labels, rows in found.items() if rows}

    def wait_for_rounds(self) -> None:
        """Until every row's turn has come once more, at least."""
        drift = self.port.scrape()["homeroom_drift_rows"]
        rows = sum(len(self.tables.rows(dict(labels)["table"])) for labels in drift)

        def keys() -> float:
            return self.port.value("homeroom_verified_keys_total") or 0

        goal = keys() + 2 * rows
        wait_for(lambda: keys() > goal, 60)

    def tamper(self) -> None:
        for _, statement in TAMPERED:
            done = self.tables.connection.execute(statement.format(self.tables.generation).encode())
            assert done.rowcount == 1, statement

    def said(self, event: str) -> list[str]:
        return [line["table"] for line in self.worker.said(event)]


@pytest.fixture
def watched(settings: Settings, tmp_path: Path, numbers: Numbers) -> Iterator[Watched]:
    succeed(settings, "migrate")
    numbers.write_part(tmp_path, ("AAA",), one_in=pick(quick=90, thorough=4))
    said = succeed(settings, "import-oulad", "--from", str(tmp_path), "--json")
    number = free_port()
    verifying = settings.model_copy(
        # Less gentle, so that a round takes seconds.
        update={"metrics_port": number, "verify_interval_seconds": 0.01, "verify_share": 0.5}
    )
    worker = WorkerProcess(verifying, tmp_path / "worker.log", ())
    with tables_of(settings) as tables:
        port = Port(number)
        try:
            tables.wait_until_applied(json.loads(said)["events"])
            yield Watched(worker, port, tables)
        finally:
            port.close()
            worker.close()


@at_full_strength
def test_drift_is_found_said_once_and_gone_after_the_repair(
    settings: Settings, watched: Watched
) -> None:
    wait_for(lambda: watched.port.value("homeroom_verified_keys_total"), 60)
    watched.wait_for_rounds()
    assert watched.drift() == {}
    watched.tamper()
    expected = {table: 1.0 for table, _ in TAMPERED}
    # What counts the row that is gone has drifted with it.
    wait_for(lambda: watched.drift().items() >= expected.items(), 60)
    watched.wait_for_rounds()
    succeed(settings, "repair", "--all-drifted")
    wait_for(lambda: watched.drift() == {}, 60)
    said = watched.said("drift")
    assert {said.count(table) for table in expected} == {1}
    assert sorted(watched.said("drift is gone")) == sorted(said)
    watched.worker.stop()


@at_full_strength
def test_it_outlives_its_connection_and_follows_a_swap(
    settings: Settings, watched: Watched
) -> None:
    wait_for(lambda: watched.port.value("homeroom_verified_keys_total"), 60)
    assert wait_for(lambda: watched.tables.connection.execute(CUT).rowcount) == 1
    watched.worker.wait_until_said("verify interrupted, trying again")
    succeed(settings, "rebuild", "--yes")
    assert watched.tables.generation == "g0002"
    watched.tamper()
    wait_for(lambda: watched.drift().keys() >= {table for table, _ in TAMPERED}, 60)
    succeed(settings, "repair", "--all-drifted")
    wait_for(lambda: watched.drift() == {}, 60)
