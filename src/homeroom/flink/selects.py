"""SELECTs of definitions in Flink's SQL: FROM, WHERE, GROUP BY, DISTINCT ON and places.

Flink numbers rows only to keep the first few of them (Top-N), so a place is computed in a SELECT of
its own below a limit. What PostgreSQL computes row by row, a SELECT within an expression or a
LATERAL, becomes a join with all of it.
"""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from homeroom.flink.aggregates import has_aggregate, replace_aggregates
from homeroom.flink.expressions import condition, distinct
from homeroom.flink.joins import group_apart, join_newest
from homeroom.flink.kinds import Expression, ValueKind
from homeroom.flink.queries import PLACE, Query, Selected, ordered
from homeroom.flink.scope import NameScope, translate
from homeroom.flink.validity import named

# A hundred years of days: Flink numbers rows without a time of their own below a limit only.
PLACES_MAX = 36_500
_INNER = "_rows"
# In an array of JSON that is null there is nothing to unnest.
_EMPTY = "JSON_QUERY('[]', '$' RETURNING ARRAY<STRING>)"


class Selects:
    """Translates SELECTs. ``relations``: the kinds of the columns of what they may read."""

    def __init__(self, relations: Mapping[str, Mapping[str, ValueKind]]) -> None:
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
        scope = NameScope(name)
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
        query.sources.append(self.source(query.scope, first.this))
        for join in query.select.args.get("joins") or ():
            if isinstance(join.this, exp.Lateral):
                self._lateral(query, join)
                continue
            source = self.source(query.scope, join.this)
            on = f" ON {condition(join.args['on'], query.scope)}" if join.args.get("on") else ""
            side = "LEFT JOIN" if join.side == "LEFT" else "JOIN" if on else "CROSS JOIN"
            query.sources.append(f"{side} {source}{on}")

    def source(self, scope: NameScope, source: exp.Expr) -> str:
        """A table or a SELECT that is read, whose columns the scope then has."""
        alias = source.alias_or_name
        if isinstance(source, exp.Table):
            scope.tables[alias] = self.relations[source.name]
            return f"{named(source.name)} AS {named(alias)}"
        if isinstance(source, exp.Subquery):
            inner = self.translate(scope.name, source.this)
            scope.tables[alias] = inner.outputs
            return f"({inner.sql}) AS {named(alias)}"
        raise scope.refusal(source, "what stands in FROM is not translated")

    def _lateral(self, query: Query, join: exp.Join) -> None:
        lateral, scope = join.this, query.scope
        alias = lateral.args["alias"]
        on = join.args.get("on")
        if on is not None and on.unnest() != exp.true():
            raise scope.refusal(join, "of LATERAL, no condition in ON is translated",
                                "Write ON true, and the condition in WHERE or CASE.")  # fmt: skip
        if isinstance(lateral.this, exp.Subquery):
            join_newest(query, join, self.source)
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
        item_kind = ValueKind.ID if of.kind is ValueKind.IDS else ValueKind.TEXT
        scope.tables[alias.name] = {columns[0]: item_kind}

    # What is computed apart

    def _inner_selects(self, query: Query) -> None:
        inners = [i for o in query.select.selects for i in o.find_all(exp.Subquery)]
        for number, subquery in enumerate(inners, 1):
            inner = Query(subquery.this, NameScope(query.name), ())
            self._from(inner)
            query.scope.replaced[id(subquery)] = group_apart(query, subquery, f"_s{number}", inner)

    # Outputs

    def _plain(self, query: Query) -> Selected:
        outputs: dict[str, ValueKind] = {}
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
            if any(g.kind in (ValueKind.TIME, ValueKind.JSON) for g in groups):
                raise query.scope.refusal(group, "times and documents are not grouped by")
            columns = [g.sql for g in groups]
            by = f" GROUP BY {', '.join(columns)}"
        return Selected(f"SELECT {', '.join(sql)} {query.body()}{by}", outputs)

    def _distinct_on(self, query: Query) -> Selected:
        on = query.select.args["distinct"].args.get("on")
        order = query.select.args.get("order")
        if on is None or order is None or query.select.args.get("group"):
            raise query.scope.refusal(query.select, "DISTINCT without ON is not translated",
                                      "Write GROUP BY.")  # fmt: skip
        by = [distinct(e, query.scope) for e in on.expressions]
        rest = [
            ordered(o, query.scope) for o in order.expressions
            if distinct(o.this, query.scope) not in by
        ]  # fmt: skip
        place = f"ROW_NUMBER() OVER (PARTITION BY {', '.join(by)} ORDER BY {', '.join(rest)})"
        plain = self._plain(query)
        inner = plain.sql.replace("SELECT ", f"SELECT {place} AS `{PLACE}`, ", 1)
        names = ", ".join(map(named, plain.outputs))
        return Selected(f"SELECT {names} FROM ({inner}) WHERE `{PLACE}` = 1", plain.outputs)

    def _with_places(self, query: Query) -> Selected:
        """The places are computed below, where the other columns are handed on as they are."""
        windows = list(self._windows(query.select))
        (first, *others) = windows
        if any(other != first for other in others) or query.select.args.get("group"):
            raise query.scope.refusal(first, "several windows in one SELECT are not translated")
        if not isinstance(first.this, exp.RowNumber):
            raise query.scope.refusal(first, "of windows, row_number() is translated")
        by = ", ".join(distinct(e, query.scope) for e in first.args["partition_by"])
        order = ", ".join(ordered(o, query.scope) for o in first.args["order"].expressions)
        columns = dict.fromkeys(
            (c.table, c.name) for o in query.select.selects for c in o.find_all(exp.Column)
            if query.scope.owns(c)
        )  # fmt: skip
        handed = [f"{named(a)}.{named(c)} AS {named(f'{a}_{c}')}" for a, c in columns]
        handed.append(f"ROW_NUMBER() OVER (PARTITION BY {by} ORDER BY {order}) AS `{PLACE}`")
        above = NameScope(query.name, query.scope.tables, dict(query.scope.replaced),
                      lambda a, c: f"{named(_INNER)}.{named(f'{a}_{c}')}")  # fmt: skip
        for window in windows:
            above.replaced[id(window)] = Expression(f"{named(_INNER)}.`{PLACE}`", ValueKind.BIGINT)
        outputs: dict[str, ValueKind] = {}
        sql = []
        for output in query.select.selects:
            value = translate(output.unalias(), above)
            outputs[output.output_name] = value.kind
            sql.append(f"{value.sql} AS {named(output.output_name)}")
        return Selected(
            f"SELECT {', '.join(sql)} FROM (SELECT {', '.join(handed)} {query.body()}) "
            f"AS {named(_INNER)} WHERE {named(_INNER)}.`{PLACE}` <= {PLACES_MAX}",
            outputs,
        )

    def _windows(self, select: exp.Select) -> Iterator[exp.Window]:
        for output in select.selects:
            for window in output.find_all(exp.Window):
                if window.find_ancestor(exp.Select) is select:
                    yield window
