"""Other versions of homeroom: its own commands, with other projections or another contract."""

import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from homeroom.readmodel import project_folder
from homeroom.settings import Settings
from tests.support.commands import environment, homeroom, running

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
COMMAND = (sys.executable, "-c", PROGRAM)


@dataclass(frozen=True)
class Version:
    """A version with projections of its own and perhaps one more column: ``entity.column``."""

    projections: Path
    new_column: str = ""

    def run(self, settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command of this version to its end."""
        return homeroom(self._environment(settings), *arguments, program=COMMAND)

    def running(
        self, settings: Settings, *arguments: str
    ) -> AbstractContextManager[subprocess.Popen[str]]:
        """A command of this version that runs until the block ends."""
        return running(self._environment(settings), *arguments, program=COMMAND)

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
