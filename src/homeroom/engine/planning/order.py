"""No row is taken by chance: wherever order decides, it decides between any two rows.

PostgreSQL gives rows that an ORDER BY leaves equal in any order it likes: another one tomorrow, or
in a rebuild.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from homeroom.engine.planning.names import shown

if TYPE_CHECKING:
    from homeroom.engine.planning.reading import Reading

# Equal for rows that the order leaves equal.
_EQUAL_FOR_PEERS = (
    exp.Rank, exp.DenseRank, exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg, exp.LogicalAnd,
    exp.LogicalOr,
)  # fmt: skip
_BY_ORDER = (
    exp.RowNumber, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue, exp.Ntile,
)  # fmt: skip
WINDOWS = _EQUAL_FOR_PEERS + _BY_ORDER
_LISTS = (exp.ArrayAgg, exp.GroupConcat)


def own_nodes(select: exp.Select, node: exp.Expr) -> Iterator[exp.Expr]:
    """The nodes of an expression that are of this SELECT, not of one within."""
    for child in node.walk(prune=lambda n: isinstance(n, exp.Query) and n is not select):
        if not isinstance(child, exp.Query):
            yield child


def own_windows(select: exp.Select) -> list[exp.Window]:
    return [
        node for output in select.expressions for node in own_nodes(select, output)
        if isinstance(node, exp.Window)
    ]  # fmt: skip


def own_aggregates(select: exp.Select, node: exp.Expr) -> list[exp.AggFunc]:
    """The aggregates of an expression, without window functions."""
    return [
        inner for inner in own_nodes(select, node)
        if isinstance(inner, exp.AggFunc) and not _in_window(inner)
    ]  # fmt: skip


def _in_window(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.Filter):
        parent = parent.parent
    return isinstance(parent, exp.Window) and node.arg_key == "this"


def takes_one(select: exp.Select) -> bool:
    """Whether the result has at most one row."""
    limit = select.args.get("limit")
    if limit is not None and isinstance(limit.expression, exp.Literal):
        return bool(limit.expression.this in ("0", "1"))
    grouped = any(own_aggregates(select, output) for output in select.expressions)
    return grouped and select.args.get("group") is None


def check(reading: "Reading") -> None:
    """Raises DefinitionError where a result depends on what order rows happen to have."""
    select = reading.select
    for window in own_windows(select):
        _check_window(reading, window)
    for clause in (*select.expressions, *_having(select)):
        for aggregate in own_aggregates(select, clause):
            if isinstance(aggregate, _LISTS):
                _check_list(reading, aggregate)
    order = select.args.get("order")
    by = order.expressions if order is not None else []
    distinct = select.args.get("distinct")
    on = distinct.args.get("on") if distinct is not None else None
    if on is not None:
        parts = on.expressions if isinstance(on, exp.Tuple) else [on]
        _check_total(reading, select, "DISTINCT ON", [*parts, *by])
    elif select.args.get("limit") or select.args.get("offset"):
        _check_total(reading, select, "LIMIT", by)


def _having(select: exp.Select) -> list[exp.Expr]:
    having = select.args.get("having")
    return [having.this] if having is not None else []


def _check_window(reading: "Reading", window: exp.Window) -> None:
    function = window.this.this if isinstance(window.this, exp.Filter) else window.this
    if not isinstance(function, WINDOWS) or window.args.get("alias"):
        raise reading.context.refused(
            window, "this window function is not on the list of what can be kept exactly",
            "Use row_number(), rank(), lag() and their like with OVER (PARTITION BY … ORDER BY …).",
        )  # fmt: skip
    frame = window.args.get("spec")
    by_rows = frame is not None and frame.args.get("kind") != "RANGE"
    if isinstance(function, _BY_ORDER) or by_rows:
        order = window.args.get("order")
        by = order.expressions if order is not None else []
        parts = [*(window.args.get("partition_by") or ()), *by]
        _check_total(reading, window, shown(function), parts)


def _check_list(reading: "Reading", aggregate: exp.AggFunc) -> None:
    ordered = aggregate.find(exp.Order)
    by = ordered.expressions if ordered is not None else []
    value = ordered.this if ordered is not None else aggregate.this
    if isinstance(value, exp.Distinct):
        value = value.expressions[0]
    known = reading.determined([*(reading.grouped or ()), *map(reading.attribute_of, by)])
    if by and reading.attribute_of(value) in known:
        return
    _check_total(reading, aggregate, "the list", by, reading.grouped or ())


def _check_total(
    reading: "Reading", node: exp.Expr, what: str, by: Iterable[exp.Expr],
    given: Iterable[tuple[str, str]] = (),
) -> None:  # fmt: skip
    """Raises DefinitionError unless these expressions tell any two rows apart."""
    for part in by:
        reading.check(part)
    known = reading.determined([*given, *map(reading.attribute_of, by)])
    is_list = isinstance(node, _LISTS)
    if _rows_identified(reading, known) if is_list else reading.identified(known):
        return
    names = sorted({name for item in reading.items.values() for key in item.keys[:1]
                    for _, name in key})  # fmt: skip
    raise reading.context.refused(
        node, f"the order of {what} leaves rows equal, and PostgreSQL takes them as they come",
        f"Order by a whole key at the end ({', '.join(names)})."
        if names else "Order by columns that tell any two rows apart.",
    )  # fmt: skip


def _rows_identified(reading: "Reading", known: frozenset[tuple[str, str]]) -> bool:
    return all(any(key <= known for key in item.keys) for item in reading.items.values())
