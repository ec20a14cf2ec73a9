"""A publisher restored from a backup gives a number twice: nothing stops, and somebody is told."""

import json
from pathlib import Path
from typing import Any

from homeroom.settings import Settings
from tests.support import wait_for
from tests.support.commands import Tables, running, succeed, tables_of
from tests.support.contents import contents
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength

CHANGED = "teacher.deactivated.v1"


async def publish(settings: Settings, key: str, sequence: int, event_id: str) -> tuple[int, int]:
    """A teacher's event with an id of its own; returns partition and offset."""
    return await publish_teacher(
        settings, key, sequence,
        type_name=CHANGED if sequence > 1 else "teacher.registered.v1",
        headers={"ce_id": event_id.encode()},
    )  # fmt: skip


def lines(log: Path) -> list[dict[str, Any]]:
    """What the worker has logged of it."""
    said = [json.loads(line) for line in log.read_text().split("\n")[:-1]]
    return [line for line in said if line["event"] == "sequence conflict"]


def shown(settings: Settings) -> Any:
    return json.loads(succeed(settings, "status", "--json"))["sequence_conflicts"]


@at_full_strength
async def test_a_number_given_twice_is_counted_once_shown_logged_and_stops_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    succeed(settings, "migrate")
    assert shown(settings) == []
    log = tmp_path / "worker.log"
    patient = settings.model_copy(update={"session_timeout_seconds": 60})
    topic = f"{settings.topic_prefix}people"
    with (
        log.open("w") as written,
        tables_of(settings) as tables,
        running(patient, "worker", log=written),
    ):
        await publish(settings, "T-1", 1, "one")
        await publish(settings, "T-1", 2, "two")
        # Sent again: no conflict.
        await publish(settings, "T-1", 2, "two")
        partition, offset = await publish(settings, "T-1", 2, "restored")
        await publish(settings, "T-1", 2, "restored")
        # Others go on, and so does the subject. An older number is not seen any more.
        await publish(settings, "T-1", 3, "three")
        await publish(settings, "T-1", 2, "too late")
        tables.wait_until_applied(7)
        conflict = {
            "topic": topic, "partition": partition, "offset": offset, "type": CHANGED,
            "event_id": "restored", "first_event_id": "two", "subject": "T-1", "sequence": 2,
        }  # fmt: skip
        assert shown(settings) == [conflict | {"events": 1}]
        (line,) = wait_for(lambda: lines(log))
        assert (conflict | {"entity": "teacher", "level": "warning"}).items() <= line.items()
        assert tables.rows("teacher", "teacher_id, sequence, event_id") == [("T-1", 3, "three")]
        assert "number 2 of T-1 belongs to the event two, not to restored" in succeed(
            settings, "status"
        )
        _read_again(tables, topic)
        await publish(settings, "T-1", 3, "restored too")
        wait_for(lambda: shown(settings)[0]["events"] == 2)
        assert shown(settings)[0]["event_id"] == "restored too"
        before = contents(settings.database_url)
        succeed(settings, "verify", "--against-log")
        succeed(settings, "rebuild", "--require-equal")
        # The comparison took a number, too.
        assert tables.generation == "g0003"
        assert contents(settings.database_url) == before
        assert shown(settings)[0]["events"] == 2
    assert [line["event_id"] for line in lines(log)] == ["restored", "restored too"]


def _read_again(tables: Tables, topic: str) -> None:
    """The worker applies every record of the topic once more."""
    tables.connection.execute(
        "UPDATE g0001.positions SET next_offset = 0 WHERE topic = %s AND next_offset > 0", [topic]
    )
