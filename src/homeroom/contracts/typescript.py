"""The TypeScript that ships: types of both sides of the contract, and a client.

Generators that need Node make it (`make contracts`). Each file begins with what it was made from,
so whether it is current can be said without Node.
"""

import re
from collections.abc import Mapping
from hashlib import sha256

from homeroom.readmodel import project_folder
from homeroom_kit.errors import ConfigurationError

FOLDER = "typescript"
# By the file: what it is made from.
SOURCES = {"http.ts": ("openapi.json",), "events.ts": ("events/",)}
# Written by hand.
OTHERS = ("client.ts",)
_MARK = re.compile(r"^// Made from (\S+), SHA-256 ([0-9a-f]{64})\.", re.MULTILINE)


def shipped() -> dict[str, str]:
    """Paths and texts of the files that come with this installation."""
    folder = project_folder("schemas") / FOLDER
    names = [*SOURCES, *OTHERS]
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        raise ConfigurationError(
            f"{folder} lacks {', '.join(missing)}: install homeroom anew, or in a checkout run "
            "`make contracts`."
        )
    return {f"{FOLDER}/{name}": (folder / name).read_text(encoding="utf-8") for name in names}


def mark(name: str, documents: Mapping[str, str]) -> str:
    """The first line of a file that is made from documents, given by their paths."""
    return f"// Made from {' '.join(SOURCES[name])}, SHA-256 {_digest(name, documents)}."


def outdated(files: Mapping[str, str]) -> list[str]:
    """The TypeScript among some files that other documents than theirs were made into."""
    found = []
    for name in SOURCES:
        path = f"{FOLDER}/{name}"
        marked = _MARK.search(files.get(path, ""))
        if marked is None or marked[2] != _digest(name, files):
            found.append(f"{path}: made from another contract; `make contracts` makes it anew")
    return found


def _digest(name: str, documents: Mapping[str, str]) -> str:
    """The hash of the documents that a file is made from."""
    chosen = sorted(path for path in documents if path.startswith(SOURCES[name]))
    made = sha256()
    for path in chosen:
        made.update(f"{path}\n{documents[path]}".encode())
    return made.hexdigest()
