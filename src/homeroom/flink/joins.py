"""What PostgreSQL computes row by row, as joins: LATERAL with LIMIT 1, a SELECT in an output."""

from collections.abc import Callable

from sqlglot import exp

from homeroom.flink.aggregates import replace_aggregates
from homeroom.flink.expressions import condition, distinct
from homeroom.flink.kinds import Expression, ValueKind
from homeroom.flink.queries import PLACE, Query, ordered
from homeroom.flink.scope import NameScope, translate
from homeroom.flink.validity import named


def join_newest(
    query: Query, join: exp.Join, source_in: Callable[[NameScope, exp.Expr], str]
) -> None:
    """``LEFT JOIN LATERAL (SELECT … ORDER BY … LIMIT 1) ON true``: the first row of each key.

    All rows of both are joined, and the first for each row outside is kept.
    """
    select, scope, alias = join.this.this.this, query.scope, join.this.alias_or_name
    keys = _outer_keys(query)
    is_first = select.args.get("limit") and select.args["limit"].expression.sql() == "1"
    odd = any(select.args.get(c) for c in ("offset", "group", "distinct", "joins"))
    if not (is_first and select.args.get("order") and not odd and keys and join.side == "LEFT"
            and len(scope.tables) == 1):  # fmt: skip
        raise scope.refusal(join, "of LATERAL, LEFT JOIN with the first row of one table is "
                            "translated, to a key of what stands before it")  # fmt: skip
    ((outer, _),) = scope.tables.items()
    inner = NameScope(query.name, dict(scope.tables))
    source = source_in(inner, select.args["from_"].this)
    where = condition(select.args["where"].this, inner)
    partition = ", ".join(f"{named(outer)}.{named(column)}" for column in keys)
    kept = [f"{named(outer)}.{named(c)} AS {named(f'_{c}')}" for c in keys]
    outputs: dict[str, ValueKind] = {}
    for output in select.selects:
        value = translate(output.unalias(), inner)
        kept.append(f"{value.sql} AS {named(output.output_name)}")
        outputs[output.output_name] = value.kind
    order = ", ".join(ordered(o, inner) for o in select.args["order"].expressions)
    place = f"ROW_NUMBER() OVER (PARTITION BY {partition} ORDER BY {order}) AS `{PLACE}`"
    names = ", ".join([*(named(f"_{c}") for c in keys), *map(named, outputs)])
    on = " AND ".join(f"{named(alias)}.{named(f'_{c}')} = {named(outer)}.{named(c)}" for c in keys)
    query.sources.append(
        f"LEFT JOIN (SELECT {names} FROM (SELECT {', '.join(kept)}, {place} "
        f"FROM {query.sources[0]} JOIN {source} ON {where}) WHERE `{PLACE}` = 1) "
        f"AS {named(alias)} ON {on}"
    )
    scope.tables[alias] = outputs


def group_apart(query: Query, subquery: exp.Subquery, alias: str, inner: Query) -> Expression:
    """A SELECT of one aggregate in an output: a join with all groups.

    ``inner``: it, of which FROM is translated.
    """
    select, outer = subquery.this, query.scope
    odd = any(select.args.get(c) for c in ("group", "distinct", "limit", "order", "having"))
    if odd or len(select.selects) != 1 or not isinstance(select.selects[0].unalias(), exp.ArrayAgg):
        raise outer.refusal(subquery, "of SELECTs in an output, one with array_agg is translated")
    pairs: list[tuple[str, str]] = []
    for term in _terms(inner.clause("where")):
        pair = _correlated(term, inner.scope, outer)
        if pair is None:
            inner.conditions.append(condition(term, inner.scope))
        else:
            pairs.append(pair)
    value = select.selects[0].unalias()
    replace_aggregates(value, inner.scope)
    gathered = translate(value, inner.scope)
    names = [named(f"_k{n}") for n in range(len(pairs))]
    keys = ", ".join(f"{i} AS {n}" for (i, _), n in zip(pairs, names, strict=True))
    by = ", ".join(i for i, _ in pairs)
    on = " AND ".join(f"{named(alias)}.{n} = {o}" for (_, o), n in zip(pairs, names, strict=True))
    query.sources.append(
        f"LEFT JOIN (SELECT {keys}, {gathered.sql} AS `_v` {inner.body()} GROUP BY {by}) "
        f"AS {named(alias)} ON {on}"
    )
    return Expression(f"{named(alias)}.`_v`", gathered.kind)


def _outer_keys(query: Query) -> tuple[str, ...]:
    """The columns of what stands before a LATERAL that are the definition's key, or none."""
    by_name = {o.output_name: o.unalias() for o in query.select.selects}
    keys = [by_name.get(name) for name in query.key]
    if all(isinstance(k, exp.Column) and k.table in query.scope.tables for k in keys):
        return tuple(k.name for k in keys if k is not None)
    return ()


def _terms(node: exp.Expr | None) -> list[exp.Expr]:
    if node is None:
        return []
    node = node.unnest()
    if isinstance(node, exp.And):
        return [*_terms(node.this), *_terms(node.expression)]
    return [node]


def _correlated(term: exp.Expr, inner: NameScope, outer: NameScope) -> tuple[str, str] | None:
    """Of ``inside = outside`` both sides as SQL; None of a condition of what is inside alone."""
    if all(inner.owns(column) for column in term.find_all(exp.Column)):
        return None
    if isinstance(term, exp.EQ):
        for one, other in ((term.this, term.expression), (term.expression, term.this)):
            columns = isinstance(one, exp.Column) and isinstance(other, exp.Column)
            if columns and inner.owns(one) and outer.owns(other):
                return distinct(one, inner), distinct(other, outer)
    raise outer.refusal(
        term, "a SELECT within is bound to the row outside by more than columns = columns"
    )
