"""Whose a generation is, and what of it each role may see: tables by name, and rows by a condition.

The role that reads sees projections, and of those that tell of persons its own rows. It is a second
barrier behind a query that forgets its WHERE (docs/guarantees.md). Others see some tables more.
A role that the cluster does not know gets nothing: whoever migrates may not be able to make any.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from psycopg import Connection, errors
from psycopg import sql as pg

from homeroom.engine.catalog import Entity
from homeroom.engine.planning.planner import Plan, ProjectionPlan
from homeroom.statements import composable, load

SQL = load("rights", __package__)

# What readers may see beside the projections; never entities, dead letters or
# the views of definitions.
READABLE = ("positions", "incomplete")
CURRENT = "nullif(current_setting({setting}, true), '')"
SETTING = pg.SQL("current_setting({}, true)")
# A generation of an older version may lack what this one grants.
LACKING = (errors.UndefinedTable, errors.UndefinedColumn)
OWN_ROWS = "CREATE POLICY {name} ON {table} FOR SELECT TO {role} USING ({condition})"


@dataclass(frozen=True)
class TableRight:
    """What a role may read of a table beside what the reader may: columns, and rows.

    ``columns``: all where none is named. ``condition``: of its rows, written as the reader's; empty
    for a table that tells of nobody.
    """

    role: str
    table: str
    condition: str = ""
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """The role that reads projections, and how row-level security limits it.

    ``settings``: by name, the setting that names the person for whom a transaction is. A table
    with a column of that name shows the role only rows of this person; of several settings that
    are set the first counts. ``conditions``: by projection, the condition of its rows where columns
    do not say it; ``{name}`` stands for whom the setting of this name names, null for nobody.

    ``owner``: whose generations are, with all rights on them. ``others``: what others may read.
    ``explainer``: who reads all of it, everybody's rows, and writes nothing.
    """

    role: str
    settings: Mapping[str, str]
    conditions: Mapping[str, str] = field(default_factory=dict)
    owner: str = ""
    explainer: str = ""
    others: Sequence[TableRight] = ()

    @property
    def person(self) -> str:
        """The name of the first setting: whose rows are few, and whom subjects' keys may name."""
        return next(iter(self.settings))


def let_read(
    connection: Connection[Any], name: str, reader: Reader, plan: Plan, entities: Sequence[Entity]
) -> None:
    """Grants the reader's role the projections by name, its own rows of them, nothing else."""
    role, schema = pg.Identifier(reader.role), pg.Identifier(name)
    connection.execute(pg.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    for projection in plan.projections:
        condition = _condition(projection, reader)
        if projection.is_view:
            _make_own(connection, name, projection, condition)
        elif condition is not None:
            _fence(connection, pg.Identifier(name, projection.name), reader, condition)
    names = (*(p.readable for p in plan.projections), *READABLE)
    tables = pg.SQL(", ").join(pg.Identifier(name, table) for table in names)
    connection.execute(pg.SQL("GRANT SELECT ON {} TO {}").format(tables, role))
    _fence_incomplete(connection, name, reader, entities)
    let_others_read(connection, name, reader)


def _condition(projection: ProjectionPlan, reader: Reader) -> pg.Composable | None:
    """Which rows the reader may see; None where the projection tells of nobody."""
    own = [column for column in reader.settings if column in projection.columns]
    told = reader.conditions.get(projection.name)
    if told is not None:
        return told_condition(told, reader)
    return _own(own, reader) if own else None


def _make_own(
    connection: Connection[Any], name: str, view: ProjectionPlan, condition: pg.Composable | None
) -> None:
    """What readers may see of a view, which has no rows of its own that a policy could judge.

    It reads with its owner's rights. The barrier keeps a caller's own functions behind the
    condition.
    """
    connection.execute(
        pg.SQL(
            "CREATE VIEW {} WITH (security_barrier) AS SELECT * FROM ({}) AS possible WHERE {}"
        ).format(
            pg.Identifier(name, view.readable), composable(view.possible),
            condition or pg.SQL("true"),
        )
    )  # fmt: skip


def let_others_read(connection: Connection[Any], name: str, reader: Reader) -> None:
    """Grants other roles what they may read of a generation, also where some of it is granted."""
    roles = {reader.explainer, *(right.role for right in reader.others)}
    known = {row[0] for row in connection.execute(SQL["known_roles"], (list(roles),))}
    fenced = {tuple(row) for row in connection.execute(SQL["policies"], (name,))}
    for right in reader.others:
        if right.role in known:
            with suppress(*LACKING), connection.transaction():
                _let_read(connection, name, reader, right, (right.table, right.role) in fenced)
    # Last: what others may read has raised walls.
    if reader.explainer in known:
        _let_read_all(connection, name, reader.explainer)


def _let_read_all(connection: Connection[Any], name: str, role: str) -> None:
    schema, whom = pg.Identifier(name), pg.Identifier(role)
    connection.execute(pg.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, whom))
    connection.execute(pg.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(schema, whom))
    closed = connection.execute(SQL["closed"], {"schema": name, "policy": role}).fetchall()
    for (table,) in closed:
        with connection.transaction():
            connection.execute(
                pg.SQL(OWN_ROWS).format(
                    name=whom, table=pg.Identifier(name, table), role=whom,
                    condition=pg.SQL("true"),
                )
            )  # fmt: skip


