"""Makes the statements that create and maintain the tables, from the catalog and the definitions.

Every statement that writes a relation leaves its delta in a temporary table ``d_<relation>``. The
statements of the relations that read it take the delta from there. The functions that make the
statements say why each has its shape; tests read their plans.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from sqlglot import exp

from homeroom.engine.catalog import Catalog
from homeroom.engine.planning import (
    entity_sql,
    feed_sql,
    flattening,
    joined,
    keys,
    rows_sql,
    times,
    top_sql,
    totals_sql,
    view_sql,
)
from homeroom.engine.planning.definitions import (
    Definition,
    order_definitions,
    refusal,
)
from homeroom.engine.planning.names import listed, own_of, quoted
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.types import of_column
from homeroom.errors import DefinitionError

# A column that an index begins with as it is: by another collation of it nothing is looked up.
_PLAIN_PART = re.compile(
    r'\s*"?(\w+)"?(?:\s+(?:asc|desc))?(?:\s+nulls\s+(?:first|last))?\s*', re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """The statements of one entity table. ``index`` adds its key and indexes."""

    name: str
    create: str
    index: tuple[str, ...]
    upsert: str
    upsert_resolved: str
    remove: str


@dataclass(frozen=True, slots=True)
class ProjectionPlan:
    """The statements of one projection.

    ``index`` adds its key and indexes, ``derive`` fills it from its definition at once. What
    ``maintain`` returns takes nothing: it reads the deltas of those sources that may have changed.
    Nor does ``feed``, which is empty for a projection whose changes the change feed does not tell.
    A view is not stored: it has a delta, and nothing to derive. ``possible``: the SELECT of all
    rows that it has or may come to have; empty for what is stored. ``file``: the name of the
    definition's file, which is another one's where the planner made it. ``rows_max``: how many
    rows a leaderboard of all has at most; 0 for other tables. ``zones``: the time zones that it
    names.
    """

    name: str
    file: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    create: tuple[str, ...]
    index: tuple[str, ...]
    derive: str
    maintain: Callable[[frozenset[str]], str]
    feed: str = ""
    possible: str = ""
    rows_max: int = 0
    zones: tuple[str, ...] = ()

    @property
    def is_view(self) -> bool:
        return bool(self.possible)

    @property
    def readable(self) -> str:
        """What readers see of it, by name."""
        return own_of(self.name) if self.is_view else self.name

    def joins_deltas(self, changed: frozenset[str]) -> bool:
        """Whether the statement joins deltas with each other, which have no index."""
        return self.is_view and len(changed) > 1


@dataclass(frozen=True)
class Plan:
    """The statements that create and maintain the tables of a generation, in their order.

    ``deltas``: what makes the temporary table of a relation, for each that another one reads.
    """

    entities: dict[str, EntityPlan] = field(default_factory=dict)
    projections: tuple[ProjectionPlan, ...] = ()
    deltas: dict[str, str] = field(default_factory=dict)

    def deltas_of(self, entities: frozenset[str]) -> frozenset[str]:
        """The relations whose deltas a change of these entities may write or read."""
        touched = self.touched_by(entities)
        read = {source for projection in touched for source in projection.sources}
        return (entities | read | {p.name for p in touched}) & self.deltas.keys()

    @property
    def tables(self) -> tuple[ProjectionPlan, ...]:
        """The projections that are stored."""
        return tuple(p for p in self.projections if not p.is_view)

    def touched_by(self, entities: frozenset[str]) -> tuple[ProjectionPlan, ...]:
        """The projections that a change of these entities may reach."""
        return tuple(projection for projection, _ in self.reached(entities))

    def reached(self, entities: frozenset[str]) -> list[tuple[ProjectionPlan, frozenset[str]]]:
        """The same, each with those of its sources that the change may reach."""
        reached = set(entities)
        touched = []
        for projection in self.projections:
            if changed := reached.intersection(projection.sources):
                reached.add(projection.name)
                touched.append((projection, frozenset(changed)))
        return touched


def entity_relations(catalog: Catalog) -> dict[str, Relation]:
    """The entities as relations. Of their columns only the key is never null."""
    return {
        e.name: Relation(
            e.name, e.key_names, e.column_names,
            types={c.name: of_column(c.sql_type) for c in e.key + e.columns},
            not_null=frozenset(e.key_names),
        )
        for e in catalog.entities
    }  # fmt: skip


def projection_relation(definition: Definition) -> Relation:
    columns = tuple(dict.fromkeys(n for s in definition.selects for n in s.named_selects))
    firsts = (_PLAIN_PART.fullmatch(index.split(",")[0]) for index in definition.indexes)
    declared = tuple(first[1] for first in firsts if first is not None)
    return Relation(definition.name, definition.key, columns, declared)


def in_order(
    catalog: Catalog, texts: Mapping[str, str], *, stored: bool = False
) -> list[Definition]:
    """The definitions, with those that are made of joins, each after what it reads."""
    columns = {entity.name: entity.column_names for entity in catalog.entities}
    keys = {entity.name: entity.key_names for entity in catalog.entities}
    return order_definitions(joined.read_all(texts, columns, keys, stored=stored), columns)


def make_plan(catalog: Catalog, texts: Mapping[str, str], *, stored: bool = False) -> Plan:
    """Reads, checks and orders the definitions, and writes the statements.

    ``texts``: the definitions' files by projection name. ``stored``: they are a generation's, as an
    older version may have accepted them that had fewer rules. Raises DefinitionError.
    """
    definitions = in_order(catalog, texts, stored=stored)
    relations = entity_relations(catalog)
    for definition in definitions:
        if definition.name in relations:
            raise DefinitionError(
                definition.file, f"{definition.name} is the name of an entity",
                "Give the file another name.",
            )  # fmt: skip
        relations[definition.name] = projection_relation(definition)
    sides: dict[str, tuple[rows_sql.Side, ...]] = {}
    for definition in definitions:
        note_use(definition, relations)
        feed_sql.note_use(definition, relations[definition.name])
        if definition.kind == "totals":
            totals_sql.note_indexes(definition, relations)
        elif definition.kind == "top":
            top_sql.note_index(definition, relations)
        elif definition.kind == "view":
            taken = view_sql.view(definition, relations)
            view_sql.note_indexes(taken, relations)
            view_sql.note_base(taken, relations[definition.name])
        else:
            sides[definition.name] = rows_sql.sides(definition, relations)
            for side in sides[definition.name]:
                side.note_indexes(relations, relations[definition.name])
        if not stored:
            keys.examine(definition, relations)
            for name in (definition.name, *definition.sources()):
                keys.check_needed(definition, relations[name])
    plans = tuple(
        _view(d, relations) if d.kind == "view"
        else _projection(d, relations, sides.get(d.name, ()))
        for d in definitions
    )  # fmt: skip
    entities = {
        e.name: EntityPlan(
            e.name,
            entity_sql.create(e),
            entity_sql.index(e, relations[e.name]),
            entity_sql.upsert(e, relations[e.name].delta),
            entity_sql.upsert(e, relations[e.name].delta, resolved=True),
            entity_sql.remove(e, relations[e.name].delta),
        )
        for e in catalog.entities
    }
    deltas = {n: r.delta.create(n, r.key) for n, r in relations.items() if r.delta.watched}
    return Plan(entities, plans, deltas)


def note_use(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """Notes for each relation that a definition reads which columns its delta must hold."""
    for select in definition.selects:
        for table in select.find_all(exp.Table):
            relation = relations[table.name]
            used = _used_columns(definition, select, table, relation)
            # The key too, though it never changes: a delta of what is read is always there.
            relation.delta.watch(definition.name, (*used, relation.key[0]))
            relation.delta.stored[relation.key[0]] = None
            if relation.base is not None and definition.kind != "totals":
                raise refusal(
                    definition, table, f"{table.name} is a view, which only `totals` read",
                    f"Make {table.name} a `rows` projection.",
                )  # fmt: skip
            if definition.kind in ("totals", "view"):
                relation.delta.stored.update(dict.fromkeys(used))
            elif definition.kind == "top":
                top_sql.note_use(definition, relation)
            elif definition.kind == "rows":
                relation.delta.stored.update(dict.fromkeys(relation.key))
            else:
                relation.delta.stored[definition.key[0]] = None


def _used_columns(
    definition: Definition, select: exp.Select, table: exp.Table, relation: Relation
) -> list[str]:
    names = []
    for column in select.find_all(exp.Column):
        is_its = flattening.owner_of(column) is table.find_ancestor(exp.Select)
        of_table = column.table == table.alias_or_name and is_its
        if of_table or (definition.kind == "refresh" and not column.table):
            if column.name in relation.columns:
                names.append(column.name)
            elif column.table:
                raise refusal(
                    definition,
                    column,
                    f"{relation.name} has no column {column.name}",
                    f"It has: {', '.join(relation.columns)}.",
                )
    return names


def _changes(definition: Definition, relations: Mapping[str, Relation]) -> dict[str, str]:
    """By source, the condition that a row of its delta is a change to the definition."""
    return {
        source: relations[source].delta.condition(definition.name, relations[source].key)
        for source in definition.sources()
    }


def _projection(
    definition: Definition, relations: Mapping[str, Relation], sides: tuple[rows_sql.Side, ...]
) -> ProjectionPlan:
    name, relation = definition.name, relations[definition.name]
    changes = _changes(definition, relations)
    told = tuple(replace(side, changes=changes[side.relation]) for side in sides)

    def maintain(changed: frozenset[str]) -> str:
        if definition.kind == "totals":
            return totals_sql.maintain(definition, relation, {s: changes[s] for s in changed})
        if definition.kind == "top":
            (condition,) = (changes[source] for source in changed)
            return top_sql.maintain(definition, relation, condition)
        return rows_sql.maintain(definition, relation, told, changed)

    by_kind = {"totals": totals_sql.view, "top": top_sql.view}
    view = by_kind.get(definition.kind, rows_sql.view)(definition)
    create = [
        f"CREATE VIEW {quoted(f'{name}_def')} AS {view}",
        # A quarter of each page stays free, so that updates need not touch the indexes (HOT).
        f"CREATE TABLE {quoted(name)} WITH (fillfactor = 75) AS "
        f"SELECT * FROM {quoted(f'{name}_def')} WITH NO DATA",
    ]
    index = [
        f"ALTER TABLE {quoted(name)} ADD PRIMARY KEY ({listed(definition.key)})",
        *(
            f"CREATE INDEX ON {quoted(name)} ({keys.index_sql(definition, columns)})"
            for columns in definition.indexes
        ),
        *relation.index_statements(),
    ]
    return ProjectionPlan(
        name,
        definition.file,
        definition.key,
        relation.columns,
        definition.sources(),
        tuple(create),
        tuple(index),
        f"INSERT INTO {quoted(name)} SELECT * FROM {quoted(f'{name}_def')}",
        cache(maintain),
        feed_sql.feed(definition) if definition.feed else "",
        rows_max=definition.top.limit if definition.top and not definition.top.group else 0,
        zones=times.zones(definition),
    )


def _view(definition: Definition, relations: Mapping[str, Relation]) -> ProjectionPlan:
    relation, taken = relations[definition.name], view_sql.view(definition, relations)
    changes = _changes(definition, relations)

    def maintain(changed: frozenset[str]) -> str:
        return view_sql.maintain(taken, relation, relations, {s: changes[s] for s in changed})

    # Nobody asks for the delta of a view that nothing reads.
    sources = definition.sources() if relation.delta.watched else ()
    return ProjectionPlan(
        definition.name, definition.file, definition.key, relation.columns, sources,
        (f"CREATE VIEW {quoted(definition.name)} AS {rows_sql.view(definition)}",), (), "",
        cache(maintain), possible=view_sql.possible(definition), zones=times.zones(definition),
    )  # fmt: skip
