"""Other versions of homeroom: its own commands, with other projections or another contract."""

import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from homeroom.readmodel import project_folder
from homeroom.settings import Settings
from tests.support.commands import environment, homeroom, running
from tests.support.forking import CAN_FORK

CHANGE = Path(__file__).with_name("another_version.py")
# A fork becomes another version where its environment says so (fork_server.py).
COMMAND = () if CAN_FORK else (sys.executable, str(CHANGE))


@dataclass(frozen=True)
class Version:
    """A version with projections of its own and perhaps one more column: ``entity.column``."""

    projections: Path
    new_column: str = ""

    def run(self, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of this version to its end."""
        return homeroom(self.environment(settings), *arguments, program=COMMAND)

    def running(
        self, settings: Settings, *arguments: str
    ) -> AbstractContextManager[subprocess.Popen[str]]:
        """A command of this version that runs until the block ends."""
        return running(self.environment(settings), *arguments, program=COMMAND)

    def environment(self, settings: Settings) -> dict[str, str]:
        return environment(settings) | {
            "TESTS_PROJECTIONS": str(self.projections),
            "TESTS_NEW_COLUMN": self.new_column,
        }


def changed_projections(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the projections in which one says something else."""
    for file in project_folder("projections").glob("*.sql"):
        text = file.read_text()
        if file.stem == name:
            assert old in text, text
            text = text.replace(old, new)
        (folder / file.name).write_text(text)
    return folder