def _let_read(
    connection: Connection[Any], name: str, reader: Reader, right: TableRight, fenced: bool
) -> None:
    role, table = pg.Identifier(right.role), pg.Identifier(name, right.table)
    columns = pg.SQL(", ").join(map(pg.Identifier, right.columns))
    what = pg.SQL("SELECT ({})").format(columns) if right.columns else pg.SQL("SELECT")
    schema = pg.Identifier(name)
    connection.execute(pg.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(schema, role))
    connection.execute(pg.SQL("GRANT {} ON {} TO {}").format(what, table, role))
    if right.condition and not fenced:
        condition = told_condition(right.condition, reader)
        _fence(connection, table, reader, condition, right.role, right.role)


def _fence(
    connection: Connection[Any], table: pg.Identifier, reader: Reader, condition: pg.Composable,
    policy: str = "own", role: str = "",
) -> None:  # fmt: skip
    connection.execute(pg.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table))
    connection.execute(
        pg.SQL(OWN_ROWS).format(
            name=pg.Identifier(policy), table=table, role=pg.Identifier(role or reader.role),
            condition=condition,
        )
    )  # fmt: skip


def _current(reader: Reader, name: str) -> pg.Composed:
    return pg.SQL(CURRENT).format(setting=pg.Literal(reader.settings[name]))


def told_condition(text: str, reader: Reader) -> pg.Composable:
    """A condition as it is told; each person is found once, by a subquery (`_own`)."""
    people = {
        name: pg.SQL("(SELECT {})").format(_current(reader, name)) for name in reader.settings
    }
    return composable(text).format(**people)


def _own(columns: Sequence[str], reader: Reader) -> pg.Composable:
    """Whether a row is the person's, by the first of the settings that is set.

    When PostgreSQL plans a statement nobody is set yet, so it would expect that a policy shows no
    row: it would find rows by the policy, and read all that a teacher has for one page of a list.
    CASE keeps the policy out of the choice of an index, and a subquery out of the estimate.
    """
    if columns == [reader.person]:
        return pg.SQL("{} = {}").format(pg.Identifier(columns[0]), _current(reader, columns[0]))
    branches = [
        pg.SQL("WHEN (SELECT {person}) IS NOT NULL THEN {column} = (SELECT {person})").format(
            person=_current(reader, column), column=pg.Identifier(column)
        )
        for column in columns
    ]
    return pg.SQL("CASE {} ELSE false END").format(pg.SQL(" ").join(branches))


def _fence_incomplete(
    connection: Connection[Any], name: str, reader: Reader, entities: Sequence[Entity]
) -> None:
    """Limits incomplete subjects: one with the first person in its key shows only to that person.

    A transaction that names somebody else (a teacher, of many students) sees all; one that names
    nobody sees none, since keys may name teachers as well.

    Every read looks whether anything is incomplete, and each branch takes time to make ready also
    while the table is empty: so there are few.
    """
    table, mine = pg.Identifier(name, "incomplete"), _current(reader, reader.person)
    places = defaultdict[int, list[str]](list)
    for entity in entities:
        if reader.person in entity.key_names:
            places[entity.key_names.index(reader.person) + 1].append(entity.name)
    if not places:
        return
    branches = [pg.SQL("WHEN {} IS NULL THEN false").format(mine)]
    others = [SETTING.format(pg.Literal(reader.settings[o])) for o in [*reader.settings][1:]]
    if others:
        anybody = pg.SQL("WHEN concat({}) <> '' THEN true").format(pg.SQL(", ").join(others))
        branches.insert(0, anybody)
    branches += [
        pg.SQL("WHEN entity IN ({}) THEN split_part(key, '/', {}) = {}").format(
            pg.SQL(", ").join(map(pg.Literal, names)), pg.Literal(place), mine
        )
        for place, names in sorted(places.items())
    ]
    shown = pg.SQL("CASE {} ELSE true END").format(pg.SQL(" ").join(branches))
    connection.execute(pg.SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(table))
    connection.execute(
        pg.SQL("CREATE POLICY own ON {} FOR SELECT TO {} USING ({})").format(
            table, pg.Identifier(reader.role), shown
        )
    )
