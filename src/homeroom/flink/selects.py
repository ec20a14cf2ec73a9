"""SELECTs of definitions in Flink's SQL: FROM, WHERE, GROUP BY, DISTINCT ON and places.

Flink numbers rows only to keep the first few of them (Top-N), so a place is computed in a SELECT of
its own below a limit. What PostgreSQL computes row by row, a SELECT within an expression or a
LATERAL, becomes a join with all of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.flink.aggregates import has_aggregate, replace_aggregates
from homeroom.flink.expressions import Scope, comparable, condition, translate
from homeroom.flink.kinds import Expression, Kind
from homeroom.flink.validity import named

# A hundred years of days: Flink numbers rows without a time of their own below a limit only.
PLACES_MAX = 36_500
_PLACE = "_place"
_INNER = "_rows"
# In an array of JSON that is null there is nothing to unnest.
_EMPTY = "JSON_QUERY('[]', '$' RETURNING ARRAY<STRING>)"


@dataclass
class Query:
    """One SELECT on its way: what stands in FROM, and what is to be output of it."""

    select: exp.Select
    scope: Scope
    key: tuple[str, ...]
    sources: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.scope.name

    def clause(self, name: str) -> exp.Expr | None:
        clause = self.select.args.get(name)
        return clause.this if clause is not None else None

    def body(self) -> str:
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"FROM {' '.join(self.sources)}{where}"


@dataclass(frozen=True)
class Selected:
    """A SELECT in Flink's SQL, and the kinds of its outputs."""

    sql: str
    outputs: Mapping[str, Kind]


