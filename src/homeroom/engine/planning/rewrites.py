"""What to write instead of a clause that cannot be kept exactly: for this clause, not in general.

docs/definitions.md quotes some of it, and tests hold the quotes.
"""

from collections.abc import Callable
from typing import NamedTuple

from sqlglot import exp


class Advice(NamedTuple):
    """Why a clause is refused, and what to write instead."""

    problem: str
    instead: str


class SelectContext(NamedTuple):
    """Where a clause stands: the kind and the key of the definition, and the SELECT."""

    kind: str
    key: tuple[str, ...]
    select: exp.Select

    @property
    def alias(self) -> str:
        """The alias of the first table, or a word for it."""
        first = self.select.find(exp.From)
        return first.this.alias_or_name if first is not None else "table"


def of_node(place: SelectContext, node: exp.Expr) -> Advice:
    """Advice for a node that the allow-list lacks."""
    for types, advice in _ADVICE:
        if isinstance(node, types):
            return advice(place, node)
    name = type(node).__name__
    return Advice(
        f"{name} is not on the list of what can be kept exactly",
        "Use plain columns, CASE, coalesce, comparisons and arithmetic.",
    )


def of_clause(place: SelectContext, clause: str) -> Advice:
    """Advice for a clause of the SELECT itself; ``clause``: its name in the parser's tree."""
    name = clause.strip("_").upper()
    instead = {
        "DISTINCT": _distinct_rows,
        "ORDER": _order_or_limit,
        "LIMIT": _order_or_limit,
        "OFFSET": _order_or_limit,
    }.get(name, _left_out)
    return Advice(f"{name} is not understood here", instead(place))


def of_function(name: str) -> Advice:
    """Advice for a function that is not on the list."""
    return Advice(
        f"the function {name} is not known to be repeatable",
        "Use one of: distinct_items, cardinality, known_time_zone, or have it added to the engine.",
    )


def of_join() -> Advice:
    return Advice("this join cannot be kept exactly", "Write JOIN or LEFT JOIN … ON.")


def of_place() -> Advice:
    return Advice("a number names an output by its place", "Write the column itself.")


def of_limit() -> Advice:
    return Advice("LIMIT and OFFSET take a number", "Write the number itself.")


def of_renaming() -> Advice:
    return Advice("an alias gives a table's columns other names", "Rename outputs, with AS.")


def of_word(node: exp.Expr) -> Advice:
    return Advice(f"{node.name} is not understood here", "Use columns and constants.")


def of_any() -> Advice:
    return Advice(
        "ANY compares with the items of an array alone",
        "Write `value = ANY(alias.column)`, or IN (…) with the values.",
    )


def of_rows(node: exp.Expr) -> Advice:
    return Advice(
        f"{node.sql('postgres')} makes several rows of one",
        "Write `CROSS JOIN LATERAL distinct_items(…) AS t(item)`, and output t.item.",
    )


def of_grouping() -> Advice:
    return Advice("GROUPING SETS make groups of several kinds", "Group by columns.")


def _left_out(place: SelectContext) -> str:
    return f"Leave it out; a `{place.kind}` projection is a plain SELECT."


def _refreshed(place: SelectContext) -> str:
    """How a ``refresh`` could hold this SELECT."""
    if not place.key:
        return "Write a `refresh` projection, in which a window is of one value of its key"
    first = place.key[0]
    return (
        f"Write `-- refresh {', '.join(place.key)}` as the first line: then a change of a row "
        f"computes everything of its {first} again. Every table that it reads must have a "
        f"column {first}"
    )


def _distinct_rows(place: SelectContext) -> str:
    if place.kind == "totals":
        by = ", ".join(place.key)
        return (
            f"Write SELECT DISTINCT with {by} alone, or DISTINCT ON ({by}) with ORDER BY for the "
            "first row of each."
        )
    values = [o.output_name for o in place.select.selects if o.output_name]
    return (
        f"Leave it out if the outputs hold the key of {place.alias}. For the different values of a "
        f"column write `-- totals {values[-1] if values else 'column'}`; DISTINCT may stand in a "
        "`refresh` too."
    )


def _order_or_limit(place: SelectContext) -> str:
    if place.kind == "top":
        return "Leave it out: the first line has the order, and how many rows."
    return (
        "Leave it out: order and limit belong to the reader's query, and a line `-- index …` "
        f"serves them. The newest row per {place.key[0]} is `-- totals {place.key[0]}` with "
        "DISTINCT ON and ORDER BY, and the first ten are `-- top 10`."
    )


def _name_of(node: exp.Expr, default: str) -> str:
    """The output that a node stands in."""
    output = node.find_ancestor(exp.Alias)
    return output.alias if output is not None and output.alias else default


def _of_group(place: SelectContext, node: exp.Expr) -> Advice:
    call = node.sql("postgres")
    call = f"round({call}, 2)" if isinstance(node, exp.Avg) else call
    instead = (
        f"Write `{call} AS {_name_of(node, 'of_group')}`, as an output of its own."
        if place.kind == "totals"
        else f"Make `{call}` a `totals` projection of its own, and join that by its whole key."
    )
    if place.kind == "rows" and not isinstance(node, exp.Avg):
        instead += " The greatest of values in one row is `greatest(…)`."
    return Advice(f"`{node.sql('postgres')}` is one of a whole group", instead)


def _truths(place: SelectContext, node: exp.Expr) -> Advice:  # noqa: ARG001
    truth = node.this.sql("postgres")
    what = f"NOT ({truth})" if isinstance(node, exp.LogicalAnd) else truth
    compared = "= 0" if isinstance(node, exp.LogicalAnd) else "> 0"
    return Advice(
        f"`{node.sql('postgres')}` is one of a whole group",
        f"Write `count(*) FILTER (WHERE {what}) {compared}`, in a `totals` projection.",
    )


