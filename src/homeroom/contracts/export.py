"""Writes the contract into a folder, and says what differs from it there.

``events/`` has a JSON Schema for each event type, ``asyncapi.json`` every topic, ``openapi.json``
the HTTP side, and ``typescript/`` types and a client of both. The first three are made from the
code. TypeScript is made from them by generators that need Node (`make contracts`), and ships.
"""

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from homeroom.contracts import asyncapi, openapi, typescript
from homeroom_kit.documents import event_schemas

MISSING, OTHER, SURPLUS = "missing", "differs from the contract", "the contract has no such file"


def made() -> dict[str, str]:
    """Paths below the folder, and texts, of all that is made from the code."""
    schemas = event_schemas.schemas()
    return {
        "asyncapi.json": text_of(asyncapi.document()),
        **{f"events/{name}.json": text_of(schema) for name, schema in schemas.items()},
        "openapi.json": text_of(openapi.document()),
    }


def text_of(document: dict[str, Any]) -> str:
    """A document as it stands in a file."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def export(folder: Path) -> list[str]:
    """Makes the folder hold exactly the contract; returns the paths that changed.

    Schemas of event types that are no more go. Other files, such as releases, stay as they are.
    """
    wanted = made() | typescript.shipped()
    existing = _files(folder, wanted)
    changed = [path for path in sorted(wanted | existing) if wanted.get(path) != existing.get(path)]
    for path in changed:
        file = folder / path
        if path in wanted:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(wanted[path], encoding="utf-8")
        else:
            file.unlink()
    return changed


def differences(folder: Path) -> list[str]:
    """What ``export`` would change, one line per file; empty where all is current."""
    wanted = made() | typescript.shipped()
    existing = _files(folder, wanted)
    found = [
        f"{path}: {_difference(wanted.get(path), existing.get(path))}"
        for path in sorted(wanted | existing)
        if wanted.get(path) != existing.get(path)
    ]
    return found + typescript.outdated(wanted)


def _difference(wanted: str | None, existing: str | None) -> str:
    if existing is None:
        return MISSING
    return SURPLUS if wanted is None else OTHER


def _files(folder: Path, wanted: Collection[str]) -> dict[str, str]:
    """What the folder has of what ``export`` writes, or wrote before."""
    named = [folder / path for path in wanted if (folder / path).is_file()]
    # Older versions wrote schemas into the folder itself.
    found = [*folder.glob("*.json"), *folder.glob("events/*.json")]
    schemas = [path for path in found if _is_schema_of_ours(path)]
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode(errors="replace")
        for path in {*named, *schemas}
    }


def _is_schema_of_ours(path: Path) -> bool:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and found.get("$id") == event_schemas.identity_of(path.stem)
