"""What a SELECT returns: its columns, and which of them identify a row."""

import itertools
from collections.abc import Iterable, Iterator

from sqlglot import exp

from homeroom.engine.planning import locality, order
from homeroom.engine.planning.names import shown
from homeroom.engine.planning.reading import NOTHING, Context, Reading
from homeroom.engine.planning.shapes import (
    Attribute,
    Attributes,
    Dependency,
    Shape,
    never_null,
)
from homeroom.engine.planning.types import UNKNOWN, ValueType, infer

# Of the keys of joined tables, this many combinations are looked at.
COMBINATIONS_MAX = 16
_WRAPPERS = (exp.Alias, exp.Paren, exp.Ordered, exp.Window, exp.WindowSpec)


def read(node: exp.Expr, context: Context, outer: Reading | None = None) -> Shape:
    """The shape of a SELECT, or of several with UNION and the like; raises DefinitionError."""
    if isinstance(node, exp.Subquery):
        return read(node.this, context, outer)
    if isinstance(node, exp.SetOperation):
        return _combined(node, context, outer)
    if not isinstance(node, exp.Select):
        raise context.refused(node, "it is no SELECT", "Write a SELECT.")
    return shape_of(Reading(node, context, outer))


def _combined(node: exp.SetOperation, context: Context, outer: Reading | None) -> Shape:
    """UNION, INTERSECT and EXCEPT: what holds of all their SELECTs holds of them."""
    for clause in ("order", "limit", "offset"):
        if node.args.get(clause):
            raise context.refused(node, f"{clause.upper()} behind {node.key.upper()}",
                                  "Put it into a SELECT around.")  # fmt: skip
    sides = [read(side, context, outer) for side in (node.this, node.expression)]
    for one, other in zip(*(side.columns.values() for side in sides), strict=False):
        types = {sides[0].types.get(one, UNKNOWN), sides[1].types.get(other, UNKNOWN)}
        if any(t.is_time for t in types) and len({t.base for t in types}) > 1:
            raise context.refused(
                node, "a text is read as a time, by the clock or in the zone of a session",
                "Cast it: '2026-01-01T00:00:00Z'::timestamptz.",
            )  # fmt: skip
    me = f"u{next(context.mentions)}"
    names = list(sides[0].columns)
    attributes = {name: (me, name) for name in names}
    rows = [[list(side.columns.values())[i] for i in range(len(side.columns))] for side in sides]
    if len(rows[0]) != len(rows[1]):
        raise context.refused(node, "its SELECTs have not as many outputs", "Give them as many.")

    def everywhere(of: Iterable[Attributes]) -> Attributes:
        both = list(zip(rows, of, strict=True))
        return frozenset(
            attributes[name] for i, name in enumerate(names) if all(r[i] in o for r, o in both)
        )

    return Shape(
        attributes,
        {attributes[n]: sides[0].types.get(rows[0][i], UNKNOWN) for i, n in enumerate(names)},
        [frozenset(attributes.values())] if node.args.get("distinct") else [],
        everywhere(side.not_null for side in sides),
        (),
        everywhere(side.by_key for side in sides),
        any(side.free for side in sides),
        sides[0].outer | sides[1].outer,
    )


