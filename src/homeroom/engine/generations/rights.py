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
OWN_ROWS = "CREATE POLICY {name} ON {table} FOR SELECT TO {role} USING ({condition})"


@dataclass(frozen=True)
class Reader:
    """The role that reads projections, and the columns by which row-level security limits it.

    ``fenced``: a table with this column shows the role only rows of the person that its transaction
    names. ``settings``: by column, the setting that names the person; of several that are set the
    first counts.
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
    own = {name: setting for name, setting in reader.settings.items() if name in columns}
    policy = pg.SQL(OWN_ROWS).format(
        name=pg.Identifier(f"own_{'_'.join(own)}"), table=table, role=pg.Identifier(reader.role),
        condition=_condition(own),
    )  # fmt: skip
    connection.execute(policy)


def _condition(settings: Mapping[str, str]) -> pg.Composable:
    """Whether a row is the person's, by the first of the settings that is set.

    When PostgreSQL plans a statement nobody is set yet, so it would expect that a policy shows no
    row: it would find rows by the policy, and read all that a teacher has for one page of a list.
    CASE keeps the policy out of the choice of an index, and a subquery out of the estimate.
    """
    current = {c: pg.SQL(CURRENT).format(setting=pg.Literal(s)) for c, s in settings.items()}
    if len(current) == 1:
        ((column, person),) = current.items()
        return pg.SQL("{} = {}").format(pg.Identifier(column), person)
    branches = [
        pg.SQL("WHEN (SELECT {person}) IS NOT NULL THEN {column} = (SELECT {person})").format(
            person=person, column=pg.Identifier(column)
        )
        for column, person in current.items()
    ]
    return pg.SQL("CASE {} ELSE false END").format(pg.SQL(" ").join(branches))


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
