"""Forms in which people write a definition, as the forms that the planner keeps.

What is rewritten means the same:

- ``SELECT DISTINCT ON (key) … ORDER BY key, order`` takes of each group what its first row has.
  That is the first item of each column's list in this order, by GROUP BY key. And that is what
  ``row_number() OVER (PARTITION BY key ORDER BY order)`` numbers with 1.
- ``SELECT DISTINCT key`` is GROUP BY key. Where the outputs hold a key that tells rows apart, as
  those of ``rows`` must, DISTINCT takes nothing away.
- ``a JOIN b ON key AND condition`` has the rows of ``a JOIN b ON key`` where the condition holds.
- ``a LEFT JOIN b ON key AND condition`` has one row of each row of a, as a key finds at most one
  row of b. Where the condition does not hold, each column of b is null: CASE WHEN condition THEN
  column END.
"""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from homeroom.engine.planning import flattening, semijoins
from homeroom.engine.planning.inner_groups import InnerGroups, kind_around, renamed_group
from homeroom.engine.planning.shapes import terms

_PLAIN_CLAUSES = {"expressions", "from_", "where", "kind"}


def as_kept(
    kind: str, key: tuple[str, ...], select: exp.Select, groups: InnerGroups | None = None
) -> exp.Select:
    """The SELECT in the form that is kept; what has none stays, and is refused later.

    ``groups``: takes the groups in FROM out of it.
    """
    rewritten = select.copy()
    for compared in list(rewritten.find_all(exp.NEQ)):
        _without_all(compared)
    if kind == "totals":
        _as_distinct_on(rewritten)
    if kind != "refresh":
        flattening.merge(rewritten)
        if groups is not None and kind == "totals":
            rewritten = renamed_group(key, rewritten) or rewritten
        if groups is not None:
            groups.take_out(rewritten)
        semijoins.as_joins(rewritten)
    distinct = rewritten.args.get("distinct")
    if distinct is not None and kind == "totals":
        (_first_of_groups if distinct.args.get("on") else _different_keys)(key, rewritten)
    elif distinct is not None and kind == "rows" and not distinct.args.get("on"):
        rewritten.set("distinct", None)
    return rewritten


def _without_all(node: exp.NEQ) -> None:
    """``x <> ALL(list)`` is ``NOT x = ANY(list)``."""
    items = node.expression
    if isinstance(items, exp.Anonymous) and items.name.upper() == "ALL":
        any_ = exp.Any(this=exp.paren(items.expressions[0].copy()))
        is_in = exp.EQ(this=node.this.copy(), expression=any_)
        of_output = node.parent is not None and node.arg_key == "expressions"
        node.replace(exp.paren(exp.Not(this=is_in)) if not of_output else exp.Not(this=is_in))


def kind_kept(kind: str, key: tuple[str, ...], select: exp.Select) -> str:
    """The kind in which a SELECT is kept, whatever the file calls it."""
    merged = select.copy()
    flattening.merge(merged)
    return kind_around(kind, key, merged)


def with_plain_joins(select: exp.Select, keys: Mapping[str, Sequence[str]]) -> exp.Select:
    """The SELECT whose joins compare keys alone; ``keys``: those of all relations, by name."""
    rewritten = select.copy()
    for join in rewritten.args.get("joins") or ():
        _plain_join(rewritten, join, keys.get(join.this.name, ()))
    return rewritten


def _as_distinct_on(select: exp.Select) -> None:
    """``SELECT … FROM (SELECT …, row_number() OVER (…) AS n FROM …) AS q WHERE q.n = 1``."""
    source = select.args["from_"].this if select.args.get("from_") else None
    where = select.args.get("where")
    if not isinstance(source, exp.Subquery) or where is None:
        return
    inner, alias = source.this, source.alias_or_name
    if not isinstance(inner, exp.Select):
        return
    values = {output.output_name: output.unalias() for output in inner.selects}
    window = values.pop(_first_number(where.this.unnest(), alias), None)
    columns = [c for output in select.selects for c in output.find_all(exp.Column)]
    if (
        not isinstance(window, exp.Window)
        or not isinstance(window.this, exp.RowNumber)
        or not window.args.get("partition_by")
        or not all(c.table == alias and c.name in values for c in columns)
        or {n for n, value in inner.args.items() if value} - _PLAIN_CLAUSES
        or {n for n, value in select.args.items() if value} - _PLAIN_CLAUSES
        or source.args["alias"].args.get("columns")
    ):
        return
    partition, order = window.args["partition_by"], window.args.get("order")

    def meant(node: exp.Expr) -> exp.Expr:
        return values[node.name].copy() if isinstance(node, exp.Column) else node

    select.set("expressions", [
        exp.alias_(output.unalias().transform(meant), output.output_name)
        for output in select.selects
    ])  # fmt: skip
    select.set("distinct", exp.Distinct(on=exp.Tuple(expressions=[p.copy() for p in partition])))
    by = [exp.Ordered(this=part.copy()) for part in partition]
    by += [one.copy() for one in (order.expressions if order is not None else ())]
    select.set("order", exp.Order(expressions=by))
    for clause in ("from_", "where"):
        select.set(clause, inner.args.get(clause))


def _first_number(condition: exp.Expr, alias: str) -> str:
    """The column of ``alias.column = 1``; empty for another condition."""
    column = condition.this if isinstance(condition, exp.EQ) else None
    is_first = isinstance(column, exp.Column) and column.table == alias
    is_one = is_first and condition.expression.sql() == "1"
    return column.name if is_one and column is not None else ""


