"""What an index finds of a group for ``totals``: its first row by an order, its different values.

**Extremes.** That a row has gone does not say which one is the first now. So the first is looked up
in the source, of the groups that the delta touches and no other: what is not touched has the rows
that it had. The index begins with the group's columns, goes on with the order, and holds only rows
that count, so that each lookup reads one row.

**Different values.** Let c be how many rows of a group have a value now, and d the sum of the signs
of the delta's rows with it, so that they were c - d. The number of different values changes by

    [c > 0] - [c - d > 0]

and c itself is not needed: where d >= 0, the first d + 1 rows tell whether c > d; where d < 0, rows
have gone that were there, so c - d > 0. The cost is that of what came, not that of the group.
A value is looked up as a range, in order: for ``=`` PostgreSQL may take another index of the group
where it expects to meet the value soon, and reads all of the group where there is none.
"""

from collections.abc import Iterable, Iterator, Mapping

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted, shown
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.shapes import terms
from homeroom.engine.planning.totals import Extreme, Part, Total

# Not the same for the same row in PostgreSQL's eyes, which rest on the session's settings, or only
# until rules of time zones change.
_NOT_INDEXED = (exp.Cast, exp.DPipe, exp.AtTimeZone, exp.TimestampTrunc, exp.Extract)


def looked_up(all_parts: Iterable[Part], groups: str) -> tuple[dict[str, str], str]:
    """The extremes of some groups: each as SQL, by name, and the joins that look them up.

    ``groups``: the alias of a relation with the columns of the key.
    """
    chosen: dict[str, str] = {}
    joins: list[str] = []
    for part in all_parts:
        by_choice: dict[object, list[Extreme]] = {}
        for one in part.extremes:
            by_choice.setdefault(one.choice, []).append(one)
        for extremes in by_choice.values():
            alias = f"_x{len(joins)}"
            chosen |= {one.name: f"{alias}.{quoted(one.name)}" for one in extremes}
            first = _first(part, extremes, groups)
            joins.append(f" LEFT JOIN LATERAL ({first}) AS {alias} ON true")
    return chosen, "".join(joins)


def _first(part: Part, extremes: list[Extreme], groups: str) -> str:
    """Some columns of the first row of a group."""
    alias = quoted(part.alias)
    outputs = (f"{alias}.{quoted(one.column)} AS {quoted(one.name)}" for one in extremes)
    order = ", ".join(f"{alias}.{how}" for _, how in extremes[0].order)
    return (
        f"SELECT {', '.join(outputs)} {_rows_of(part, groups, extremes[0].condition)} "
        f"ORDER BY {order} LIMIT 1"
    )


def _rows_of(part: Part, groups: str, condition: exp.Expr | None) -> str:
    """FROM and WHERE: the rows of a part that are of a group, and meet a condition."""
    conditions = [f"{value} = {groups}.{quoted(name)}" for name, value in part.keys]
    conditions += [f"({part.where})"] if part.where else []
    conditions += [f"({condition.sql('postgres')})"] if condition is not None else []
    where = " AND ".join(conditions)
    return f"FROM {quoted(part.relation)} AS {quoted(part.alias)} WHERE {where}"


def distinct_changes(part: Part, restricted: Part, total: Total, columns: Iterable[str]) -> str:
    """By how much a delta changes the number of different values of each group.

    ``restricted``: the part with the rows of the delta that count; ``columns``: what else the
    branches of the delta have, of which this one adds nothing.
    """
    keys = listed(name for name, _ in part.keys)
    groups = ", ".join(value for _, value in part.keys)
    outputs = ", ".join(f"{value} AS {quoted(name)}" for name, value in part.keys)
    only = [f"({c})" for c in (restricted.where, total.condition, f"{total.term} IS NOT NULL") if c]
    of_value = (
        f"SELECT {outputs}, {total.term} AS _value, sum({SIGN}) AS _change "
        f"FROM {delta_of(part.relation)} AS {quoted(part.alias)} WHERE {' AND '.join(only)} "
        f"GROUP BY {groups}, {total.term} HAVING sum({SIGN}) <> 0"
    )
    condition = f" AND ({total.condition})" if total.condition else ""
    rows = (
        f"SELECT count(*) AS n FROM (SELECT {_rows_of(part, '_d', None)}{condition} "
        f"AND {total.term} BETWEEN _d._value AND _d._value ORDER BY {total.term} "
        "LIMIT greatest(_d._change, 0) + 1) AS _i"
    )
    change = "sum((_f.n > 0)::integer - (_f.n > _d._change)::integer)"
    values = (f"{change if c == total.name else '0'} AS {quoted(c)}" for c in columns)
    return (
        f"SELECT {keys}, {', '.join(values)} FROM ({of_value}) AS _d "
        f"CROSS JOIN LATERAL ({rows}) AS _f GROUP BY {keys}"
    )


