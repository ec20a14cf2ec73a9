"""What commands print is whole: on terminals of 80 and 120 columns, in a pipe and in a file."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer.main

from homeroom.cli import app
from homeroom.engine.generations.registry import enter
from homeroom.operations.dead_letters.listing import REASONS
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.strength import at_full_strength, pick
from tests.support.terminal import on_terminal

LONG = "T_" + "0123456789" * 6
BAD = "x" * 300
TIME = "2026-03-01T09:00:00Z"
TEACHERS = 60
CLASS = json.dumps({
    "specversion": "1.0", "id": "1", "source": "/tests", "type": "class.created.v1",
    "subject": "C-1", "sequence": "1", "time": TIME,
    "data": {"class_id": "C-1", "organization_id": None, "teacher_id": "T-1",
             "name": "Algebra", "code": "A", "subject": "Maths", "created_at": TIME},
})  # fmt: skip
WIDTHS = pick(quick=(80, None), thorough=(80, 120, None))


def teacher(key: str, sequence: int, **changed: Any) -> str:
    data = {"teacher_id": key, "name": "Ada", "email": None, "organization_id": None} | changed
    return json.dumps({
        "specversion": "1.0", "id": f"{key}-{sequence}", "source": "/tests",
        "type": "teacher.registered.v1", "subject": key, "sequence": str(sequence), "time": TIME,
        "data": data,
    })  # fmt: skip


def key(number: int) -> str:
    """An id of 64 characters."""
    return f"{LONG}{number:02}"


@pytest.fixture(scope="module")
def broken(prepared: Settings) -> Iterator[Settings]:
    """Letters, a gap, lag and drift, all with ids as long as ids may be."""
    with tables_of(prepared) as tables:
        lines = [teacher(key(n), 1) for n in range(TEACHERS)]
        lines += [teacher(key(n), 3) for n in range(3)]
        lines.append(CLASS)
        enter(tables.connection, tables.generation, for_session=True)
        publish(prepared, tables, lines)
        letters(tables, prepared.topic_prefix)
        tables.connection.execute("UPDATE teachers SET name = %s", [BAD])
        homeroom(prepared, "publish", "-", text=teacher(key(98), 1))
        yield prepared


def publish(settings: Settings, tables: Tables, lines: Sequence[str]) -> None:
    assert homeroom(settings, "publish", "-", text="\n".join(lines)).returncode == 0
    with running(settings, "worker"):
        tables.wait_until_applied(len(lines))


def letters(tables: Tables, prefix: str) -> None:
    """Letters of the kind that a worker keeps."""
    for number in range(TEACHERS):
        tables.connection.execute(
            'INSERT INTO dead_letters (topic, partition, "offset", '
            "published_at, record_key, value, headers, reason, detail, entity, key, sequence) "
            "VALUES (%s, 0, %s, now(), %s, %s, '{}', 'invalid_data', %s, 'teacher', %s, 7)",
            [f"{prefix}people", 10**15 + number, key(number).encode(), b'"\x1b[2J"',
             f"data.name: {BAD} {number}", key(number)],
        )  # fmt: skip


def shown(settings: Settings, width: int | None, *arguments: str) -> str:
    if width is None:
        return homeroom(settings, *arguments).stdout
    return on_terminal(settings, *arguments, columns=width).stdout


@pytest.mark.parametrize("width", WIDTHS)
def test_a_list_of_letters_has_every_id_and_reason_whole(
    broken: Settings, width: int | None
) -> None:
    text = shown(broken, width, "dead-letters", "list", "--limit", "100")
    for number in range(TEACHERS):
        assert f"{broken.topic_prefix}people:0:{10**15 + number}" in text
        assert f"teacher {key(number)}" in text
        assert f"data.name: {BAD} {number}\n" in text
    for number in range(3):
        assert f"teacher/{key(number)}@2" in text
    # Each has a line, and one for each value that does not fit beside the others.
    lines_each = 1 if width is None else 4
    assert len(text.splitlines()) <= 1 + (TEACHERS + 3) * lines_each


@pytest.mark.parametrize("width", WIDTHS)
def test_a_difference_has_its_key_and_both_values_whole(
    broken: Settings, width: int | None
) -> None:
    text = shown(broken, width, "verify")
    for words in ("table", "column", key(0), key(40), f'"{BAD}"', '"Ada"'):
        assert words in text
    assert "and 10 more" in text
    assert "…" not in text.replace("… and 10 more", "")
    one = shown(broken, width, "verify", "--table", "teachers", "--key", key(7))
    assert (one.count(key(7)), one.count(BAD)) == (1, 1)


@at_full_strength
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("status",), ("topic", "position", "{prefix}people", "dead letters")),
        (("generations", "list"), ("g0001", "live", "generation")),
        (("explain", "teachers", key(7)), (f"teachers {key(7)}", f"id {key(7)}-1", BAD)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else None,
)
def test_every_other_table_is_whole(
    broken: Settings, width: int | None, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    text = shown(broken, width, *arguments)
    for word in words:
        assert word.format(prefix=broken.topic_prefix) in text
    assert "…" not in text


@pytest.mark.parametrize("width", WIDTHS)
def test_a_letter_shows_its_record_and_does_not_move_the_cursor(
    broken: Settings, width: int | None
) -> None:
    text = shown(broken, width, "dead-letters", "show", f"{broken.topic_prefix}people:0:{10**15}")
    assert f"data.name: {BAD} 0\n" in text
    assert "\x1b[2J" not in text
    assert "\\u001b[2J" in text


@pytest.fixture
def long_letter(broken: Settings) -> Iterator[str]:
    """The id of a letter whose record is long."""
    with tables_of(broken) as tables:
        enter(tables.connection, tables.generation, for_session=True)
        tables.connection.execute(
            'INSERT INTO dead_letters (topic, partition, "offset", published_at, value, headers, '
            "reason, detail) VALUES (%s, 1, 7, now(), %s, %s, 'not_an_event', 'long')",
            [f"{broken.topic_prefix}people", LONG_VALUE, [b"ce_source", b"y" * 9_000]],
        )
        yield f"{broken.topic_prefix}people:1:7"
        tables.connection.execute("DELETE FROM dead_letters WHERE detail = 'long'")


LONG_VALUE = json.dumps({"text": "x" * 3_000_000, "end": 1}).encode()


@at_full_strength
def test_a_terminal_gets_the_beginning_of_a_long_record_and_a_file_all_of_it(
    broken: Settings, long_letter: str, tmp_path: Path
) -> None:
    show = ("dead-letters", "show", long_letter)
    text = on_terminal(broken, *show, columns=80).stdout
    assert len(text) < 12_000
    assert "… and 2,996," in text
    assert "--out FILE gives all" in text
    assert "more characters: --json gives all" in text
    piped = succeed(broken, *show)
    assert "x" * 3_000_000 in piped
    assert '"end": 1' in piped
    file = tmp_path / "value"
    assert "Wrote 3,000,0" in on_terminal(broken, *show, "--out", str(file), columns=80).stdout
    assert file.read_bytes() == LONG_VALUE
    done = homeroom(broken, *show, "--out", str(tmp_path / "no" / "folder"))
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)
    done = homeroom(broken, "dead-letters", "show", f"teacher/{key(0)}@2", "--out", str(file))
    assert (done.returncode, "A gap has no record" in done.stderr) == (1, True)


def test_a_column_is_named_as_clients_know_it(broken: Settings) -> None:
    for name in ("className", "class_name", "name"):
        explained = json.loads(succeed(broken, "explain", "teacher_classes", "C-1", name, "--json"))
        assert (explained["column"], explained["value"]) == ("name", "Algebra")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("list", "--topic", "clases"), "There are: "),
        (("list", "--topic", "{prefix}clases"), "Did you mean `{prefix}classes`?"),
        (("list", "--reason", "foo"), "There are: hole, invalid_data, "),
        (("list", "--reason", "invalid-data"), "Did you mean `invalid_data`?"),
        (("retry", "--reason", "hole"), "there is no reason hole"),
    ],
)
def test_what_does_not_exist_is_refused_with_what_does(
    broken: Settings, arguments: tuple[str, ...], words: str
) -> None:
    prefix = broken.topic_prefix
    done = homeroom(broken, "dead-letters", *(a.format(prefix=prefix) for a in arguments))
    assert done.returncode == 2
    assert words.format(prefix=prefix) in done.stderr


@at_full_strength
def test_every_reason_and_topic_can_be_asked_for(broken: Settings) -> None:
    for reason in REASONS:
        succeed(broken, "dead-letters", "list", "--reason", reason)
    for topic in read_model(broken).catalog.topics:
        succeed(broken, "dead-letters", "list", "--topic", topic)


def test_a_terminal_is_asked_and_a_script_is_not(broken: Settings) -> None:
    retry = ("dead-letters", "retry", "--all")
    asked = on_terminal(broken, *retry, columns=80, answers="n\n")
    assert "Retry 60 dead letters? [y/N]" in asked.stdout
    assert asked.returncode == 1
    assert "Retried 60" in on_terminal(broken, *retry, "--yes", columns=80).stdout
    assert "Retried 60" in homeroom(broken, *retry).stdout


# These run until they are ended, or print what a shell or a file of settings takes as it is.
WITHOUT_JSON = {
    "completion", "demo", "notify", "serve", "sql", "tables", "vapid-keys", "worker",
}  # fmt: skip
SHARED = ("--json", "--yes", "--by", "--why")


def commands(command: Any) -> Iterator[Any]:
    for sub in getattr(command, "commands", {}).values():
        if not sub.hidden:
            yield from commands(sub)
    if not hasattr(command, "commands") or command.invoke_without_command:
        yield command


def test_an_option_means_the_same_in_every_command() -> None:
    existing = list(commands(typer.main.get_command(app)))
    meanings: dict[str, set[str]] = {name: set() for name in SHARED}
    for command in existing:
        options = {o: p.help for p in command.params for o in p.opts if o in SHARED}
        for name, meaning in options.items():
            meanings[name].add(meaning)
        assert "--json" in options or command.name in WITHOUT_JSON, command.name
        # Who decides and why belong together.
        assert ("--by" in options) == ("--why" in options), command.name
    assert {name: len(of_name) for name, of_name in meanings.items()} == dict.fromkeys(SHARED, 1)


def test_what_asks_can_be_told_not_to_ask(broken: Settings) -> None:
    assert "Removed" not in succeed(broken, "rebuild", "status", "--json")
    for arguments in (("outbox", "level"), ("dead-letters", "purge", "--open")):
        asked = on_terminal(broken, *arguments, columns=80, answers="n\n")
        assert "[y/N]" in asked.stdout
        assert on_terminal(broken, *arguments, "--yes", "--json", columns=80).returncode == 0
