"""Makes this interpreter another version of homeroom, as its environment says (versions.py).

The read model is all in which versions differ. Run as a program, it is that version's `homeroom`.
"""

import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

import homeroom.readmodel as readmodel
from homeroom.engine.catalog import Column

FOLDER, MODEL = readmodel.project_folder, readmodel.read_model


def project_folder(name: str) -> Path:
    return Path(os.environ["TESTS_PROJECTIONS"]) if name == "projections" else FOLDER(name)


def read_model(settings: Any) -> Any:
    known = MODEL(settings)
    if not os.environ["TESTS_NEW_COLUMN"]:
        return known
    entity, column = os.environ["TESTS_NEW_COLUMN"].split(".")
    old = known.catalog.entity_by_name[entity]
    new = dataclasses.replace(old, columns=(*old.columns, Column(column, "text")))
    catalog = dataclasses.replace(
        known.catalog,
        entities=tuple(new if e is old else e for e in known.catalog.entities),
        event_types=tuple(
            dataclasses.replace(t, entity=new) if t.entity is old else t
            for t in known.catalog.event_types
        ),
    )
    return dataclasses.replace(known, catalog=catalog)


# Also where it was imported from already.
for module in list(sys.modules.values()):
    for name, original, changed in (
        ("project_folder", FOLDER, project_folder),
        ("read_model", MODEL, read_model),
    ):
        if getattr(module, name, None) is original:
            setattr(module, name, changed)
readmodel.reach.cache_clear()

if __name__ == "__main__":
    from homeroom.cli import main

    sys.exit(main())