def note_indexes(definition: Definition, part: Part, relations: Mapping[str, Relation]) -> None:
    """Notes the indexes that find the first of a group, and its values; raises DefinitionError
    where there can be none.
    """
    needed = [(one.order, one.condition) for one in part.extremes]
    needed += [(((t.distinct, quoted(t.distinct)),), t.filter) for t in part.totals if t.distinct]
    if not needed:
        return
    relation = relations[part.relation]
    if relation.base is not None:
        raise refusal(
            definition, part.select, f"{part.relation} is a view, in which no index finds rows",
            f"Make {part.relation} a `rows` projection.",
        )  # fmt: skip
    group = [_group_column(definition, part, name) for name in definition.key]
    for order, condition in needed:
        further = {column: how for column, how in forwards(order) if column not in group}
        on = ", ".join((*map(quoted, group), *further.values()))
        where = part.select.args.get("where")
        counted = predicate(definition, where and where.this, group, condition)
        relation.need_lookup((*group, *further), on, counted)


def forwards(order: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """The order, or the other way round where that begins upwards: an index is read both ways."""
    turn = order[0][1].endswith((" DESC", " DESC NULLS LAST"))
    turned = {"": " DESC", " DESC": "", " NULLS FIRST": " DESC NULLS LAST",
              " DESC NULLS LAST": " NULLS FIRST"}  # fmt: skip
    for column, how in order:
        name = quoted(column)
        yield column, f"{name}{turned[how.removeprefix(name)]}" if turn else how


def _group_column(definition: Definition, part: Part, name: str) -> str:
    (value,) = (o.unalias() for o in part.select.selects if o.output_name == name)
    if not isinstance(value, exp.Column):
        raise refusal(
            definition, value, "no index finds a group by what is not a column",
            f"Output `{shown(value)} AS {name}` of a `rows` projection, and read that here.",
        )  # fmt: skip
    return value.name


def predicate(
    definition: Definition, where: exp.Expr | None, group: list[str],
    condition: exp.Expr | None = None,
) -> str:  # fmt: skip
    """Which rows the index holds, as SQL: those that count. A null is in no group anyway."""
    found = []
    for term in (*terms(where), *terms(condition)):
        unsound = next((n for n in term.find_all(*_NOT_INDEXED) if not _is_constant(n)), None)
        if unsound is not None:
            raise refusal(
                definition, unsound, "no index can be on rows that this chooses",
                "Output the condition of a `rows` projection, and read that column of it here.",
            )  # fmt: skip
        if _known_column(term) not in group:
            found.append(f"({_bare(term)})")
    return " AND ".join(dict.fromkeys(found))


def _is_constant(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal)


def _known_column(term: exp.Expr) -> str:
    """The column of ``column IS NOT NULL``; empty for another condition."""
    inner = term.this.unnest() if isinstance(term, exp.Not) else term
    is_known = isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null)
    is_known = is_known and isinstance(term, exp.Not) != bool(inner.args.get("negate"))
    return inner.this.name if is_known and isinstance(inner.this, exp.Column) else ""


def _bare(term: exp.Expr) -> str:
    """A condition on a table's columns by their names alone, as an index has it."""

    def bare(node: exp.Expr) -> exp.Expr:
        return exp.column(node.name, quoted=True) if isinstance(node, exp.Column) else node

    return term.transform(bare).sql("postgres", comments=False)
