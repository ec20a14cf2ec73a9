"""Other versions of homeroom: its own commands, with other projections or another contract."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from homeroom.readmodel import project_folder
from homeroom.settings import Settings
from tests.support.commands import TIMEOUT_SECONDS, environment

# The read model is all in which versions differ, so it is changed before anything asks for it.
PROGRAM = """
import dataclasses
import os
from pathlib import Path

import homeroom.readmodel as readmodel
from homeroom.engine.catalog import Column

original_folder, original_model = readmodel.project_folder, readmodel.read_model


def folder(name):
    changed = os.environ["TESTS_PROJECTIONS"]
    return Path(changed) if name == "projections" else original_folder(name)


def model(settings):
    known = original_model(settings)
    if not os.environ["TESTS_NEW_COLUMN"]:
        return known
    entity, column = os.environ["TESTS_NEW_COLUMN"].split(".")
    old = known.catalog.entity_by_name[entity]
    new = dataclasses.replace(old, columns=(*old.columns, Column(column, "text")))
    return dataclasses.replace(known, catalog=dataclasses.replace(
        known.catalog,
        entities=tuple(new if e is old else e for e in known.catalog.entities),
        event_types=tuple(
            dataclasses.replace(t, entity=new) if t.entity is old else t
            for t in known.catalog.event_types
        ),
    ))


readmodel.project_folder, readmodel.read_model = folder, model
from homeroom.cli import main

main()
"""


@dataclass(frozen=True)
class Version:
    """A version with projections of its own and perhaps one more column: ``entity.column``."""

    projections: Path
    new_column: str = ""

    def run(self, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of this version to its end."""
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            env=self._environment(settings),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
        )

    @contextmanager
    def running(
        self, settings: Settings, *arguments: str, log: Path | None = None
    ) -> Iterator[subprocess.Popen[str]]:
        """A command of this version that runs until the block ends."""
        with Path(log or os.devnull).open("w") as errors:
            process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, *arguments],
                env=self._environment(settings),
                stdout=subprocess.DEVNULL,
                stderr=errors,
                stdin=subprocess.DEVNULL,
                text=True,
            )
            try:
                yield process
            finally:
                process.kill()
                process.wait()

    def _environment(self, settings: Settings) -> dict[str, str]:
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
