"""What the demo's home was filled with. Other data, or other servers, begin with an empty one."""

import hashlib
import inspect
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from homeroom.local import (
    components,
    kafka_jars,
    oulad,
    oulad_files,
    oulad_subjects,
    postgres,
    process,
)
from homeroom.local.demo import batches, schools, students, teaching, year

DATA = Path(__file__).parents[1] / "data"
# The code that makes events of the files.
MODULES = (oulad, oulad_files, oulad_subjects, year, students, batches, teaching, schools)
# All that belongs to one log and its tables. The key of tokens stays.
FILLED = ("kafka", "postgres", "publications.json", "year.json")


@dataclass(frozen=True, slots=True)
class Origin:
    """The data set, by a hash of what its events follow from, and the versions of the servers."""

    data_set: str
    kafka: str
    postgresql: str

    @classmethod
    def of(cls, folder: Path | None) -> Self:
        """That of this code, with the files of a folder or with those that homeroom ships."""
        return cls(data_set(folder), kafka_jars.VERSION, postgres.major_version())

    def differences(self, filled_with: dict[str, str]) -> list[str]:
        """What differs from what the home was filled with, a short phrase each."""
        names = {"data_set": "data set", "kafka": "Kafka", "postgresql": "PostgreSQL"}
        own = asdict(self)
        phrases = []
        for field, name in names.items():
            there, here = filled_with.get(field, "unknown"), own[field]
            if there != here:
                versions = "" if field == "data_set" else f": {there} before, {here} now"
                phrases.append(f"another {name}{versions}")
        return phrases


def data_set(folder: Path | None) -> str:
    """A name of the events that the demo publishes: it changes where they may be others."""
    digest = hashlib.sha256()
    further = [] if folder is None else folder.glob("*.csv")
    for file in (*sorted(DATA.glob("*/*.xz")), *sorted(further)):
        digest.update(file.read_bytes())
    for module in MODULES:
        digest.update(inspect.getsource(module).encode())
    return digest.hexdigest()[:16]


def empty_if_other(folder: Path, origin: Origin) -> list[str]:
    """Stops and removes what other data or servers left in the folder; returns what differs.

    From then on the folder belongs to this origin.
    """
    path = folder / "origin.json"
    differences = []
    if any((folder / name).exists() for name in FILLED):
        differences = origin.differences(process.read_state(path))
    if differences:
        components.stop(folder)
        for name in FILLED:
            if (folder / name).is_dir():
                shutil.rmtree(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
    process.write_state(path, asdict(origin))
    return differences
