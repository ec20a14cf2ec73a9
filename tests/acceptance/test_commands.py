"""The commands, as operators use and misuse them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from homeroom.cli import app
from homeroom.settings import Settings
from tests.support.commands import INSTALLED, Service, Tables, environment, homeroom, succeed
from tests.support.strength import at_full_strength

TEACHER = {"teacher_id": "T-1", "name": "Ada", "email": None, "organization_id": None}


def event(number: int, **changes: object) -> str:
    """A line for `homeroom publish`: a teacher of that number."""
    data = TEACHER | {"teacher_id": f"T-{number}"}
    attributes = {
        "specversion": "1.0",
        "id": f"registered-{number}",
        "source": "/services/people",
        "type": "teacher.registered.v1",
        "time": "2026-03-01T09:30:00Z",
        "subject": f"T-{number}",
        "sequence": "1",
        "data": data,
    }
    return json.dumps(attributes | changes)


def commands(command: Any, path: str = "homeroom") -> Iterator[tuple[str, str]]:
    """Name and help of every command and of those in groups; hidden ones only say what to type."""
    below = getattr(command, "commands", {})
    for name, sub in below.items():
        if not sub.hidden:
            yield from commands(sub, f"{path} {name}")
    if not below:
        yield path, command.help


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    _, example = COMMANDS[command].split("Example: ")
    assert command in example


def test_help_is_printed(environment: dict[str, str]) -> None:
    done = homeroom(environment, "publish", "--help", program=INSTALLED)
    assert done.returncode == 0
    assert "Example: homeroom publish events.jsonl" in done.stdout


@pytest.mark.parametrize("arguments", [("worker", "--no-such"), ("no-such",), ("publish",)])
def test_wrong_usage_exits_with_2(environment: dict[str, str], arguments: tuple[str, ...]) -> None:
    assert homeroom(environment, *arguments, program=INSTALLED).returncode == 2


@pytest.mark.empty_database
@pytest.mark.parametrize("command", ["worker", "serve", "verify"])
def test_an_unprepared_database_is_told_from_one_that_is_empty(
    settings: Settings, command: str
) -> None:
    done = homeroom(settings.model_copy(update={"port": 0}), command)
    assert done.returncode == 1
    assert "Run `homeroom migrate`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("command", "missing"),
    [
        (("migrate",), "HOMEROOM_DATABASE_URL"),
        (("worker",), "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS"),
        (("serve",), "HOMEROOM_JWT_SECRET"),
        (("publish", "-"), "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS"),
        (("verify",), "HOMEROOM_DATABASE_URL"),
        (("demo",), "HOMEROOM_KAFKA_BOOTSTRAP_SERVERS"),
        (("token", "issue", "--sub", "T-1", "--role", "teacher"), "HOMEROOM_JWT_SECRET"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_missing_setting_is_named(
    environment: dict[str, str], command: tuple[str, ...], missing: str
) -> None:
    del environment[missing]
    done = homeroom(environment, *command, text=event(1))
    assert done.returncode == 1
    assert missing in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_that_cannot_be_used_is_named(environment: dict[str, str]) -> None:
    done = homeroom(environment | {"HOMEROOM_PORT": "many"}, "serve")
    assert done.returncode == 1
    assert "HOMEROOM_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_migrate_may_run_again(prepared: Settings) -> None:
    again = json.loads(succeed(prepared, "migrate", "--json"))
    assert again == {"generation": "g0001", "topics_created": [], "warnings": []}


@at_full_strength
def test_nothing_of_a_file_with_bad_lines_is_published(
    projected: Settings, tables: Tables, tmp_path: Path
) -> None:
    lines = [event(1), "{", event(2), event(3, sequence="none"), event(4, type="teacher.eaten.v1")]
    file = tmp_path / "events.jsonl"
    file.write_text("\n".join(lines))
    before = tables.applied()
    done = homeroom(projected, "publish", str(file))
    assert done.returncode == 1
    assert "3 of 5 lines are refused" in done.stderr
    for number in (2, 4, 5):
        assert f"line {number}: " in done.stderr
    published = json.loads(publish(projected, event(5)))
    tables.wait_until_applied(before + published["events"])
    assert tables.applied() == before + 1


def test_an_unknown_type_is_told_which_one_is_near(prepared: Settings) -> None:
    done = homeroom(prepared, "publish", "-", text=event(1, type="teacher.registred.v1"))
    assert done.returncode == 1
    assert "'teacher.registred.v1'. Did you mean `teacher.registered.v1`?" in done.stderr
    done = homeroom(prepared, "publish", "-", text=event(1, type="teacher.registered.v2"))
    assert "Did you mean `teacher.registered.v1`?" in done.stderr


def test_what_was_published_is_said_and_nothing_of_nothing(
    projected: Settings, tables: Tables
) -> None:
    before = tables.applied()
    one = homeroom(projected, "publish", "-", text=event(1))
    assert one.stdout.startswith("Published 1 event.\nHomeroom-Wait-For: ")
    tables.wait_until_applied(before + 1)
    none = homeroom(projected, "publish", "-", text="\n")
    assert none.stdout == "No events: nothing was published.\n"


def publish(settings: Settings, *lines: str) -> str:
    """What `homeroom publish - --json` prints."""
    done = homeroom(settings, "publish", "-", "--json", text="\n".join(lines))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_row_that_was_tampered_with_is_found(projected: Settings, tables: Tables) -> None:
    before = tables.applied()
    publish(projected, event(10))
    tables.wait_until_applied(before + 1)
    assert "differs" not in succeed(projected, "verify")
    row = tables.generation, "teachers"
    rename(tables, row, "Eve")
    done = homeroom(projected, "verify", "--json")
    assert done.returncode == 1
    differing = [table for table in json.loads(done.stdout) if table["unexpected"]]
    assert [table["table"] for table in differing] == ["teachers"]
    assert (differing[0]["unexpected"], differing[0]["missing"]) == (1, 1)
    rename(tables, row, "Ada")
    succeed(projected, "verify")


def rename(tables: Tables, table: tuple[str, str], name: str) -> None:
    schema, relation = table
    tables.connection.execute(
        f"UPDATE {schema}.{relation} SET name = %s WHERE teacher_id = 'T-10'",  # noqa: S608
        [name],
    )


def test_an_issued_token_is_accepted_until_it_is_revoked(
    projected: Settings, service: Service, tables: Tables
) -> None:
    before = tables.applied()
    publish(projected, event(20))
    tables.wait_until_applied(before + 1)
    issue = ("token", "issue", "--sub", "T-20", "--role", "teacher")
    token = succeed(projected, *issue, "--expires-in", "600").strip()
    bearer = {"Authorization": f"Bearer {token}"}
    assert service.ask("T-20", "stats", **bearer).status_code == 200
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    succeed(projected, "token", "revoke", claims["jti"])
    assert service.ask("T-20", "stats", **bearer).status_code == 401
    done = homeroom(projected, "token", "issue", "--sub", "T-20", "--role", "headmaster")
    assert done.returncode == 1
    assert "headmaster is no role" in done.stderr


@at_full_strength
def test_the_committed_contract_is_current(environment: dict[str, str]) -> None:
    folder = Path(__file__).parents[2] / "schemas"
    succeed(environment, "contracts", "check", str(folder))


def test_servers_that_do_not_answer_are_named(settings: Settings) -> None:
    nowhere = settings.model_copy(update={"database_url": "postgresql://x@127.0.0.1:9/x"})
    done = homeroom(environment(nowhere), "verify")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