def _key_values(key: tuple[str, ...], select: exp.Select) -> list[exp.Expr]:
    return [o.unalias() for o in select.selects if o.output_name in key]


def _different_keys(key: tuple[str, ...], select: exp.Select) -> None:
    is_plain = not (select.args.get("group") or select.args.get("having"))
    if set(select.named_selects) == set(key) and is_plain:
        select.set("distinct", None)
        select.set("group", exp.Group(expressions=[v.copy() for v in _key_values(key, select)]))


def _first_of_groups(key: tuple[str, ...], select: exp.Select) -> None:
    on = select.args["distinct"].args["on"]
    parts = on.expressions if isinstance(on, exp.Tuple) else [on.unnest()]
    group = {part.sql() for part in parts}
    values = _key_values(key, select)
    if {value.sql() for value in values} != group or select.args.get("group"):
        return
    order = select.args.get("order")
    by = [o for o in (order.expressions if order else ()) if o.this.sql() not in group]

    def first(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column):
            return node
        ordered = [o.copy() for o in by]
        items = exp.Order(this=node.copy(), expressions=ordered) if ordered else node.copy()
        # The parser counts from 0.
        return exp.Bracket(
            this=exp.paren(exp.ArrayAgg(this=items)), expressions=[exp.Literal.number(0)]
        )

    select.set("expressions", [
        output if output.output_name in key
        else exp.alias_(output.unalias().transform(first), output.output_name)
        for output in select.selects
    ])  # fmt: skip
    for clause in ("distinct", "order"):
        select.set(clause, None)
    select.set("group", exp.Group(expressions=[value.copy() for value in values]))


def _plain_join(select: exp.Select, join: exp.Join, key: Sequence[str]) -> None:
    """Leaves of ON what compares columns, and a part of the key with a constant; the rest becomes a
    condition, or decides on columns.
    """
    alias = join.this.alias_or_name
    compared: list[exp.Expr] = []
    rest: list[exp.Expr] = []
    for term in terms(join.args.get("on")):
        (compared if key_column(term, alias) in key else rest).append(term)
    if not compared:
        return
    join.set("on", exp.and_(*compared))
    if rest and join.args.get("side") == "LEFT":
        _decide_columns(select, join, exp.and_(*rest))
    elif rest:
        select.where(*rest, copy=False)


def compares_columns(term: exp.Expr, alias: str) -> bool:
    """Whether a term of a join is ``column = column``, one of them of the joined table."""
    sides = (term.this, term.expression) if isinstance(term, exp.EQ) else ()
    columns = [side for side in sides if isinstance(side, exp.Column)]
    return len(columns) == 2 and [c.table for c in columns].count(alias) == 1


def fixed_column(term: exp.Expr, alias: str) -> str:
    """The column of a joined table that a term compares with a constant; empty for another term."""
    sides = (term.this, term.expression) if isinstance(term, exp.EQ) else ()
    column = next((s for s in sides if isinstance(s, exp.Column) and s.table == alias), None)
    constant = any(isinstance(side, exp.Literal | exp.Boolean) for side in sides)
    return column.name if column is not None and constant else ""


def key_column(term: exp.Expr, alias: str) -> str:
    """The column of a joined table that a term compares with another column, or with a constant."""
    if not compares_columns(term, alias):
        return fixed_column(term, alias)
    own = term.this if term.this.table == alias else term.expression
    return str(own.name)


def with_keys_in_on(select: exp.Select, keys: Mapping[str, Sequence[str]]) -> exp.Select:
    """The SELECT whose JOINs have their whole key in ON, where WHERE has a part of it, and leave
    what compares other columns to WHERE. Of JOIN, both mean the same; of CROSS JOIN too.
    """
    rewritten = select.copy()
    before = {source.alias_or_name for source in flattening.sources(select)}
    for join in reversed(rewritten.args.get("joins") or ()):
        before -= {join.this.alias_or_name}
        key = keys.get(join.this.name) if isinstance(join.this, exp.Table) else None
        is_named = join.args.get("on") or join.args.get("kind") == "CROSS"
        if key and is_named and not join.args.get("side"):
            _move_key(rewritten, join, set(key), before)
    return rewritten


def _move_key(select: exp.Select, join: exp.Join, key: set[str], before: set[str]) -> None:
    alias, where = join.this.alias_or_name, select.args.get("where")
    asked = terms(join.args.get("on"))
    named = {key_column(term, alias) for term in asked}
    missing = key - named
    found = [
        term for term in terms(where and where.this) if key_column(term, alias) in missing
        and all(c.table in {alias, *before} for c in term.find_all(exp.Column))
    ]  # fmt: skip
    rest = [t for t in asked if compares_columns(t, alias) and key_column(t, alias) not in key]
    if missing != {key_column(term, alias) for term in found} or not (found or rest):
        return
    join.set("on", exp.and_(*(t.copy() for t in (*asked, *found) if t not in rest)))
    join.set("kind", None)
    judged = [term.copy() for term in terms(where and where.this) if term not in found]
    judged += [term.copy() for term in rest]
    select.set("where", exp.Where(this=exp.and_(*judged)) if judged else None)


def _decide_columns(select: exp.Select, join: exp.Join, condition: exp.Expr) -> None:
    alias = join.this.alias_or_name
    for column in list(select.find_all(exp.Column)):
        if column.table != alias or column.find_ancestor(exp.Join) is join:
            continue
        known = exp.Case(ifs=[exp.If(this=condition.copy(), true=column.copy())])
        if isinstance(column.parent, exp.Select):
            column.replace(exp.alias_(known, column.name))
        else:
            column.replace(known)
