"""Derives which rows of entities an answer rests on, from keys and projections.

An answer is a SELECT over projections with a condition on its reader, ``e.teacher_id =
me.teacher_id``. From there the definitions lead down to entities. Each step knows that a column
equals either a value (``me.teacher_id``) or a column of a projection that is *entered*: joined into
the subquery that lists the keys. Readers may read projections but not entities, and of an
incomplete subject they see only the key. So each way must end in a column of the entity's key.
Otherwise it is an error: no row silently counts as complete.

A way enters as few projections as possible. A row that a projection leaves out (an ended
enrollment) still counts where its key alone names the reader.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.names import own_of
from homeroom.engine.planning.ways import (
    AliasColumn,
    Way,
    closure,
    condition,
    equal_columns,
    known_columns,
    of,
    of_alias,
)
from homeroom.errors import NoWayToReader


@dataclass(slots=True)
class _Use:
    """One mention of a projection in an answer's SELECT, and its columns that are read."""

    relation: str
    columns: set[str] = field(default_factory=set)


class AnswerReach:
    """Derives conditions on entities from answers. ``entities``: key columns by entity name."""

    def __init__(
        self, definitions: Sequence[Definition], entities: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._entities = entities
        self._conditions: dict[str, dict[str, None]] = {}

    def conditions(self, selects: Iterable[exp.Select]) -> dict[str, list[str]]:
        """Conditions on ``i.key``, of which one must hold, by entity that these SELECTs rest on.

        Raises NoWayToReader where a SELECT does not connect a projection with ``me``, or where an
        entity's key does not lead back to ``me``.
        """
        self._conditions = {}
        for select in selects:
            for use, way in self._uses(select):
                self._descend(use.relation, use.columns, way)
        return {entity: list(conditions) for entity, conditions in self._conditions.items()}

    # The answer's own SELECT

    def _uses(self, select: exp.Select) -> Iterator[tuple[_Use, Way]]:
        """Each projection that a SELECT reads, with the way from ``me`` to it."""
        aliases: dict[tuple[int, str], str] = {}
        uses: dict[str, _Use] = {}
        for number, table in enumerate(select.find_all(exp.Table)):
            if table.name not in self._definitions:
                raise NoWayToReader(table.name, "it is not a projection")
            inner = table.find_ancestor(exp.Select)
            name = f"u{number}"
            aliases[id(inner), table.alias_or_name] = name
            uses[name] = _Use(table.name)
            if inner and any(isinstance(output, exp.Star) for output in inner.expressions):
                uses[name].columns.update(self._columns(table.name))
        for column in select.find_all(exp.Column):
            if owner := _owner(column, aliases):
                uses[owner].columns.add(column.name)
        pairs = [
            ((_owner(a, aliases) or a.table, a.name), (_owner(b, aliases) or b.table, b.name))
            for inner in select.find_all(exp.Select)
            for a, b in equal_columns(inner)
        ]
        ways = self._connected(uses, pairs)
        for name, use in uses.items():
            if name not in ways:
                raise NoWayToReader(use.relation, "no condition connects its rows with the reader")
            yield use, ways[name]
            for way in self._to_first_key(name, uses, pairs, ways):
                yield use, way

    def _to_first_key(
        self, name: str, uses: Mapping[str, _Use],
        pairs: Sequence[tuple[AliasColumn, AliasColumn]], ways: Mapping[str, Way],
    ) -> Iterator[Way]:  # fmt: skip
        """Further ways to a `refresh` projection, through those that list its first key column.

        Its own rows do not list a value of which it has none yet (the first log of a habit).
        """
        definition = self._definitions[uses[name].relation]
        first = definition.key[0]
        if definition.kind != "refresh" or first in ways[name].values:
            return
        for one, other in (*pairs, *((b, a) for a, b in pairs)):
            if one == (name, first) and other[0] in uses:
                of_other = uses[other[0]].relation
                entered = ways[other[0]].enter(of_other, self._columns(of_other))
                yield entered.with_values({first: entered.values[other[1]]})

    def _connected(
        self, uses: Mapping[str, _Use], pairs: Sequence[tuple[AliasColumn, AliasColumn]]
    ) -> dict[str, Way]:
        """Connects a projection by its own column, else by the projection that it is joined to."""
        own_values = {
            column: of("me", column[1]) for pair in pairs for column in pair if column[0] == "me"
        }
        known_values = closure(own_values, pairs)
        ways = {
            name: Way(of_alias(known_values, name)) for name in uses if of_alias(known_values, name)
        }
        changed = True
        while changed:
            changed = False
            for (name, column), (other, other_column) in (*pairs, *((b, a) for a, b in pairs)):
                if name in uses and name not in ways and other in ways:
                    relation = uses[other].relation
                    entered = ways[other].enter(relation, self._columns(relation))
                    ways[name] = entered.with_values({column: entered.values[other_column]})
                    changed = True
        return ways

    # The definitions

    def _descend(self, relation: str, columns: Iterable[str], way: Way) -> None:
        if relation in self._entities:
            self._note_condition(relation, way)
            return
        definition = self._definitions[relation]
        by_kind = {
            "rows": self._rows,
            "view": self._rows,
            "totals": self._totals,
            "top": self._top,
            "refresh": self._refresh,
        }
        by_kind[definition.kind](definition, frozenset(columns), way)

    def _enter(self, definition: Definition, way: Way) -> Way:
        # Of a view readers see what may be in it, once something changes.
        is_view = definition.kind == "view"
        name = own_of(definition.name) if is_view else definition.name
        return way.enter(name, lineage.outputs(definition), is_view=is_view)

    def _columns(self, projection: str) -> tuple[str, ...]:
        return lineage.outputs(self._definitions[projection])

    def _rows(self, definition: Definition, columns: frozenset[str], way: Way) -> None:
        reading = lineage.joined(definition, columns)
        select = reading.select
        pairs = [((a.table, a.name), (b.table, b.name)) for a, b in equal_columns(select)]
        for source in reading.sources:
            is_first = source == reading.sources[0]
            for candidate, known_values in self._candidates(
                definition, reading, way, pairs, source
            ):
                values = of_alias(known_values, source.alias)
                if self._is_enough(source.relation, values, is_first):
                    self._descend(source.relation, source.columns, candidate.with_values(values))
                    break
            else:
                raise NoWayToReader(source.relation, f"{definition.name} does not show its key")

    def _candidates(
        self, definition: Definition, reading: lineage.Joined, way: Way,
        pairs: Sequence[tuple[AliasColumn, AliasColumn]], source: lineage.ReadRelation,
    ) -> Iterator[tuple[Way, dict[AliasColumn, str]]]:  # fmt: skip
        """Possible ways to a source, with the known columns of the definition's relations on each.

        The first enters nothing; the next enter another projection that the definition reads; the
        last enters the definition's own table, which lacks the rows that a filter removes.
        """
        known_values = known_columns(reading.select, way.values, pairs)
        yield way, known_values
        for other in self._always_there(reading, way):
            values = of_alias(known_values, other.alias)
            if other != source and values and other.relation in self._definitions:
                entered = way.with_values(values).enter(
                    other.relation, self._columns(other.relation)
                )
                of_other = {(other.alias, c): v for c, v in entered.values.items()}
                yield entered, closure(known_values | of_other, pairs)
        entered = self._enter(definition, way)
        yield entered, known_columns(reading.select, entered.values, pairs)

    def _always_there(self, reading: lineage.Joined, way: Way) -> list[lineage.ReadRelation]:
        """The sources that have a row for each row of the definition that is on the way.

        One that is joined with LEFT has one where the way knows the value of a column of it.
        """
        values = [o.unalias() for o in reading.select.selects if o.output_name in way.values]
        matched = {value.table for value in values if isinstance(value, exp.Column)}
        inner = (reading.sources[0], *reading.inner)
        return [source for source in reading.sources if source in inner or source.alias in matched]

    def _is_enough(self, relation: str, values: Mapping[str, str], is_first: bool) -> bool:
        """Whether the known columns select only rows that matter.

        A joined relation needs its whole key, and so does a projection that comes first. For an
        entity that comes first, any column of the key is enough.
        """
        if relation in self._entities:
            key = self._entities[relation]
            return (any if is_first else all)(column in values for column in key)
        return all(column in values for column in self._definitions[relation].key)

    def _totals(self, definition: Definition, columns: frozenset[str], way: Way) -> None:
        for counted in lineage.counted(definition, columns):
            outputs = {o.output_name: o.unalias() for o in counted.select.selects}
            grouped = {
                name: outputs[name].name
                for name in definition.key if isinstance(outputs[name], exp.Column)
            }  # fmt: skip
            where = counted.select.args.get("where")
            relation = counted.source.relation
            for candidate in (way, self._enter(definition, way)):
                values = {column: candidate.values[name] for name, column in grouped.items()
                          if name in candidate.values}  # fmt: skip
                if self._is_grouped(relation, values):
                    source_way = Way(values, candidate.entered, where and where.this,
                                     counted.source.alias)  # fmt: skip
                    self._descend(relation, counted.source.columns, source_way)
                    break
            else:
                raise NoWayToReader(
                    relation, f"{definition.name} groups it by no column of its key"
                )

    def _top(self, definition: Definition, columns: frozenset[str], way: Way) -> None:
        """Any row of a group may come first, so its group alone leads on."""
        (source,) = lineage.joined(definition, columns).sources
        outputs = {o.output_name: o.unalias() for o in definition.selects[0].selects}
        group = definition.top.group if definition.top else ()
        for candidate in (way, self._enter(definition, way)):
            values = {
                outputs[name].name: candidate.values[name]
                for name in group if name in candidate.values
            }  # fmt: skip
            if values and self._is_grouped(source.relation, values):
                self._descend(source.relation, source.columns, candidate.with_values(values))
                return
        raise NoWayToReader(source.relation, f"{definition.name} takes the first of all its rows")

    def _is_grouped(self, relation: str, values: Mapping[str, str]) -> bool:
        key = self._entities.get(relation, tuple(values))
        return any(column in values for column in key)

    def _refresh(self, definition: Definition, columns: frozenset[str], way: Way) -> None:  # noqa: ARG002
        """All relations have the first column of the key; any of their rows may count."""
        first = definition.key[0]
        entered = way if first in way.values else self._enter(definition, way)
        for relation in definition.sources():
            of_relation = () if relation in self._entities else self._columns(relation)
            self._descend(
                relation, of_relation, entered.with_values({first: entered.values[first]})
            )

    # The result

    def _note_condition(self, entity: str, way: Way) -> None:
        key = self._entities[entity]
        parts = {
            (f"split_part(i.key, '/', {n})" if len(key) > 1 else "i.key"): way.values[column]
            for n, column in enumerate(key, 1) if column in way.values
        }  # fmt: skip
        if not parts:
            raise NoWayToReader(entity, "no column of its key leads to the reader")
        self._conditions.setdefault(entity, {})[condition(parts, way.entered)] = None


def _owner(column: exp.Column, aliases: Mapping[tuple[int, str], str]) -> str | None:
    """The use that a column belongs to, by its alias in the nearest enclosing SELECT."""
    inner = column.find_ancestor(exp.Select)
    while inner is not None:
        if owner := aliases.get((id(inner), column.table)):
            return owner
        inner = inner.find_ancestor(exp.Select)
    return None


def any_condition(conditions: Mapping[str, Sequence[str]]) -> str:
    """SQL: whether one of these conditions, by entity, holds of an incomplete subject `i`."""
    branches = "\n".join(
        f"WHEN '{entity}' THEN {' OR '.join(f'({one})' for one in of_entity)}"
        for entity, of_entity in sorted(conditions.items())
    )
    return f"CASE i.entity\n{branches}\nELSE false END"