def _different(place: SelectContext, node: exp.Expr) -> Advice:
    return Advice(
        "DISTINCT stands in the count of one column alone",
        f"Write `count(DISTINCT {_column_in(node)})`"
        + (", in a `totals` projection." if place.kind != "totals" else "."),
    )


def _list(place: SelectContext, node: exp.Expr) -> Advice:
    end = "." if place.kind == "totals" else ", the first item in a `totals` too."
    return Advice(
        "of a list, a group has its first item alone",
        f"Write `(array_agg({_column_in(node)} ORDER BY …))[1]`. Whole lists may stand in a "
        f"`refresh`{end}",
    )


def _window(place: SelectContext, node: exp.Expr) -> Advice:
    by = ", ".join(place.key)
    first = (
        f" The first row of each {by} is `-- totals {by}` with DISTINCT ON and ORDER BY."
        if isinstance(node.this, exp.RowNumber) else ""
    )  # fmt: skip
    return Advice(
        f"{node.this.sql('postgres')} OVER depends on rows that did not change",
        f"{_refreshed(place)}. Or let the reader's query do it.{first}",
    )


def _first_table(place: SelectContext) -> str:
    first = place.select.find(exp.From)
    return str(first.this.name) if first is not None else "the table"


def _inner(place: SelectContext, node: exp.Expr) -> Advice:
    inner = node.find(exp.Select) if not isinstance(node, exp.Select) else node
    tables = ", ".join(t.name for t in inner.find_all(exp.Table)) if inner is not None else ""
    of = f" of {tables}" if tables else ""
    what = f"{node.alias}, the inner SELECT{of}," if node.alias else f"the inner SELECT{of}"
    where = (
        "join it by its whole key"
        if place.kind in ("rows", "view")
        else "count the rows of one that joins it"
    )
    if isinstance(node.parent, exp.In) and place.kind != "refresh":
        return Advice(
            "IN with a SELECT may be null, but for a condition that must be true",
            "Write `EXISTS (SELECT 1 FROM table t WHERE t.key = alias.column)`, or NOT EXISTS.",
        )
    return Advice(
        "a SELECT within a SELECT cannot be kept incrementally",
        f"Make {what} a projection of its own, and {where}.",
    )


def _group(place: SelectContext, node: exp.Expr) -> Advice:
    by = ", ".join(e.name or e.sql("postgres") for e in node.expressions) or ", ".join(place.key)
    return Advice(
        f"a `{place.kind}` projection has one row per row of {_first_table(place)}, without "
        "GROUP BY",
        f"Write `-- totals {by}` as the first line for counts and sums per {by}.",
    )


def _division(place: SelectContext, node: exp.Expr) -> Advice:
    dividend, divisor = node.this.sql("postgres"), node.expression.sql("postgres")
    if place.kind == "totals":
        return Advice(
            "a division is one of totals, not of single rows",
            f"Write `round(sum({dividend}) / nullif(sum({divisor}), 0), 2)`, or divide in a "
            "`rows` projection.",
        )
    return Advice(
        "a division may fail, or round",
        f"Write `round({dividend} / nullif({divisor}, 0), 2)`, in a `rows` projection.",
    )


def _rounding(place: SelectContext, node: exp.Expr) -> Advice:  # noqa: ARG001
    return Advice(
        "single rows are rounded in `rows` and `refresh` alone",
        f"Output `{node.sql('postgres')}` of a `rows` projection, and read that column here.",
    )


def _time(place: SelectContext, node: exp.Expr) -> Advice:  # noqa: ARG001
    return Advice(
        "of times, what is not on the list may depend on settings of the session",
        f"Use date_trunc or extract of `{_column_in(node)} AT TIME ZONE 'Europe/Stockholm'`, or "
        "let the reader's query do it.",
    )


def _pattern(place: SelectContext, node: exp.Expr) -> Advice:  # noqa: ARG001
    return Advice(
        "a comparison with a pattern is not on the list of what can be kept exactly, but for LIKE",
        f"Write `{_column_in(node)} LIKE 'a%'`, or let the reader's query compare.",
    )


def _column_in(node: exp.Expr) -> str:
    column = node.find(exp.Column)
    return column.sql("postgres") if column is not None else "the column"


def _items(place: SelectContext, node: exp.Expr) -> Advice:  # noqa: ARG001
    items = _column_in(node)
    return Advice(
        "a function that makes rows may return an item twice",
        f"Write `CROSS JOIN LATERAL distinct_items({items}, NULL) AS t(item)`.",
    )


_ADVICE: tuple[
    tuple[tuple[type[exp.Expr], ...], Callable[[SelectContext, exp.Expr], Advice]], ...
] = (
    ((exp.Avg, exp.Max, exp.Min), _of_group),
    ((exp.LogicalOr, exp.LogicalAnd), _truths),
    ((exp.Distinct,), _different),
    ((exp.ArrayAgg, exp.Bracket), _list),
    ((exp.Window,), _window),
    ((exp.Subquery, exp.Exists, exp.Select), _inner),
    ((exp.Group,), _group),
    ((exp.Div, exp.IntDiv, exp.Mod), _division),
    ((exp.Round, exp.Abs, exp.Ceil, exp.Floor), _rounding),
    ((exp.DateBin, exp.DateTrunc, exp.TimeToStr), _time),
    ((exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo), _pattern),
    ((exp.Unnest, exp.Explode), _items),
)
