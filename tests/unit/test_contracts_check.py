"""`homeroom contracts check --against`: what is printed of changes, and when it fails."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from homeroom.cli import app
from homeroom.contracts.compatibility.findings import (
    BREAKS_ALWAYS,
    BREAKS_READERS,
    BREAKS_SENDERS,
    ChangeKind,
    ContractSide,
    finding,
)
from homeroom_kit.errors import ConfigurationError

TYPE = "events/exam.scheduled.v1.json"
EVENT: dict[str, Any] = {
    "x-homeroom": {"topic": "exams", "subject": "exam_id"},
    "type": "object",
    "properties": {"exam_id": {"type": "string"}, "kind": {"enum": ["exam", "quiz"]}},
    "required": ["exam_id", "kind"],
}
ASYNCAPI: dict[str, Any] = {"channels": {}, "operations": {}, "components": {"messages": {}}}
OPENAPI: dict[str, Any] = {
    "paths": {"/exams": {"get": {"responses": {"200": {"description": "All of them."}}}}}
}


def write(folder: Path, event: dict[str, Any], openapi: dict[str, Any]) -> Path:
    (folder / "events").mkdir(parents=True)
    (folder / TYPE).write_text(json.dumps(event))
    (folder / "asyncapi.json").write_text(json.dumps(ASYNCAPI))
    (folder / "openapi.json").write_text(json.dumps(openapi))
    return folder


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., Result]:
    """Compares a contract with releases of which the newest is that above."""
    releases = tmp_path / "released"
    write(releases / "0.9.0", {"properties": {}}, {"paths": {}})
    write(releases / "0.10.0", EVENT, OPENAPI)

    def run(
        *options: str, event: dict[str, Any] = EVENT, openapi: dict[str, Any] = OPENAPI
    ) -> Result:
        new = write(tmp_path / f"new-{len(list(tmp_path.iterdir()))}", event, openapi)
        return CliRunner().invoke(
            app, ["contracts", "check", str(new), "--against", str(releases), *options]
        )

    return run


def test_nothing_changed_since_the_newest_release(check: Callable[..., Result]) -> None:
    done = check()
    assert done.exit_code == 0, done.output
    assert "0 changes since" in done.output
    assert "0.10.0" in done.output


def test_a_compatible_change_is_printed_and_does_not_fail(check: Callable[..., Result]) -> None:
    event = deepcopy(EVENT)
    event["properties"]["room"] = {"type": "string"}
    done = check(event=event)
    assert done.exit_code == 0
    assert f"compatible  field_added  {TYPE}#/properties/room" in done.output


def test_a_breaking_change_is_printed_with_what_to_do_instead(
    check: Callable[..., Result],
) -> None:
    event = deepcopy(EVENT)
    event["properties"]["kind"]["enum"].append("oral")
    done = check(event=event, openapi={"paths": {}})
    assert done.exit_code == 1
    assert f"breaking  value_added  {TYPE}#/properties/kind" in done.output
    assert "Instead: Leave this version as it is, and add the next version" in done.output
    assert "breaking  path_removed  openapi.json /exams" in done.output
    assert "2 changes since" in done.output
    assert "2 breaking." in done.output


def test_scripts_get_the_same_as_json(check: Callable[..., Result]) -> None:
    done = check("--json", openapi={"paths": {}})
    assert done.exit_code == 1
    found = json.loads(done.output)
    assert found["breaking"] is True
    (change,) = found["changes"]
    assert change == {
        "where": "openapi.json /exams", "kind": "path_removed", "what": "/exams is gone",
        "breaking": True, "instead": "Keep the path for as long as clients ask it.",
        "accepted": "",
    }  # fmt: skip


ACCEPT = '[[accepted]]\nwhere = "openapi.json /exams"\nkind = "path_removed"\nwhy = "Unused."\n'


def test_a_breaking_change_may_be_accepted_with_a_reason(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "released" / "accepted.toml").write_text(ACCEPT)
    done = check(openapi={"paths": {}})
    assert done.exit_code == 0
    assert "accepted  path_removed" in done.output
    assert "Accepted: Unused." in done.output


def test_one_of_several_changes_may_be_accepted_alone(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    event = deepcopy(EVENT)
    event["properties"]["kind"]["enum"] += ["oral", "written"]
    one, other = json.loads(check("--json", event=event).output)["changes"]
    assert (one["where"], one["kind"]) == (other["where"], other["kind"])
    lines = {name: one[name] for name in ("where", "kind", "what")} | {"why": "Unused."}
    text = "\n".join(f"{name} = {json.dumps(value)}" for name, value in lines.items())
    (tmp_path / "released" / "accepted.toml").write_text(f"[[accepted]]\n{text}\n")
    done = check("--json", event=event)
    assert done.exit_code == 1
    found = {found["what"]: found["accepted"] for found in json.loads(done.output)["changes"]}
    assert found == {one["what"]: "Unused.", other["what"]: ""}


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (ACCEPT, "there is no such breaking change"),
        ("[[accepted]]\nwhere = 'x'\n", "needs `where`, `kind` and `why`"),
        ("[[accepted", "needs `where`, `kind` and `why`"),
    ],
)
def test_what_is_accepted_must_be_there_and_have_a_reason(
    check: Callable[..., Result], tmp_path: Path, text: str, problem: str
) -> None:
    (tmp_path / "released" / "accepted.toml").write_text(text)
    done = check()
    assert isinstance(done.exception, ConfigurationError)
    assert problem in str(done.exception)


def test_a_folder_without_a_contract_is_refused(
    check: Callable[..., Result], tmp_path: Path
) -> None:
    (tmp_path / "released" / "0.10.0" / "openapi.json").unlink()
    done = check()
    assert isinstance(done.exception, ConfigurationError)
    assert "openapi.json is missing" in str(done.exception)


KINDS = list(ChangeKind)
OF_SCHEMAS = KINDS[: KINDS.index(ChangeKind.EVENT_TYPE_REMOVED)]
OF_EVENTS = KINDS[len(OF_SCHEMAS) : KINDS.index(ChangeKind.PATH_REMOVED)]
OF_HTTP = KINDS[len(OF_SCHEMAS) + len(OF_EVENTS) :]
ON_SIDES = [
    (kind, side)
    for side in ContractSide
    for kind in (*OF_SCHEMAS, *(OF_EVENTS if side is ContractSide.EVENT else OF_HTTP))
]


@pytest.mark.parametrize(("kind", "side"), ON_SIDES)
def test_whatever_breaks_says_what_to_do_instead(kind: ChangeKind, side: ContractSide) -> None:
    found = finding("x", kind, "y", side)
    assert found.breaking is bool(found.instead)
    assert found.breaking or kind not in BREAKS_ALWAYS
    assert not BREAKS_ALWAYS & (BREAKS_SENDERS | BREAKS_READERS)
