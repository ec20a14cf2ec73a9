"""docs/adding-a-dashboard.md, performed as it stands on a copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from homeroom.settings import Settings
from tests.support.commands import environment, homeroom, running, succeed
from tests.support.pages import DOCS, ROOT
from tests.support.strength import at_full_strength

PAGE = DOCS / "adding-a-dashboard.md"
COPIED = ("src", "kit", "projections", "schemas", "migrations", "tests", "docs", "pyproject.toml",
          "Makefile", "requirements.lock")  # fmt: skip
# The first line of a block names its file.
FILE = re.compile(r"^```(python|sql|diff)\n(?:#|--) (\S+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
BIN = Path(sys.executable).parent
# Commands, and the JSON that the last ones print.
PERFORM = re.compile(
    r"^<!-- perform: (?P<name>\w+) -->\n```sh\n(?P<commands>.*?)^```\n"
    r"(?:\n```json\n(?P<answer>.*?)^```)?",
    re.DOTALL | re.MULTILINE,
)
ADDRESS = "http://127.0.0.1:8000"
STUDENT = {
    "specversion": "1.0", "id": "S-1", "source": "/tests", "type": "student.registered.v1",
    "subject": "S-1", "sequence": "1", "time": "2026-03-01T08:00:00Z",
    "data": {"student_id": "S-1", "name": "Grace", "email": None, "track_id": None,
             "cohort": None, "mentor_id": None, "time_zone": None, "consents": {}},
}  # fmt: skip


class Copy:
    """A copy of the project: its files, and its commands."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder = folder
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, folder / name)
            else:
                shutil.copy2(source, folder)
        self._install()
        self.environment = environment(settings) | {
            "PYTHONPATH": f"{folder / 'src'}:{folder / 'kit' / 'src'}",
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "WORKERS": "0",
        }

    def _install(self) -> None:
        """What the project has installed, as it is: `make` must find nothing to do about it."""
        installed, own = Path(sys.prefix), self._folder / ".venv"
        own.mkdir()
        for name in ("bin", "lib"):
            (own / name).symlink_to(installed / name)
        shutil.copy(installed / "pyvenv.cfg", own)
        (own / ".installed").touch()

    def write(self, kind: str, name: str, text: str) -> None:
        """Creates a file, or changes it where the block is a diff."""
        file = self._folder / name
        if kind != "diff":
            assert not file.exists(), name
            file.write_text(text)
            return
        lines = [(line[0], line[1:]) for line in text.splitlines(keepends=True)]
        old = "".join(line for mark, line in lines if mark != "+")
        new = "".join(line for mark, line in lines if mark != "-")
        before = f"\n{file.read_text()}"
        assert f"\n{old}" in before, f"{name} has no line {old}"
        file.write_text(before.replace(f"\n{old}", f"\n{new}")[1:])

    def run(self, commands: str) -> str:
        """What the commands print, all of which must succeed."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self._folder, env=self.environment, text=True, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture
def old_version(settings: Settings, tmp_path: Path) -> Settings:
    """What the project of today has made and published: a student."""
    succeed(settings, "migrate")
    (tmp_path / "student.jsonl").write_text(json.dumps(STUDENT))
    succeed(settings, "publish", str(tmp_path / "student.jsonl"))
    return settings


@at_full_strength
def test_the_page_leads_from_nothing_to_a_dashboard(old_version: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    copy = Copy(folder, old_version)
    page = PAGE.read_text()
    steps = sorted([*FILE.finditer(page), *PERFORM.finditer(page)], key=re.Match.start)
    assert steps[-1]["name"] == "ask"
    for step in steps[:-1]:
        if step.re is FILE:
            copy.write(*step.groups())
        else:
            copy.run(step["commands"])
    served = copy.environment | {"HOMEROOM_PORT": "0"}
    program = (str(BIN / "homeroom"),)
    with running(served, "serve", program=program) as service:
        assert service.stdout is not None
        address = service.stdout.readline().split()[-1]
        answer = copy.run(steps[-1]["commands"].replace(ADDRESS, address))
    assert json.loads(answer) == json.loads(steps[-1]["answer"])
    assert homeroom(copy.environment, "verify", program=program).returncode == 0
