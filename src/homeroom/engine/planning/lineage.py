"""Finds the relations, and their columns, that some columns of a projection rest on.

The source is the definition: the outputs in question, the joins, WHERE, and the FILTER of a count.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.names import with_quotes
from homeroom.engine.planning.totals import Extreme, Part, Total
from homeroom.engine.planning.totals_parts import parts
from homeroom.engine.planning.totals_sql import ROWS


@dataclass(frozen=True, slots=True)
class ReadRelation:
    """A relation that is read under an alias, and its columns that are used."""

    relation: str
    alias: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class Joined:
    """The used part of a ``rows`` projection's SELECT; ``key``: the expressions of its key.

    ``sources``: the first relation comes first. ``inner``: joined ones without which no row exists.
    """

    select: exp.Select
    key: tuple[str, ...]
    sources: tuple[ReadRelation, ...]
    inner: tuple[ReadRelation, ...]


@dataclass(frozen=True, slots=True)
class Counted:
    """One SELECT of a ``totals`` projection, and what is in question of it.

    ``computed``: the outputs that are formulas, whose totals and extremes are among the others.
    """

    select: exp.Select
    part: Part
    totals: tuple[Total, ...]
    extremes: tuple[Extreme, ...]
    computed: tuple[str, ...]
    source: ReadRelation


def outputs(definition: Definition) -> tuple[str, ...]:
    """The columns of a projection, without the engine's hidden ones."""
    names = dict.fromkeys(n for s in definition.selects for n in s.named_selects)
    return tuple(name for name in names if name != ROWS)


def joined(definition: Definition, columns: Collection[str]) -> Joined:
    """What some columns of a ``rows`` projection rest on, its key among them."""
    select = definition.selects[0]
    values = {output.output_name: output.unalias() for output in select.selects}
    used_outputs = [values[name] for name in values if name in columns or name in definition.key]
    first = select.find(exp.From)
    assert first is not None
    relations = {first.this.alias_or_name: str(first.this.name)}
    used: dict[str, set[str]] = {first.this.alias_or_name: set()}
    _note_columns(used, [*used_outputs, select.args.get("where")])
    joins: Sequence[exp.Join] = select.args.get("joins") or ()
    # From the last to the first: the columns of a join's condition count only if the join is used.
    for join in reversed(joins):
        name = join.this.alias_or_name
        if join.args.get("side") == "LEFT" and name not in used:
            continue
        _note_columns(used, [join])
        used.setdefault(name, set())
    relations |= {j.this.alias_or_name: j.this.name for j in joins if isinstance(j.this, exp.Table)}
    sources = tuple(
        ReadRelation(relations[alias], alias, frozenset(used[alias]))
        for alias in relations if alias in used
    )  # fmt: skip
    left = {j.this.alias_or_name for j in joins if j.args.get("side") == "LEFT"}
    return Joined(
        select,
        tuple(with_quotes(values[name]).sql("postgres") for name in definition.key),
        sources,
        tuple(source for source in sources[1:] if source.alias not in left),
    )


def _note_columns(used: dict[str, set[str]], expressions: Sequence[exp.Expr | None]) -> None:
    for expression in expressions:
        for column in expression.find_all(exp.Column) if expression else ():
            used.setdefault(column.table, set()).add(column.name)


def counted(definition: Definition, columns: Collection[str]) -> list[Counted]:
    """The SELECTs of a ``totals`` projection that some totals come from.

    Where ``columns`` holds no total, every SELECT: each contributes to whether the row exists.
    """
    selects = []
    wanted = set(columns) - set(definition.key)
    for select, part in zip(definition.selects, parts(definition), strict=True):
        here = wanted.intersection(select.named_selects)
        if here or not wanted:
            made_of = part.behind(here)
            names = here | set(definition.key)
            used: dict[str, set[str]] = {part.alias: set()}
            _note_columns(used, [o.unalias() for o in select.selects if o.output_name in names])
            _note_columns(used, [select.args.get("where")])
            source = ReadRelation(part.relation, part.alias, frozenset(used[part.alias]))
            selects.append(
                Counted(
                    select, part,
                    tuple(total for total in part.totals if total.name in made_of),
                    tuple(extreme for extreme in part.extremes if extreme.name in made_of),
                    tuple(one.name for one in part.formulas if one.name in here),
                    source,
                )
            )  # fmt: skip
    return selects


def touched(definition: Definition, columns: Mapping[str, Collection[str]]) -> list[ReadRelation]:
    """The relations that a ``refresh`` projection reads, with all their columns that it names."""
    named = {column.name for s in definition.selects for column in s.find_all(exp.Column)}
    return [
        ReadRelation(relation, relation, frozenset(named.intersection(columns[relation])))
        for relation in definition.sources()
    ]