class Selects:
    """Translates SELECTs. ``relations``: the kinds of the columns of what they may read."""

    def __init__(self, relations: Mapping[str, Mapping[str, Kind]]) -> None:
        self.relations = relations

    def translate(self, name: str, select: exp.Expr, key: tuple[str, ...] = ()) -> Selected:
        """``key``: that of the definition, where the SELECT is all of it."""
        query = self.begin(name, select, key)
        self._inner_selects(query)
        if query.select.args.get("distinct"):
            return self._distinct_on(query)
        if any(True for _ in self._windows(query.select)):
            return self._with_places(query)
        return self._plain(query)

    def begin(self, name: str, select: exp.Expr, key: tuple[str, ...] = ()) -> Query:
        """A SELECT of which FROM and WHERE are translated."""
        scope = Scope(name)
        if not isinstance(select, exp.Select):
            raise scope.refusal(select, f"{type(select).__name__} of SELECTs is not translated",
                                "Make each SELECT a projection of its own.")  # fmt: skip
        query = Query(select, scope, key)
        for clause in ("limit", "offset", "order", "having"):
            if select.args.get(clause) and not (clause == "order" and select.args.get("distinct")):
                raise scope.refusal(select, f"{clause.upper()} is not translated here")
        self._from(query)
        where = query.clause("where")
        if where is not None:
            query.conditions.append(f"({condition(where, scope)})")
        return query

    # FROM

    def _from(self, query: Query) -> None:
        first = query.select.args.get("from_") or query.select.args["from"]
        query.sources.append(self._source(query, first.this))
        for join in query.select.args.get("joins") or ():
            if isinstance(join.this, exp.Lateral):
                self._lateral(query, join)
                continue
            source = self._source(query, join.this)
            on = f" ON {condition(join.args['on'], query.scope)}" if join.args.get("on") else ""
            side = "LEFT JOIN" if join.side == "LEFT" else "JOIN" if on else "CROSS JOIN"
            query.sources.append(f"{side} {source}{on}")

    def _source(self, query: Query, source: exp.Expr) -> str:
        alias = source.alias_or_name
        if isinstance(source, exp.Table):
            query.scope.tables[alias] = self.relations[source.name]
            return f"{named(source.name)} AS {named(alias)}"
        if isinstance(source, exp.Subquery):
            inner = self.translate(query.name, source.this)
            query.scope.tables[alias] = inner.outputs
            return f"({inner.sql}) AS {named(alias)}"
        raise query.scope.refusal(source, "what stands in FROM is not translated")

    def _lateral(self, query: Query, join: exp.Join) -> None:
        lateral, scope = join.this, query.scope
        alias = lateral.args["alias"]
        if isinstance(lateral.this, exp.Subquery):
            self._newest(query, join)
            return
        columns = [c.name for c in alias.args.get("columns") or ()]
        call = lateral.this
        is_items = isinstance(call, exp.Anonymous) and call.name.lower() == "distinct_items"
        if join.side or len(columns) != 1 or not (is_items or isinstance(call, exp.Unnest)):
            raise scope.refusal(lateral, "this LATERAL is not translated")
        list_, *more = call.expressions
        of = translate(list_, scope)
        if not of.kind.is_list:
            raise scope.refusal(lateral, "it unnests what is no list")
        items = f"COALESCE(JSON_QUERY({of.sql}, '$' RETURNING ARRAY<STRING>), {_EMPTY})"
        if is_items:
            (item,) = more
            if not isinstance(item, exp.Null):
                items = f"ARRAY_APPEND({items}, {translate(item, scope).sql})"
            items = f"ARRAY_DISTINCT({items})"
        query.sources.append(
            f"CROSS JOIN UNNEST({items}) AS {named(alias.name)} ({named(columns[0])})"
        )
        if is_items:
            query.conditions.append(f"{named(alias.name)}.{named(columns[0])} IS NOT NULL")
        item_kind = Kind.ID if of.kind is Kind.IDS else Kind.TEXT
        scope.tables[alias.name] = {columns[0]: item_kind}

    def _newest(self, query: Query, join: exp.Join) -> None:
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
        inner = Scope(query.name, dict(scope.tables))
        source = self._source(Query(select, inner, ()), (select.args.get("from_"))
                              .this)  # fmt: skip
        where = condition(select.args["where"].this, inner)
        partition = ", ".join(f"{named(outer)}.{named(column)}" for column in keys)
        kept = [f"{named(outer)}.{named(c)} AS {named(f'_{c}')}" for c in keys]
        outputs: dict[str, Kind] = {}
        for output in select.selects:
            value = translate(output.unalias(), inner)
            kept.append(f"{value.sql} AS {named(output.output_name)}")
            outputs[output.output_name] = value.kind
        order = ", ".join(_ordered(o, inner) for o in select.args["order"].expressions)
        place = f"ROW_NUMBER() OVER (PARTITION BY {partition} ORDER BY {order}) AS `{_PLACE}`"
        names = ", ".join([*(named(f"_{c}") for c in keys), *map(named, outputs)])
        on = " AND ".join(
            f"{named(alias)}.{named(f'_{c}')} = {named(outer)}.{named(c)}" for c in keys
        )
        query.sources.append(
            f"LEFT JOIN (SELECT {names} FROM (SELECT {', '.join(kept)}, {place} "
            f"FROM {query.sources[0]} JOIN {source} ON {where}) WHERE `{_PLACE}` = 1) "
            f"AS {named(alias)} ON {on}"
        )
        scope.tables[alias] = outputs

    # What is computed apart

    def _inner_selects(self, query: Query) -> None:
        """A SELECT of one aggregate in an output: a join with all groups."""
        number = 0
        for output in query.select.selects:
            for inner in output.find_all(exp.Subquery):
                number += 1
                query.scope.replaced[id(inner)] = self._grouped_apart(query, inner, f"_s{number}")

    def _grouped_apart(self, query: Query, subquery: exp.Subquery, alias: str) -> Expression:
        select, outer = subquery.this, query.scope
        odd = any(select.args.get(c) for c in ("group", "distinct", "limit", "order", "having"))
        if (
            odd
            or len(select.selects) != 1
            or not isinstance(select.selects[0].unalias(), exp.ArrayAgg)
        ):
            raise outer.refusal(
                subquery, "of SELECTs in an output, one with array_agg is translated"
            )
        inner = Query(select, Scope(query.name), ())
        self._from(inner)
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
        on = " AND ".join(
            f"{named(alias)}.{n} = {o}" for (_, o), n in zip(pairs, names, strict=True)
        )
        query.sources.append(
            f"LEFT JOIN (SELECT {keys}, {gathered.sql} AS `_v` {inner.body()} GROUP BY {by}) "
            f"AS {named(alias)} ON {on}"
        )
        return Expression(f"{named(alias)}.`_v`", gathered.kind)

    # Outputs

    def _plain(self, query: Query) -> Selected:
        outputs: dict[str, Kind] = {}
        sql = []
        for output in query.select.selects:
            value = output.unalias()
            if has_aggregate(value):
                replace_aggregates(value, query.scope)
            translated = translate(value, query.scope)
            outputs[output.output_name] = translated.kind
            sql.append(f"{translated.sql} AS {named(output.output_name)}")
        group = query.select.args.get("group")
        by = ""
        if group is not None:
            groups = [translate(g, query.scope) for g in group.expressions]
            if any(g.kind is Kind.TIME for g in groups):
                raise query.scope.refusal(group, "times are not grouped by")
            columns = [g.sql for g in groups]
            by = f" GROUP BY {', '.join(columns)}"
        return Selected(f"SELECT {', '.join(sql)} {query.body()}{by}", outputs)

    def _distinct_on(self, query: Query) -> Selected:
        on = query.select.args["distinct"].args.get("on")
        order = query.select.args.get("order")
        if on is None or order is None or query.select.args.get("group"):
            raise query.scope.refusal(query.select, "DISTINCT without ON is not translated",
                                      "Write GROUP BY.")  # fmt: skip
        by = [translate(e, query.scope).sql for e in on.expressions]
        rest = [
            _ordered(o, query.scope) for o in order.expressions
            if translate(o.this, query.scope).sql not in by
        ]  # fmt: skip
        place = f"ROW_NUMBER() OVER (PARTITION BY {', '.join(by)} ORDER BY {', '.join(rest)})"
        plain = self._plain(query)
        inner = plain.sql.replace("SELECT ", f"SELECT {place} AS `{_PLACE}`, ", 1)
        names = ", ".join(map(named, plain.outputs))
        return Selected(f"SELECT {names} FROM ({inner}) WHERE `{_PLACE}` = 1", plain.outputs)

    def _with_places(self, query: Query) -> Selected:
        """The places are computed below, where the other columns are handed on as they are."""
        windows = list(self._windows(query.select))
        (first, *others) = windows
        if any(other != first for other in others) or query.select.args.get("group"):
            raise query.scope.refusal(first, "several windows in one SELECT are not translated")
        if not isinstance(first.this, exp.RowNumber):
            raise query.scope.refusal(first, "of windows, row_number() is translated")
        by = ", ".join(translate(e, query.scope).sql for e in first.args["partition_by"])
        order = ", ".join(_ordered(o, query.scope) for o in first.args["order"].expressions)
        columns = dict.fromkeys(
            (c.table, c.name) for o in query.select.selects for c in o.find_all(exp.Column)
            if query.scope.owns(c)
        )  # fmt: skip
        handed = [f"{named(a)}.{named(c)} AS {named(f'{a}_{c}')}" for a, c in columns]
        handed.append(f"ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY {order}) AS `{_PLACE}`")
        above = Scope(query.name, query.scope.tables, dict(query.scope.replaced),
                      lambda a, c: f"{named(_INNER)}.{named(f'{a}_{c}')}")  # fmt: skip
        for window in windows:
            above.replaced[id(window)] = Expression(f"{named(_INNER)}.`{_PLACE}`", Kind.BIGINT)
        outputs: dict[str, Kind] = {}
        sql = []
        for output in query.select.selects:
            value = translate(output.unalias(), above)
            outputs[output.output_name] = value.kind
            sql.append(f"{value.sql} AS {named(output.output_name)}")
        return Selected(
            f"SELECT {', '.join(sql)} FROM (SELECT {', '.join(handed)} {query.body()}) "
            f"AS {named(_INNER)} WHERE {named(_INNER)}.`{_PLACE}` <= {PLACES_MAX}",
            outputs,
        )

    def _windows(self, select: exp.Select) -> Iterator[exp.Window]:
        for output in select.selects:
            for window in output.find_all(exp.Window):
                if window.find_ancestor(exp.Select) is select:
                    yield window


