"""What the role that reads may see of a generation: projections by name, and its own rows of them.

It is a second barrier behind a query that forgets its WHERE, not one against a stolen login
(docs/guarantees.md).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection
from psycopg import sql as pg

from homeroom.engine.catalog import Entity
from homeroom.engine.planning.planner import Plan

# What readers may see beside the projections; never entities, dead letters or
# the views of definitions.
READABLE = ("positions", "incomplete")
CURRENT = "nullif(current_setting({setting}, true), '')"
OWN_ROWS = (
    f"CREATE POLICY {{name}} ON {{table}} FOR SELECT TO {{role}} USING ({{column}} = {CURRENT})"
)


@dataclass(frozen=True)
class Reader:
    """The role that reads projections, and the columns by which row-level security limits it.

    ``fenced``: a table with this column shows the role only rows of the person that its transaction
    names. ``settings``: by column, the setting that names the person; a fenced table has one policy
    for each of these columns that it has.
    """

    role: str
    fenced: str
    settings: Mapping[str, str]


def let_read(
    connection: Connection[Any], name: str, reader: Reader, plan: Plan, entities: Sequence[Entity]
) -> None:
    """Grants the reader's role the projections by name, its own rows of them, nothing else."""
    role, schema = pg.Identifier(reader.role), pg.Identifier(name)
    connection.execute(pg.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    names = (*(p.name for p in plan.projections), *READABLE)
    tables = pg.SQL(", ").join(pg.Identifier(name, table) for table in names)
    connection.execute(pg.SQL("GRANT SELECT ON {} TO {}").format(tables, role))
    for projection in plan.projections:
        if reader.fenced in projection.columns:
            _fence(connection, pg.Identifier(name, projection.name), reader, projection.columns)
    _fence_incomplete(connection, name, reader, entities)


def _fence(
    connection: Connection[Any], table: pg.Identifier, reader: Reader, columns: Sequence[str]
) -> None:
    connection.execute(pg.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table))
    for column, setting in reader.settings.items():
        if column in columns:
            policy = pg.SQL(OWN_ROWS).format(
                name=pg.Identifier(f"own_{column}"), table=table, role=pg.Identifier(reader.role),
                column=pg.Identifier(column), setting=pg.Literal(setting),
            )  # fmt: skip
            connection.execute(policy)


def _fence_incomplete(
    connection: Connection[Any], name: str, reader: Reader, entities: Sequence[Entity]
) -> None:
    """Limits incomplete subjects: one with the fenced column in its key shows only to that person.

    A transaction that names a person by another column (a teacher, of many students) sees all.
    """
    table, own = pg.Identifier(name, "incomplete"), reader.settings[reader.fenced]
    mine = pg.SQL(CURRENT).format(setting=pg.Literal(own))
    others = [
        pg.SQL("{} IS NOT NULL").format(pg.SQL(CURRENT).format(setting=pg.Literal(setting)))
        for column, setting in reader.settings.items()
        if column != reader.fenced
    ]
    parts = [
        pg.SQL("WHEN {} THEN split_part(key, '/', {}) = {}").format(
            pg.Literal(entity.name), pg.Literal(entity.key_names.index(reader.fenced) + 1), mine
        )
        for entity in entities
        if reader.fenced in entity.key_names
    ]
    if not parts:
        return
    shown = pg.SQL(" OR ").join([
        *others, pg.SQL("CASE entity {} ELSE true END").format(pg.SQL(" ").join(parts))
    ])  # fmt: skip
    connection.execute(pg.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table))
    connection.execute(
        pg.SQL("CREATE POLICY own ON {} FOR SELECT TO {} USING ({})").format(
            table, pg.Identifier(reader.role), shown
        )
    )
