"""The file that `homeroom init` writes."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.settings import Settings
from homeroom.settings.starting_file import LEFT_OUT, starting_file, starting_values
from homeroom_kit.settings import PREFIX


def initialised(folder: Path, *options: str) -> str:
    done = CliRunner().invoke(app, ["init", str(folder), *options])
    assert done.exit_code == 0, done.output
    return (folder / "homeroom.env").read_text()


def test_it_names_every_setting_once_with_its_default() -> None:
    text = starting_file("homeroom.env", starting_values("postgresql://a", "b:9092"))
    lines = re.findall(rf"^(#?){PREFIX}(\w+)=(.*)$", text, re.MULTILINE)
    names = [name.lower() for _, name, _ in lines]
    assert sorted(names) == sorted(Settings.model_fields.keys() - LEFT_OUT)
    values = {
        f"{name.lower()}": "".join(shlex.split(value)) for comment, name, value in lines if comment
    }
    # What it shows as defaults are the defaults.
    assert Settings(**values).model_dump() == Settings.model_construct().model_dump()


def test_its_lines_are_short_but_for_values() -> None:
    text = starting_file("homeroom.env", {})
    assert [one for one in text.splitlines() if len(one) > 100 and one.startswith("# ")] == []


def test_each_has_keys_of_its_own(tmp_path: Path) -> None:
    keys = re.compile(r"^HOMEROOM_(?:JWT|SESSION)_SECRET=([0-9a-f]{64})$", re.MULTILINE)
    found = [*keys.findall(initialised(tmp_path / "a")), *keys.findall(initialised(tmp_path / "b"))]
    assert len({*found}) == 4


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    initialised(tmp_path)
    assert (tmp_path / "homeroom.env").stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_there_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = initialised(tmp_path)
    done = CliRunner().invoke(app, ["init"])
    assert "homeroom.env is there already" in str(done.exception)
    assert (tmp_path / "homeroom.env").read_text() == before


def test_with_force_it_is_kept_beside_the_new_one(tmp_path: Path) -> None:
    before = initialised(tmp_path)
    after = initialised(tmp_path, "--force", "--yes")
    assert after != before
    (kept,) = tmp_path.glob("homeroom.env.*")
    assert kept.read_text() == before


def test_a_shell_takes_what_is_said_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://a:b@h/d?sslmode=require&options=-c%20x"
    assert f"HOMEROOM_DATABASE_URL='{url}'" in initialised(tmp_path, "--database-url", url)


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = CliRunner().invoke(app, ["init", str(tmp_path / "file")])
    assert "cannot be written" in str(done.exception)