def _outer_keys(query: Query) -> tuple[str, ...]:
    """The columns of what stands before a LATERAL that are the definition's key, or none."""
    by_name = {o.output_name: o.unalias() for o in query.select.selects}
    keys = [by_name.get(name) for name in query.key]
    if all(isinstance(k, exp.Column) and k.table in query.scope.tables for k in keys):
        return tuple(k.name for k in keys if k is not None)
    return ()


def _ordered(node: exp.Expr, scope: Scope) -> str:
    """A term of ORDER BY; which nulls come first is said, since Flink has them the other way."""
    value = translate(node.this, scope)
    if not value.kind.is_ordered and value.kind is not Kind.BOOLEAN:
        raise scope.refusal(node, "PostgreSQL orders texts by its locale, and Flink by their bytes",
                            'Order by an id, or write COLLATE "C".')  # fmt: skip
    direction = " DESC" if node.args.get("desc") else " ASC"
    nulls = "FIRST" if node.args.get("nulls_first") else "LAST"
    return f"{comparable(value).sql}{direction} NULLS {nulls}"


def _terms(node: exp.Expr | None) -> list[exp.Expr]:
    if node is None:
        return []
    node = node.unnest()
    if isinstance(node, exp.And):
        return [*_terms(node.this), *_terms(node.expression)]
    return [node]


def _correlated(term: exp.Expr, inner: Scope, outer: Scope) -> tuple[str, str] | None:
    """Of ``inside = outside`` both sides as SQL; None of a condition of what is inside alone."""
    if all(inner.owns(column) for column in term.find_all(exp.Column)):
        return None
    if isinstance(term, exp.EQ):
        for one, other in ((term.this, term.expression), (term.expression, term.this)):
            columns = isinstance(one, exp.Column) and isinstance(other, exp.Column)
            if columns and inner.owns(one) and outer.owns(other):
                return translate(one, inner).sql, translate(other, outer).sql
    raise outer.refusal(
        term, "a SELECT within is bound to the row outside by more than columns = columns"
    )
