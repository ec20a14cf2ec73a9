"""What makes a generation's tables such that the job can write them.

The job names no column besides an entity's own and a projection's, and those of `positions`,
`incomplete` and `unreadable`.
"""

from collections.abc import Iterator

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.planning.names import quoted
from homeroom.flink.sinks import THERE
from homeroom.flink.tables import SQL as TABLES
from homeroom.flink.tables import without_columns
from homeroom.statements import load

SQL = load("fitting", __package__)
# The columns in which a worker counts an entity's events, where they may not be null.
COUNTED = ("sequence", "first_sequence", "mask")


def fitting(model: ReadModel) -> Iterator[str]:
    """Statements that fit a generation's tables, bare names of its schema, to the job."""
    for entity in model.catalog.entities:
        changes = [f"ALTER {column} DROP NOT NULL" for column in COUNTED]
        if not entity.columns:
            changes.append(f"ADD COLUMN {quoted(THERE)} boolean")
        yield f"ALTER TABLE {quoted(entity.name)} {', '.join(changes)}"
    for name in without_columns(model):
        yield f"ALTER TABLE {quoted(name)} ADD COLUMN {quoted(THERE)} boolean"
    yield SQL["say_has_row"].decode()
    yield TABLES["unreadable"].decode()
