"""Checks definitions one by one: whether each can be kept, what it costs, and what follows it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from homeroom.engine.catalog import Catalog
from homeroom.engine.planning import joined, rows_sql, top_sql, totals_sql, view_sql
from homeroom.engine.planning.definitions import Definition, read_definition
from homeroom.engine.planning.planner import (
    entity_relations,
    make_plan,
    note_use,
    projection_relation,
)
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.totals_parts import parts
from homeroom.errors import DefinitionError


@dataclass(frozen=True, slots=True)
class Source:
    """A relation that a definition reads: the columns whose change counts, and what that costs."""

    relation: str
    columns: tuple[str, ...]
    cost: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A definition that can be kept.

    ``indexes``: those that it needs, as ``relation (columns)``; ``followers``: the projections that
    rest on it, in the order in which they follow.
    """

    name: str
    kind: str
    key: tuple[str, ...]
    sources: tuple[Source, ...]
    indexes: tuple[str, ...]
    followers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A definition that cannot be kept: where it breaks which rule, and what to write instead."""

    name: str
    where: str
    problem: str
    instead: str


def check(
    catalog: Catalog, texts: Mapping[str, str], names: tuple[str, ...]
) -> list[Accepted | Refused]:
    """The verdicts on these definitions. One that is refused does not hide another.

    ``texts``: all definitions by name.
    """
    read: dict[str, Definition] = {}
    errors: dict[str, DefinitionError] = {}
    for name, text in texts.items():
        try:
            read[name] = read_definition(name, text)
        except DefinitionError as error:
            errors[name] = error
    return [_verdict(catalog, texts, read, errors, name) for name in names]


def _verdict(
    catalog: Catalog,
    texts: Mapping[str, str],
    read: Mapping[str, Definition],
    errors: Mapping[str, DefinitionError],
    name: str,
) -> Accepted | Refused:
    if name in errors:
        return refused(errors[name])
    needed = set(_closure(name, read))
    try:
        for source in sorted(needed & errors.keys()):
            raise DefinitionError(
                name, f"it rests on {source}, which is refused", f"Correct {source} first.", source
            )
        make_plan(catalog, {other: texts[other] for other in needed if other in texts})
    except DefinitionError as error:
        if error.projection != name:
            other = error.projection
            return Refused(
                name, other, f"it rests on {other}, which is refused", f"Correct {other} first."
            )
        return refused(error)
    known = {other: read[other] for other in needed if other in read}
    return _accepted(catalog, known, name, _followers(name, read))


def refused(error: DefinitionError) -> Refused:
    return Refused(error.projection, error.where, error.problem, error.instead)


def _closure(name: str, read: Mapping[str, Definition]) -> Iterator[str]:
    """The definition and all that it rests on, also what is not known."""
    pending, reached = [name], set[str]()
    while pending:
        one = pending.pop()
        if one not in reached:
            reached.add(one)
            yield one
            pending += read[one].rests_on() if one in read else ()


def _accepted(
    catalog: Catalog, read: Mapping[str, Definition], name: str, followers: tuple[str, ...]
) -> Accepted:
    """``read``: the definition and what it rests on. What it joins is part of it."""
    relations = entity_relations(catalog)
    columns = {entity: relation.columns for entity, relation in relations.items()}
    keys = {entity: relation.key for entity, relation in relations.items()}
    every = joined.expanded(read, columns, keys)
    for other in every.values():
        relations[other.name] = replace(projection_relation(other), declared=())
    for other in every.values():
        if other.kind == "view":
            view_sql.note_base(view_sql.view(other, relations), relations[other.name])
    definition = every[name]
    costs: dict[str, str] = {}
    for own in (one for one in every.values() if one.file == name):
        costs |= _costs(own, relations)
        note_use(own, relations)
    sources = tuple(
        Source(source, tuple(relations[source].delta.watched_columns()), cost)
        for source, cost in costs.items()
    )
    indexes = [f"{name} ({columns})" for columns in definition.indexes]
    indexes += [f"{r.name} ({', '.join(i)})" for r in relations.values() for i in r.indexes]
    indexes += [f"{r.name} {on}".replace('"', "") for r in relations.values() for on in r.lookups]
    return Accepted(name, definition.kind, definition.key, sources, tuple(indexes), followers)


def followers(name: str, texts: Mapping[str, str]) -> tuple[str, ...]:
    """What rests on a definition, directly or not, in the order in which it follows."""
    return _followers(
        name, {other: read_definition(other, text, stored=True) for other, text in texts.items()}
    )


def _followers(name: str, read: Mapping[str, Definition]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    pending = [name]
    while pending:
        one = pending.pop(0)
        for other in sorted(read.values(), key=lambda d: d.name):
            if one in other.rests_on() and other.name not in found:
                found[other.name] = None
                pending.append(other.name)
    return tuple(found)


def _cost_of_top(definition: Definition) -> str:
    top = definition.top
    assert top is not None
    rows = f"looks up the first {top.limit:,} rows"
    return f"{rows} of its {', '.join(top.group)}" if top.group else rows


def _costs(definition: Definition, relations: dict[str, Relation]) -> Iterator[tuple[str, str]]:
    """What a changed row of each relation costs; notes the indexes that this needs."""
    own = relations[definition.name]
    if definition.kind == "totals":
        totals_sql.note_indexes(definition, relations)
        keys = ", ".join(definition.key)
        cost = f"adds to the row of its {keys}, and to the former one where that changes"
        looked_up = [part.relation for part in parts(definition) if part.looks_up]
        for source in definition.sources():
            yield source, cost + ("; an index finds the rest" if source in looked_up else "")
        return
    if definition.kind == "top":
        top_sql.note_index(definition, relations)
        yield definition.sources()[0], _cost_of_top(definition)
        return
    if definition.kind == "view":
        taken = view_sql.view(definition, relations)
        view_sql.note_indexes(taken, relations)
        for source in definition.sources():
            yield source, "adds to what reads the view, for each of its rows there"
        return
    for side in rows_sql.sides(definition, relations):
        side.note_indexes(relations, own)
        if definition.kind == "refresh":
            cost = f"computes every row of its {side.key[0]} again, from all that belongs to it"
        elif len(set(side.outputs) & set(definition.key)) == len(definition.key):
            cost = "computes one row"
        else:
            cost = f"computes the rows with its {', '.join(side.outputs)}"
        yield side.relation, cost
