"""Makes the statements that create and maintain the tables, from the catalog and the definitions.

Every statement that writes a relation leaves its delta in a temporary table ``d_<relation>``. The
statements of the relations that read it take the delta from there. The functions that make the
statements say why each has its shape; tests read their plans.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.engine.catalog import Catalog
from homeroom.engine.planning import entity_sql, rows_sql, totals_sql
from homeroom.engine.planning.definitions import (
    Definition,
    order_definitions,
    read_definition,
    refusal,
)
from homeroom.engine.planning.relations import Relation


@dataclass(frozen=True, slots=True)
class EntityPlan:
    """The statements of one entity table. ``index`` adds its key and indexes."""

    name: str
    create: str
    index: tuple[str, ...]
    temporary: tuple[str, ...]
    upsert: str
    upsert_resolved: str


@dataclass(frozen=True, slots=True)
class ProjectionPlan:
    """The statements of one projection.

    ``index`` adds its key and indexes, ``derive`` fills it from its definition at once,
    ``maintain`` takes nothing: it reads the deltas.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    sources: tuple[str, ...]
    create: tuple[str, ...]
    index: tuple[str, ...]
    temporary: tuple[str, ...]
    derive: str
    maintain: str


@dataclass(frozen=True)
class Plan:
    """The statements that create and maintain the tables of a generation, in their order."""

    entities: dict[str, EntityPlan] = field(default_factory=dict)
    projections: tuple[ProjectionPlan, ...] = ()

    def temporary(self) -> list[str]:
        """The temporary tables of a writer's session."""
        of_entities = [s for plan in self.entities.values() for s in plan.temporary]
        return of_entities + [s for plan in self.projections for s in plan.temporary]

    def touched_by(self, entities: frozenset[str]) -> tuple[ProjectionPlan, ...]:
        """The projections that a change of these entities may reach."""
        reached = set(entities)
        touched = []
        for projection in self.projections:
            if not reached.isdisjoint(projection.sources):
                reached.add(projection.name)
                touched.append(projection)
        return tuple(touched)


def make_plan(catalog: Catalog, texts: Mapping[str, str]) -> Plan:
    """Reads, checks and orders the definitions, and writes the statements.

    ``texts``: the definitions' files by projection name. Raises DefinitionError.
    """
    definitions = order_definitions(
        {name: read_definition(name, text) for name, text in texts.items()},
        {entity.name: entity.column_names for entity in catalog.entities},
    )
    relations = {e.name: Relation(e.name, e.key_names, e.column_names) for e in catalog.entities}
    for definition in definitions:
        columns = tuple(dict.fromkeys(n for s in definition.selects for n in s.named_selects))
        declared = tuple(index.split(",")[0].split()[0] for index in definition.indexes)
        relations[definition.name] = Relation(definition.name, definition.key, columns, declared)
    sides: dict[str, tuple[rows_sql.Side, ...]] = {}
    for definition in definitions:
        note_use(definition, relations)
        if definition.kind == "totals":
            totals_sql.note_indexes(definition, relations)
        else:
            sides[definition.name] = rows_sql.sides(definition, relations)
            for side in sides[definition.name]:
                side.note_indexes(relations, relations[definition.name])
    plans = tuple(_projection(d, relations[d.name], sides.get(d.name, ())) for d in definitions)
    entities = {
        e.name: EntityPlan(
            e.name,
            entity_sql.create(e),
            entity_sql.index(e, relations[e.name]),
            relations[e.name].delta.create(e.name),
            entity_sql.upsert(e, relations[e.name].delta),
            entity_sql.upsert(e, relations[e.name].delta, resolved=True),
        )
        for e in catalog.entities
    }
    return Plan(entities, plans)


def note_use(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """Notes for each relation that a definition reads which columns its delta must hold."""
    for select in definition.selects:
        for table in select.find_all(exp.Table):
            relation = relations[table.name]
            used = _used_columns(definition, select, table.alias_or_name, relation)
            relation.delta.watched.update(dict.fromkeys(used))
            if definition.kind == "totals":
                relation.delta.stored.update(dict.fromkeys(used))
            elif definition.kind == "rows":
                relation.delta.stored.update(dict.fromkeys(relation.key))
            else:
                relation.delta.stored[definition.key[0]] = None


def _used_columns(
    definition: Definition, select: exp.Select, alias: str, relation: Relation
) -> list[str]:
    names = []
    for column in select.find_all(exp.Column):
        if column.table == alias or (definition.kind == "refresh" and not column.table):
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


def _projection(
    definition: Definition, relation: Relation, sides: tuple[rows_sql.Side, ...]
) -> ProjectionPlan:
    if definition.kind == "totals":
        view = totals_sql.view(definition)
        maintain = totals_sql.maintain(definition, relation)
    else:
        view = rows_sql.view(definition)
        maintain = rows_sql.maintain(definition, relation, sides)
    name = definition.name
    create = [
        f"CREATE VIEW {name}_def AS {view}",
        # A quarter of each page stays free, so that updates need not touch the indexes (HOT).
        f"CREATE TABLE {name} WITH (fillfactor = 75) AS SELECT * FROM {name}_def WITH NO DATA",
    ]
    index = [
        f"ALTER TABLE {name} ADD PRIMARY KEY ({', '.join(definition.key)})",
        *(f"CREATE INDEX ON {name} ({columns})" for columns in definition.indexes),
        *relation.index_statements(),
    ]
    return ProjectionPlan(
        name,
        definition.key,
        relation.columns,
        definition.sources(),
        tuple(create),
        tuple(index),
        relation.delta.create(name),
        f"INSERT INTO {name} SELECT * FROM {name}_def",
        maintain,
    )
