"""Reads FROM and WHERE of a SELECT: which rows there are, and what is known of them.

Every kind goes through here for keys, nulls and types. In a ``refresh`` each SELECT must keep to
the value by which it is computed again (``locality``), and take no row by chance (``order``);
``outputs`` goes on with what it returns.
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.engine.planning import locality, order, values
from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.shapes import (
    Attribute,
    Attributes,
    Dependency,
    Equalities,
    Shape,
    closure,
    strict_columns,
    terms,
)
from homeroom.engine.planning.types import INTEGER, UNKNOWN, ValueType, infer

NOTHING: Attributes = frozenset()


@dataclass(frozen=True)
class Context:
    """What is read, for which definition.

    ``read`` finds the shape of a SELECT (``outputs.read``); ``mentions`` numbers what stands in
    FROM.
    """

    definition: Definition
    relations: Mapping[str, Relation]
    read: Callable[[exp.Expr, "Context", "Reading | None"], Shape]
    mentions: Iterator[int] = field(default_factory=itertools.count)

    @property
    def by(self) -> str:
        """The column by which a ``refresh`` computes again; empty for other kinds."""
        return self.definition.key[0] if self.definition.kind == "refresh" else ""

    def refused(self, node: exp.Expr, problem: str, instead: str) -> Exception:
        return refusal(self.definition, node, problem, instead)


def _column_names(source: exp.Expr) -> list[str]:
    """How an alias in FROM names the columns, if it does."""
    alias: exp.Expr | None = source.args.get("alias")
    return [column.name for column in alias.args.get("columns") or ()] if alias else []


class Reading:
    """One SELECT. ``items``: what stands in FROM, by alias."""

    def __init__(self, select: exp.Select, context: Context, outer: "Reading | None") -> None:
        self.select = select
        self.context = context
        self.outer = outer
        self.items: dict[str, Shape] = {}
        self.not_null: set[Attribute] = set()
        self.dependencies: list[Dependency] = []
        self.equal = Equalities()
        self.fixed: set[Attribute] = set()
        self.outer_refs: set[Attribute] = set()
        self.me = f"s{next(context.mentions)}"
        self._from()
        self._conditions(terms(self.clause("where")))
        self.is_bound = locality.check_from(self)
        self.grouped = self._grouped()

    # FROM

    def clause(self, name: str) -> exp.Expr | None:
        clause = self.select.args.get(name)
        return clause.this if clause is not None else None

    def _from(self) -> None:
        first = self.select.args.get("from_")
        if first is not None:
            self._add(first.this, None)
        for join in self.select.args.get("joins") or ():
            self._add(join.this, join)

    def _add(self, source: exp.Expr, join: exp.Join | None) -> None:
        alias = source.alias_or_name
        if not alias or alias in self.items:
            raise self.context.refused(
                source, "each table and SELECT in FROM has a name of its own", "Write AS alias."
            )
        shape = self._source(source)
        on = terms(join.args.get("on")) if join is not None else []
        if join is not None and join.args.get("side") == "LEFT":
            self._left(alias, shape, on, join)
            return
        self.items[alias] = shape
        self.not_null |= shape.not_null
        self.dependencies += shape.dependencies
        self._conditions(on)

    def _source(self, source: exp.Expr) -> Shape:
        if isinstance(source, exp.Table):
            return self._table(source)
        if isinstance(source, exp.Subquery):
            return self._renamed(source, self.context.read(source.this, self.context, self.outer))
        if isinstance(source, exp.Lateral) and isinstance(source.this, exp.Subquery):
            return self._renamed(source, self.context.read(source.this, self.context, self))
        return self._function(source)

    def _table(self, table: exp.Table) -> Shape:
        relation = self.context.relations[table.name]
        me = f"t{next(self.context.mentions)}"
        columns = {name: (me, name) for name in relation.columns}
        key = frozenset(columns[name] for name in relation.key)
        by = self.context.by
        return Shape(
            columns,
            {columns[name]: type_ for name, type_ in relation.types.items() if name in columns},
            [key],
            frozenset(columns[n] for n in relation.not_null if n in columns),
            (Dependency(key, frozenset(columns.values())),),
            frozenset([columns[by]]) if by in columns else NOTHING,
            free=True,
        )

    def _renamed(self, source: exp.Expr, shape: Shape) -> Shape:
        """A SELECT in FROM, whose outputs its alias may name anew."""
        self.outer_refs |= shape.outer - self.own()
        names = _column_names(source)
        if not names:
            return shape
        renamed = dict(zip(names, shape.columns.values(), strict=False))
        return Shape(renamed, shape.types, shape.keys, shape.not_null, shape.dependencies,
                     shape.by_key, shape.free, shape.outer)  # fmt: skip

    def _function(self, source: exp.Expr) -> Shape:
        """A function that makes rows of values: it reads no table."""
        call = source.this if isinstance(source, exp.Lateral) else source
        me = f"f{next(self.context.mentions)}"
        names = _column_names(source) or [source.alias_or_name]
        columns = {name: (me, name) for name in names}
        arguments = call.expressions
        for argument in arguments:
            self.check(argument)
        items = [infer(argument, self.type_of).item() for argument in arguments[:1]]
        is_set = isinstance(call, exp.Anonymous)
        numbered = call.args.get("offset")
        keys = [frozenset(columns.values())] if is_set else []
        if isinstance(numbered, exp.Identifier):
            columns[numbered.name] = (me, numbered.name)
            keys = [frozenset([columns[numbered.name]])]
        types = dict.fromkeys(list(columns.values())[:1], items[0] if items else UNKNOWN)
        if isinstance(numbered, exp.Identifier):
            types[columns[numbered.name]] = INTEGER
        refs = frozenset(self.attribute(c) for a in arguments for c in a.find_all(exp.Column))
        return Shape(columns, types, keys, frozenset(keys[0]) if keys else NOTHING, outer=refs)

    def _left(self, alias: str, shape: Shape, on: list[exp.Expr], join: exp.Join) -> None:
        """LEFT JOIN: at most one row where ON names a whole key, else a row of nulls or many."""
        locality.check_left(self, alias, shape, on, join)
        self.items[alias] = optional = shape.as_optional()
        self.dependencies += optional.dependencies
        own = frozenset(shape.columns.values())
        named, others = set[Attribute](), set[Attribute]()
        for term in on:
            self.check_condition(term)
            columns = [self.attribute(column) for column in term.find_all(exp.Column)]
            others.update(a for a in columns if a not in own)
            if isinstance(term, exp.EQ):
                for side, other in ((term.this, term.expression), (term.expression, term.this)):
                    compared = {self.attribute(c) for c in other.find_all(exp.Column)}
                    if isinstance(side, exp.Column) and not compared & own:
                        named.update({self.attribute(side)} & own)
        found = closure(named | set(shape.outer), shape.dependencies)
        if any(key <= found for key in shape.keys):
            self.dependencies.append(Dependency(frozenset(others) | shape.outer, own))

    # Conditions

    def _conditions(self, conditions: list[exp.Expr]) -> None:
        for term in conditions:
            self.check_condition(term)
            self.not_null.update(self.attribute(column) for column in strict_columns(term))
            if isinstance(term, exp.EQ):
                self._equal(term.this.unnest(), term.expression.unnest())

    def check_condition(self, term: exp.Expr) -> None:
        self.check(term)
        for problem, instead in values.of_condition(term, infer(term, self.type_of)):
            raise self.context.refused(term, problem, instead)

    def _equal(self, one: exp.Expr, other: exp.Expr) -> None:
        for side, value in ((one, other), (other, one)):
            if isinstance(side, exp.Column):
                attribute = self.attribute(side)
                if isinstance(value, exp.Column):
                    self.equal.add(attribute, self.attribute(value))
                    given = frozenset([self.attribute(value)])
                    self.dependencies.append(Dependency(given, frozenset([attribute])))
                elif isinstance(value, exp.Literal | exp.Boolean):
                    self.fixed.add(attribute)

    # Names

    def own(self) -> set[Attribute]:
        return {a for item in self.items.values() for a in item.columns.values()}

    def find(self, column: exp.Column) -> tuple["Reading", Attribute, ValueType]:
        """Whose a column is, and what; raises DefinitionError where nobody has it."""
        reading: Reading | None = self
        while reading is not None:
            item = reading.items.get(column.table)
            if item is not None:
                if column.name not in item.columns:
                    raise self.context.refused(
                        column, f"{column.table} has no column {column.name}",
                        f"It has: {', '.join(item.columns)}.",
                    )  # fmt: skip
                attribute = item.columns[column.name]
                return reading, attribute, item.types.get(attribute, UNKNOWN)
            reading = reading.outer
        raise self.context.refused(
            column, f"no table is called {column.table} here",
            f"Read one of: {', '.join(sorted(self.items))}.",
        )  # fmt: skip

    def attribute(self, column: exp.Column) -> Attribute:
        owner, attribute, _ = self.find(column)
        if owner is not self:
            self.outer_refs.add(attribute)
        return attribute

    def type_of(self, column: exp.Column) -> ValueType:
        return self.find(column)[2]

    def attribute_of(self, node: exp.Expr) -> Attribute:
        """The attribute of an expression; of the same text, the same one."""
        while isinstance(node, exp.Paren | exp.Collate | exp.Ordered):
            node = node.this
        if isinstance(node, exp.Column):
            return self.attribute(node)
        attribute = (self.me, node.sql("postgres"))
        if not node.find(exp.AggFunc, exp.Window, exp.Query):
            inputs = frozenset(self.attribute(c) for c in node.find_all(exp.Column))
            self.dependencies.append(Dependency(inputs, frozenset([attribute])))
        return attribute

    # What identifies a row

    def check(self, node: exp.Expr) -> None:
        """The rules of values and of inner SELECTs, in an expression of this SELECT."""
        for inner in locality.inner_selects(node):
            shape = self.context.read(inner, self.context, self)
            self.outer_refs |= shape.outer - self.own()
            locality.check_inner(self, inner, shape)
        values.check(self, node)

    def determined(self, attributes: Iterable[Attribute]) -> Attributes:
        """What follows from these attributes within one row of the outer SELECT."""
        known = {*attributes, *self.fixed, *self.outer_refs}
        return closure(known, self.dependencies)

    def identified(self, known: Attributes) -> bool:
        """Whether these attributes determine a row of FROM and WHERE, or the group."""
        if self.grouped is not None:
            return self.grouped <= known
        return all(any(key <= known for key in item.keys) for item in self.items.values())

    def _grouped(self) -> Attributes | None:
        """The attributes of GROUP BY; none where it does not group."""
        group = self.select.args.get("group")
        parts = [*self.select.expressions, self.clause("having")]
        aggregates = any(order.own_aggregates(self.select, p) for p in parts if p is not None)
        if group is None:
            return NOTHING if aggregates else None
        return frozenset(self.attribute_of(node) for node in group.expressions)

    def is_set(self, column: exp.Column) -> bool:
        owner, attribute, _ = self.find(column)
        return attribute in owner.not_null

    def by_key(self) -> Attributes:
        """The attributes of FROM that equal the value by which a ``refresh`` computes again."""
        return frozenset(a for item in self.items.values() for a in item.by_key)
