"""A ``refresh`` keeps to its value: each row rests only on source rows that carry its key's first
column. Then it is enough to compute again what has the value that a batch touched.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from homeroom.engine.planning import order
from homeroom.engine.planning.shapes import Attributes, Shape, closure

if TYPE_CHECKING:
    from homeroom.engine.planning.reading import Reading


def inner_selects(node: exp.Expr) -> Iterator[exp.Expr]:
    """The SELECTs directly within an expression."""
    for child in node.iter_expressions() if not isinstance(node, exp.Query) else ():
        if isinstance(child, exp.Query) and not isinstance(child, exp.Subquery):
            yield child
        else:
            yield from inner_selects(child)
    if isinstance(node, exp.Subquery):
        yield node.this


def bound(reading: "Reading") -> Attributes:
    """All attributes in sight that equal the value: of this SELECT so far, and of outer ones."""
    found = reading.equal.of(reading.by_key())
    return found | bound(reading.outer) if reading.outer is not None else found


def check_from(reading: "Reading") -> bool:
    """Whether the SELECT is bound to its value from outside; else its tables are to each other."""
    by = reading.context.by
    if not by:
        return False
    outside = bound(reading.outer) if reading.outer is not None else frozenset()
    free = {alias: item for alias, item in reading.items.items() if item.free}
    if not free:
        return reading.outer is not None or not reading.items
    equal = reading.equal.of(outside)
    is_bound = bool(outside) and any(item.by_key & equal for item in free.values())
    if not is_bound:
        equal = reading.equal.of(next(iter(free.values())).by_key)
    optional = {
        join.this.alias_or_name
        for join in reading.select.args.get("joins") or ()
        if join.args.get("side") == "LEFT"
    }
    _check_computed(reading, list(free))
    for alias, item in free.items():
        if alias not in optional and not item.by_key & equal:
            raise _unbound(reading, reading.select, alias, item)
    return is_bound


def _check_computed(reading: "Reading", free: list[str]) -> None:
    """A SELECT that is joined is computed for all its values, unless it is bound to one."""
    by = reading.context.by
    for join in reading.select.args.get("joins") or ():
        alias = join.this.alias_or_name
        if alias in free and isinstance(join.this, exp.Subquery):
            raise reading.context.refused(
                join, f"{alias} would be computed whole for each change",
                f"Bind it to the row before: JOIN LATERAL (SELECT … WHERE inner.{by} = outer.{by}) "
                f"AS {alias} ON true.",
            )  # fmt: skip


def check_left(
    reading: "Reading", alias: str, shape: Shape, on: list[exp.Expr], join: exp.Join
) -> None:
    """What a LEFT JOIN adds must have the same value, by its ON."""
    if not reading.context.by or not shape.free:
        return
    known = bound(reading)
    reading.items[alias] = shape
    for term in on:
        if isinstance(term, exp.EQ):
            sides = (term.this.unnest(), term.expression.unnest())
            if all(isinstance(side, exp.Column) for side in sides):
                one, other = (reading.attribute(side) for side in sides)
                if (one in known and other in shape.by_key) or (
                    other in known and one in shape.by_key
                ):
                    return
    raise _unbound(reading, join, alias, shape)


def _unbound(reading: "Reading", node: exp.Expr, alias: str, item: Shape) -> Exception:
    by = reading.context.by
    if not item.by_key:
        return reading.context.refused(
            node, f"{alias} has no column {by} to find the touched rows by",
            f"A `refresh` projection's relations all have the first column of its key, {by}: make "
            f"a `rows` projection with it, and read that.",
        )  # fmt: skip
    others = [a for a, other in reading.items.items() if a != alias and other.by_key]
    other = others[0] if others else "other"
    return reading.context.refused(
        node, f"{alias} may hold rows of another {by}, whose change is not seen",
        f"Join it by the {by} too: `{alias}.{by} = {other}.{by}`.",
    )  # fmt: skip


def check_inner(reading: "Reading", inner: exp.Expr, shape: Shape) -> None:
    """A SELECT within an expression: of the same value, and of at most one row as a value."""
    refused = reading.context.refused
    if shape.free:
        raise _not_bound(reading, inner)
    is_value = isinstance(inner.parent, exp.Subquery) and not isinstance(
        inner.parent.parent, exp.In | exp.Exists
    )
    if is_value and frozenset() not in shape.keys and not _at_most_one(shape):
        raise refused(
            inner, "a SELECT that stands for one value may have several rows",
            "Take one by ORDER BY … LIMIT 1, or an aggregate.",
        )  # fmt: skip


def _not_bound(reading: "Reading", inner: exp.Expr) -> Exception:
    by = reading.context.by
    return reading.context.refused(
        inner, f"a SELECT within may read rows of another {by}, whose change is not seen",
        f"Bind it to the row outside: `inner.{by} = outer.{by}`.",
    )  # fmt: skip


def _at_most_one(shape: Shape) -> bool:
    known = closure(shape.outer, shape.dependencies)
    return any(key <= known for key in shape.keys)


def check_select(reading: "Reading") -> None:
    """What mixes rows must keep to the value, unless all of them are bound to it anyway."""
    by = reading.context.by
    if not by or reading.is_bound:
        return
    select, refused = reading.select, reading.context.refused
    known = reading.equal.of(reading.by_key())
    if reading.grouped is not None and not reading.grouped & known:
        if reading.outer is not None:
            raise _not_bound(reading, select)
        raise refused(
            select.args.get("group") or select, f"a group may hold rows of several {by}",
            f"Group by {by} too.",
        )  # fmt: skip
    for window in order.own_windows(select):
        if not {reading.attribute_of(p) for p in window.args.get("partition_by") or ()} & known:
            raise refused(
                window, f"a window may hold rows of several {by}, whose change is not seen",
                f"Write PARTITION BY {by}, or let the reader's query do it.",
            )  # fmt: skip
    distinct = select.args.get("distinct")
    on = distinct.args.get("on") if distinct is not None else None
    if on is not None:
        parts = on.expressions if isinstance(on, exp.Tuple) else [on]
        if not {reading.attribute_of(part) for part in parts} & known:
            raise refused(on, f"DISTINCT ON may choose among rows of several {by}",
                          f"Name {by} in DISTINCT ON too.")  # fmt: skip
    for clause in ("limit", "offset", "fetch"):
        if select.args.get(clause):
            raise refused(
                select.args[clause], f"{clause.upper()} takes from the rows of every {by}",
                f"Take the first of each {by} by row_number() OVER (PARTITION BY {by} …), or let "
                "the reader's query do it.",
            )  # fmt: skip
