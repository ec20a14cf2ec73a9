"""Aggregates of definitions in Flink's SQL."""

from sqlglot import exp

from homeroom.flink.expressions import condition
from homeroom.flink.kinds import DECIMAL, Expression, ValueKind
from homeroom.flink.scope import NameScope, translate

AGGREGATES = (exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.ArrayAgg)


def has_aggregate(node: exp.Expr) -> bool:
    """Whether an aggregate stands in it, besides those of a SELECT within."""
    found = node.find(*AGGREGATES)
    return found is not None and found.find_ancestor(exp.Select) is node.find_ancestor(exp.Select)


def replace_aggregates(node: exp.Expr, scope: NameScope) -> None:
    """Notes for each aggregate in an expression what stands for it."""
    for found in node.find_all(*AGGREGATES):
        if found.find_ancestor(exp.Select) is not node.find_ancestor(exp.Select):
            continue
        whole = found.parent if isinstance(found.parent, exp.Filter) else found
        filter_ = ""
        if isinstance(whole, exp.Filter):
            filter_ = f" FILTER (WHERE {condition(whole.expression.this, scope)})"
        scope.replaced[id(whole)] = _aggregate(found, filter_, scope)


def _aggregate(node: exp.Expr, filter_: str, scope: NameScope) -> Expression:
    if isinstance(node, exp.ArrayAgg):
        return _list(node, filter_, scope)
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Star):
        return Expression(f"COUNT(*){filter_}", ValueKind.BIGINT)
    if isinstance(node.this, exp.Distinct):
        raise scope.refusal(node, "DISTINCT in an aggregate is not translated")
    value = translate(node.this, scope)
    if isinstance(node, exp.Count):
        return Expression(f"COUNT({value.sql}){filter_}", ValueKind.BIGINT)
    if isinstance(node, exp.Min | exp.Max):
        if not value.kind.is_ordered or value.kind is ValueKind.TIME:
            raise scope.refusal(node, "Flink has no such order of texts, and none of times")
        name = "MIN" if isinstance(node, exp.Min) else "MAX"
        return Expression(f"{name}({value.sql}){filter_}", value.kind)
    if not value.kind.is_number:
        raise scope.refusal(node, "it adds up what is no number")
    if isinstance(node, exp.Sum):
        if value.kind in (ValueKind.INTEGER, ValueKind.BIGINT):
            return Expression(f"SUM(CAST({value.sql} AS BIGINT)){filter_}", ValueKind.BIGINT)
        return Expression(f"SUM({value.decimal()}){filter_}", ValueKind.DECIMAL)
    exact = value.sql if value.kind is ValueKind.DECIMAL else f"CAST({value.sql} AS {DECIMAL})"
    return Expression(f"AVG({exact}){filter_}", ValueKind.DECIMAL)


def _list(node: exp.ArrayAgg, filter_: str, scope: NameScope) -> Expression:
    """``array_agg(DISTINCT x ORDER BY x)``: the only list whose order Flink can keep."""
    ordered = node.this
    distinct = ordered.this if isinstance(ordered, exp.Order) else None
    if isinstance(distinct, exp.Distinct) and len(ordered.expressions) == 1:
        (value,), (by,) = distinct.expressions, ordered.expressions
        item = translate(value, scope)
        if item.kind is ValueKind.ID and by.this == value and not by.args.get("desc"):
            listed = f"ARRAY_SORT(ARRAY_AGG(DISTINCT {item.sql}){filter_})"
            return Expression(f"JSON_STRING({listed})", ValueKind.IDS)
    raise scope.refusal(
        node, "Flink keeps no order of what it gathers, but for that of distinct items",
        'Write array_agg(DISTINCT x COLLATE "C" ORDER BY x COLLATE "C").',
    )  # fmt: skip
