"""The contract as JSON Schemas (2020-12), one file for each event type: ``schemas/events/``.

A schema describes an event's data. ``x-homeroom`` holds the other properties of the event type.
"""

import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from homeroom_kit.contract import ENTITIES, EntityContract
from homeroom_kit.contract.event import EventData

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that pydantic derives from names: they add nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schema(entity: EntityContract, event: type[EventData]) -> dict[str, Any]:
    """The JSON Schema of one event type's data."""
    generated = event.model_json_schema(schema_generator=_Untitled)
    head = {
        "$schema": DIALECT,
        "$id": f"urn:homeroom:event:{event.type}",
        "title": event.type,
        "description": event.__doc__,
        "x-homeroom": {
            "topic": entity.topic,
            "entity": entity.name,
            "subject": "/".join(event.key_names),
            "creates": event.creates,
            **({"keeps": True} if event.keeps else {}),
            "sets": dict(event.sets),
            **({"timed": event.timed} if event.timed else {}),
            **({"dated": event.dated} if event.dated else {}),
        },
    }
    return head | {name: value for name, value in generated.items() if name not in head}


def texts() -> dict[str, str]:
    """File names and contents of all schemas."""
    return {
        f"{event.type}.json": json.dumps(schema(entity, event), indent=2, ensure_ascii=False) + "\n"
        for entity in ENTITIES
        for event in entity.events
    }


def export(folder: Path) -> list[str]:
    """Makes the folder hold exactly the schemas; returns the names of files that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted, existing = texts(), _files(folder)
    changed = [name for name in sorted(wanted | existing) if wanted.get(name) != existing.get(name)]
    for name in changed:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    return changed


def differences(folder: Path) -> list[str]:
    """What ``export`` would change, one line per file; empty where the schemas are current."""
    wanted, existing = texts(), _files(folder)
    return [
        f"{name}: {_difference(wanted.get(name), existing.get(name))}"
        for name in sorted(wanted | existing)
        if wanted.get(name) != existing.get(name)
    ]


def _difference(wanted: str | None, existing: str | None) -> str:
    if existing is None:
        return "missing"
    if wanted is None:
        return "no such event type"
    return "differs from the contract"


def _files(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.json")}
