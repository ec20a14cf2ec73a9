"""What publishers, files and other operators wrote steers nobody's terminal, in any command."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from homeroom.engine.generations.registry import enter
from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support import wait_for
from tests.support.commands import own_group_name, running, succeed, tables_of
from tests.support.feed import record
from tests.support.strength import at_full_strength
from tests.support.terminal import harmful, sent_to_terminal

# Hides text, sets the title, clears the screen with one byte, turns text round, begins a line.
FORGED = "All is well."
ATTACK = f"\x1b[8m\x1b]0;x\x07\x9b2J\r\u202e\x7f\n{FORGED}"
SHOWN = r"\u001b[8m\u001b]0;x\u0007\u009b2J\r\u202e\u007f\nAll is well."


async def publish(settings: Settings) -> None:
    """The attack in every part of a record that a publisher chooses."""
    hostile = ATTACK.encode()
    data = {"teacher_id": "T-1", "name": ATTACK, "email": None, "organization_id": None}
    registered = "teacher.registered.v1"
    records = [
        record("people", registered, "T-1", 1, data, ce_id=hostile),
        record("people", f"teacher.{ATTACK}.v1", "T-1", 2, data),
        record("people", f"{ATTACK}.v1", ATTACK, 2, data),
        # The number again, by another event, and one behind a gap.
        record("people", registered, "T-1", 1, data, ce_id=hostile + b"2"),
        record("people", registered, "T-1", 5, data, ce_id=hostile + b"5"),
        record("people", registered, ATTACK, 1, data),
        record("people", registered, "T-2", 1, hostile, **{ATTACK: hostile}),
        record("people", registered, "T-3", 1, data | {"teacher_id": "T-3", "email": [ATTACK]}),
        record("people", registered, "T-4", 1, b'"\xff' + hostile, ce_source=hostile),
    ]  # fmt: skip
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        for one in records:
            await producer.send_and_wait(
                f"{settings.topic_prefix}people", one.value, one.key, partition=0,
                headers=[(name, told) for name, told in one.headers if told is not None],
            )  # fmt: skip


@pytest.fixture(scope="module")
def attacked(prepared: Settings) -> Iterator[Settings]:
    """The records are applied, or kept as dead letters; and a row and a decision are hostile."""
    asyncio.run(publish(prepared))
    with tables_of(prepared) as tables, running(prepared, "worker"):
        tables.wait_until_applied(9)
        enter(tables.connection, tables.generation, for_session=True)
        tables.connection.execute("UPDATE teachers SET name = name || 'x'")
        yield prepared


def test_no_command_sends_what_others_wrote(attacked: Settings, tmp_path: Path) -> None:
    listed = json.loads(succeed(attacked, "dead-letters", "list", "--json"))
    letters = [one["id"] for one in listed if one["reason"] != "hole"]
    assert len(letters) == 4
    events, lines = tmp_path / "events.jsonl", tmp_path / "lines.csv"
    events.write_text(json.dumps({"specversion": ATTACK, "id": ATTACK, "type": ATTACK}))
    lines.write_text(f'user_id,class_id\n"{ATTACK}",C-1\n')
    sent = [
        sent_to_terminal(attacked, *command).stdout
        for command in (
            ("status",),
            ("dead-letters", "list"),
            *(("dead-letters", "show", letter) for letter in letters),
            ("dead-letters", "retry", "--all", "--yes"),
            ("dead-letters", "discard", letters[0], "--why", ATTACK, "--yes"),
            ("dead-letters", "show", letters[0]),
            ("explain", "teachers", "T-1"),
            ("explain", "teachers", ATTACK),
            ("verify",),
            ("repair", "--all-drifted", "--why", ATTACK, "--yes"),
            ("generations", "drop", ATTACK, "--yes"),
            ("publish", str(events)),
            ("import-assignments", str(lines), "--made-by", "A-1"),
            ("definitions", "check", f"{ATTACK}.sql"),
            ("token", "revoke", "--sub", ATTACK),
        )
    ]
    for said in sent:
        assert harmful(said) == []
        assert "\x1b[8m" not in said
        assert FORGED not in [line.strip() for line in said.splitlines()]
    whole = "".join(sent)
    # Names of types and members, keys, headers, values and reasons are all there to be read.
    assert whole.count(SHOWN) >= 10
    assert f"header {SHOWN}: {SHOWN}" in whole


@at_full_strength
def test_names_of_other_members_of_a_group_are_shown(attacked: Settings) -> None:
    async def beside_it() -> str:
        member = AIOKafkaConsumer(
            f"{attacked.topic_prefix}people",
            **client_options(attacked),
            client_id=ATTACK,
            group_id=own_group_name(attacked, "g0001"),
        )
        async with member:
            return await asyncio.to_thread(
                wait_for,
                lambda: (
                    "all is well" in (said := sent_to_terminal(attacked, "status").stdout).lower()
                    and "2 workers" in said
                    and said
                ),
            )

    said = asyncio.run(beside_it())
    assert SHOWN in said
    assert harmful(said) == []


@at_full_strength
def test_json_is_exact_and_sends_nothing_either(attacked: Settings) -> None:
    said = succeed(attacked, "status", "--json")
    assert harmful(said) == []
    types = {one["type"] for one in json.loads(said)["passed_over"]}
    assert f"{ATTACK}.v1" in types
    said = succeed(attacked, "explain", "teachers", "T-1", "name", "--json")
    assert harmful(said) == []
    assert json.loads(said)["value"] in (ATTACK, f"{ATTACK}x")