def shape_of(reading: Reading) -> Shape:
    """What the outputs are, once all rules hold of the SELECT; raises DefinitionError."""
    select = reading.select
    for output in select.expressions:
        reading.check(output.unalias())
    for part in _further_parts(reading):
        reading.check(part)
    if (having := reading.clause("having")) is not None:
        reading.check_condition(having)
    _check_grouped(reading)
    locality.check_select(reading)
    order.check(reading)
    columns: dict[str, Attribute] = {}
    types: dict[Attribute, ValueType] = {}
    not_null: set[Attribute] = set()
    extremes: list[tuple[Attribute, Attribute]] = []
    for output in select.expressions:
        value = output.unalias()
        plain = isinstance(value, exp.Column)
        name = output.output_name
        made = reading.attribute(value) if plain else (reading.me, f"output {name}")
        columns[name] = made
        types[made] = infer(value, reading.type_of)
        if never_null(value, reading.is_set, grouped=select.args.get("group") is not None):
            not_null.add(made)
        if isinstance(value, exp.Min | exp.Max) and isinstance(value.this, exp.Column):
            extremes.append((reading.attribute(value.this), made))
        elif not plain and not value.find(exp.AggFunc, exp.Window, exp.Query):
            inputs = frozenset(reading.attribute(c) for c in value.find_all(exp.Column))
            reading.dependencies.append(Dependency(inputs, frozenset([made])))
    outer = frozenset(reading.outer_refs)
    mine = frozenset(columns.values())
    keys = list(_keys(reading, mine, extremes))
    known = [Dependency(given | outer, follows) for given, follows in reading.dependencies]
    known.append(Dependency(outer, frozenset(reading.fixed)))
    known += [Dependency(key | outer, mine) for key in keys]
    by_key = reading.equal.of(reading.by_key()) & mine
    return Shape(columns, types, keys, frozenset(not_null), known, by_key,
                 not reading.is_bound, outer)  # fmt: skip


def _further_parts(reading: Reading) -> Iterator[exp.Expr]:
    """The expressions of GROUP BY, DISTINCT ON and ORDER BY."""
    for clause in ("group", "order"):
        found = reading.select.args.get(clause)
        yield from found.expressions if found is not None else ()
    distinct = reading.select.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        yield distinct.args["on"]


def _check_grouped(reading: Reading) -> None:
    """Beside aggregates stand only expressions of GROUP BY."""
    if reading.grouped is None:
        return
    ordered = reading.select.args.get("order")
    parts = [*reading.select.expressions, reading.clause("having")]
    for part in (*parts, *(ordered.expressions if ordered is not None else ())):
        if part is not None and (column := _ungrouped(reading, part)) is not None:
            raise reading.context.refused(
                part, f"{shown(column)} stands neither in GROUP BY nor in an aggregate",
                f"Group by {shown(column)} too, or take one of a group by min({shown(column)}).",
            )  # fmt: skip


def _ungrouped(reading: Reading, node: exp.Expr) -> exp.Column | None:
    """A column of this SELECT in an expression that is of no group as a whole."""
    in_window = isinstance(node.parent, exp.Window)
    if isinstance(node, exp.Query) or (
        isinstance(node, exp.AggFunc | exp.Filter) and not in_window
    ):
        return None
    if isinstance(node, exp.Column):
        owner, attribute, _ = reading.find(node)
        is_free = owner is reading and attribute not in (reading.grouped or NOTHING)
        return node if is_free else None
    is_whole = not isinstance(node, _WRAPPERS)
    if is_whole and reading.attribute_of(node) in (reading.grouped or NOTHING):
        return None
    found = (_ungrouped(reading, child) for child in node.iter_expressions())
    return next((column for column in found if column is not None), None)


def _keys(
    reading: Reading, mine: Attributes, extremes: list[tuple[Attribute, Attribute]]
) -> Iterator[Attributes]:
    """Sets of attributes of which each identifies a row of the result."""
    distinct = reading.select.args.get("distinct")
    if distinct is not None:
        on = distinct.args.get("on")
        parts = on.expressions if isinstance(on, exp.Tuple) else [on] if on else []
        yield frozenset(map(reading.attribute_of, parts)) if on else mine
    if order.takes_one(reading.select):
        yield NOTHING
    of_items = itertools.islice(
        itertools.product(*(item.keys for item in reading.items.values())), COMBINATIONS_MAX
    )
    rows = [frozenset().union(*keys) for keys in of_items]
    if reading.grouped is None:
        yield from rows
        return
    yield reading.grouped
    of_group = reading.determined(reading.grouped)
    for row in rows:
        # The row with the least value of its group is in that group alone.
        yield from (row - {column} | {made} for column, made in extremes
                    if column in row and row - {column} <= of_group)  # fmt: skip
