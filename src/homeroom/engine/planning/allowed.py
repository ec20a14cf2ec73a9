"""What a definition may be made of: lists of all that is the same for the same rows.

Tests hold docs/definitions.md against these lists.
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlglot import exp

from homeroom.engine.planning import rewrites
from homeroom.engine.planning.types import KNOWN_TIME_ZONE

SET_FUNCTIONS = ("distinct_items",)
# Functions that the parser has no class for.
FUNCTIONS = ("cardinality", KNOWN_TIME_ZONE)
# Those of a generation's schema.
OWN_FUNCTIONS = (KNOWN_TIME_ZONE,)
EXPRESSIONS: tuple[type[exp.Expr], ...] = (
    exp.Add, exp.Alias, exp.And, exp.Anonymous, exp.Any, exp.AtTimeZone, exp.Between, exp.Boolean,
    exp.Case, exp.Cast, exp.Coalesce, exp.Column, exp.DPipe, exp.DataType, exp.EQ, exp.Extract,
    exp.GT, exp.GTE, exp.Greatest, exp.Identifier, exp.If, exp.In, exp.Interval, exp.Is, exp.LT,
    exp.LTE, exp.Least, exp.Left, exp.Length, exp.Like, exp.Literal, exp.Lower, exp.Mul, exp.NEQ,
    exp.Neg, exp.Not, exp.Null, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Nullif, exp.Or, exp.Paren,
    exp.Sub, exp.TimestampTrunc, exp.Upper, exp.Var,
)  # fmt: skip
CLAUSES: dict[str, tuple[type[exp.Expr], ...]] = {
    "rows": (exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where, exp.Lateral,
             exp.Div, exp.Round, exp.Abs, exp.Ceil, exp.Floor),
    "view": (exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where),
    "top": (exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where, exp.Lateral),
    "totals": (exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where, exp.Lateral,
               exp.Group, exp.Having, exp.Count, exp.Sum, exp.Avg, exp.Max, exp.Min, exp.ArrayAgg,
               exp.Bracket, exp.Order, exp.Ordered, exp.Distinct, exp.Filter, exp.Star, exp.Div,
               exp.Round, exp.Abs, exp.Ceil, exp.Floor),
}  # fmt: skip
# What a `totals` may compute of its totals, but not of single rows.
OF_TOTALS = (exp.Div, exp.Round, exp.Abs, exp.Ceil, exp.Floor, exp.Bracket)
# What a `refresh` may hold beside them.
REFRESH: tuple[type[exp.Expr], ...] = (
    exp.Select, exp.From, exp.Join, exp.Table, exp.TableAlias, exp.Where, exp.Lateral,
    exp.Subquery, exp.Exists, exp.Union, exp.Intersect, exp.Except, exp.Group,
    exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Tuple, exp.Window,
    exp.WindowSpec, exp.Filter, exp.Star, exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max,
    exp.ArrayAgg, exp.GroupConcat, exp.LogicalAnd, exp.LogicalOr, exp.RowNumber, exp.Rank,
    exp.DenseRank, exp.Ntile, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue,
    exp.Collate, exp.Round, exp.Abs, exp.Ceil, exp.Floor, exp.Div, exp.Unnest,
)  # fmt: skip
_CLAUSES = {"expressions", "from_", "where", "group", "joins", "kind"}
_TOTALS_CLAUSES = _CLAUSES | {"having"}
_REFRESH_CLAUSES = {
    "expressions", "from_", "where", "group", "joins", "kind", "distinct", "having", "order",
    "limit", "offset", "operation_modifiers",
}  # fmt: skip


class Broken(NamedTuple):
    """A node that a definition may not hold: why, and what to write instead."""

    node: exp.Expr
    problem: str
    instead: str


def broken(kind: str, key: tuple[str, ...], select: exp.Select) -> Iterator[Broken]:
    """What the allow-list lacks, or has in other places only."""
    for node in select.walk():
        yield from _misplaced(node)
    place = rewrites.SelectContext(kind, key, select)
    if kind == "refresh":
        yield from _in_refresh(place)
        yield from _words(select)
        return
    used = {name for name, value in select.args.items() if value}
    for clause in sorted(used - (_TOTALS_CLAUSES if kind == "totals" else _CLAUSES)):
        yield Broken(select, *rewrites.of_clause(place, clause))
    for node in select.walk():
        is_inner = node is not select and isinstance(node, exp.Select)
        if is_inner or not isinstance(node, EXPRESSIONS + CLAUSES[kind]):
            yield Broken(node, *rewrites.of_node(place, node))
        if isinstance(node, exp.Anonymous) and node.name.lower() not in SET_FUNCTIONS + FUNCTIONS:
            yield Broken(node, *rewrites.of_function(node.name))
        if kind == "totals" and _is_misplaced_in_totals(node):
            yield Broken(node, *rewrites.of_node(place, node))
    yield from _words(select)


def _words(select: exp.Select) -> Iterator[Broken]:
    """Words that stand for no column, in other places than the names of units."""
    for node in select.find_all(exp.Var):
        if not isinstance(node.parent, exp.Extract | exp.Interval | exp.TimestampTrunc):
            yield Broken(node, *rewrites.of_word(node))


def _is_misplaced_in_totals(node: exp.Expr) -> bool:
    """What stands in `totals`, but not where it is."""
    around = node.find_ancestor(exp.AggFunc, exp.Where, exp.Group)
    if isinstance(node, OF_TOTALS) and around is not None:
        return True
    if isinstance(node, exp.AggFunc) and around is not None:
        return True
    if isinstance(node, exp.Distinct):
        return not isinstance(node.parent, exp.Count) or len(node.expressions) > 1
    if isinstance(node, exp.ArrayAgg):
        return node.find_ancestor(exp.Bracket) is None
    # The parser counts from 0.
    return isinstance(node, exp.Bracket) and not (
        isinstance(node.this.unnest(), exp.ArrayAgg | exp.Filter)
        and [index.sql() for index in node.expressions] == ["0"]
    )


def _misplaced(node: exp.Expr) -> Iterator[Broken]:
    """What no kind may hold where it stands."""
    if isinstance(node, exp.Join) and not _is_plain(node):
        yield Broken(node, *rewrites.of_join())
    elif isinstance(node, exp.Table):
        alias = node.args.get("alias")
        if alias is not None and alias.args.get("columns"):
            yield Broken(node, *rewrites.of_renaming())
    elif isinstance(node, exp.Any) and not (
        isinstance(node.parent, exp.EQ)
        and node.arg_key == "expression"
        and isinstance(node.this.unnest(), exp.Column)
    ):
        yield Broken(node, *rewrites.of_any())
    elif _makes_rows(node) and not isinstance(node.parent, exp.Lateral | exp.From | exp.Join):
        yield Broken(node, *rewrites.of_rows(node))


def _makes_rows(node: exp.Expr) -> bool:
    named = isinstance(node, exp.Anonymous) and node.name.lower() in SET_FUNCTIONS
    return named or isinstance(node, exp.Unnest | exp.Explode)


def _in_refresh(place: rewrites.SelectContext) -> Iterator[Broken]:
    """The same for a ``refresh``, whose SELECTs may be within others."""
    for inner in place.select.find_all(exp.Select):
        used = {name for name, value in inner.args.items() if value}
        for clause in sorted(used - _REFRESH_CLAUSES):
            yield Broken(inner, *rewrites.of_clause(place, clause))
    for node in place.select.walk():
        if not isinstance(node, EXPRESSIONS + REFRESH):
            yield Broken(node, *rewrites.of_node(place, node))
        if isinstance(node, exp.Anonymous) and node.name.lower() not in SET_FUNCTIONS + FUNCTIONS:
            yield Broken(node, *rewrites.of_function(node.name))
        is_limit = isinstance(node, exp.Limit | exp.Offset)
        if is_limit and not isinstance(node.expression, exp.Literal):
            yield Broken(node, *rewrites.of_limit())
        if isinstance(node, exp.Tuple) and not isinstance(node.parent, exp.Distinct):
            yield Broken(node, *rewrites.of_node(place, node))
        if isinstance(node, exp.Group) and any(
            value for name, value in node.args.items() if name != "expressions"
        ):
            yield Broken(node, *rewrites.of_grouping())
        if isinstance(node, exp.Group | exp.Order | exp.Distinct) and any(
            map(_is_place, node.expressions)
        ):
            yield Broken(node, *rewrites.of_place())


def _is_plain(join: exp.Join) -> bool:
    kinds = {join.args.get("side") or "", join.args.get("kind") or ""} - {""}
    others = [join.args.get(name) for name in ("using", "method", "global_", "hint")]
    return kinds <= {"LEFT", "INNER", "OUTER", "CROSS"} and not any(others)


def _is_place(part: exp.Expr) -> bool:
    """A number in GROUP BY or ORDER BY is an output's place, and no value."""
    value = part.this if isinstance(part, exp.Ordered) else part
    return isinstance(value, exp.Literal) and not value.is_string
