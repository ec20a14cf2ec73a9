"""EXISTS and IN (SELECT …), as joins by a whole key, which means the same.

A key finds at most one row, so ``EXISTS (SELECT FROM b WHERE b.key = a.x AND condition)`` holds of
a row where ``LEFT JOIN b ON b.key = a.x AND condition`` finds one: where ``b.key`` is not null. As
one of the conditions that WHERE joins with AND, it is a JOIN. So is ``a.x IN (SELECT b.key FROM b
WHERE condition)``, also of several columns. Behind OR, in FILTER and in WHEN of CASE it is EXISTS:
there null is as good as false. In another place IN may be null where EXISTS is false, so there it
stays.

DISTINCT within takes nothing away of what is asked. Whether the columns are the whole key is not
known here: ``different_values`` is for others.
"""

from collections.abc import Iterator

from sqlglot import exp

from homeroom.engine.planning import flattening
from homeroom.engine.planning.shapes import terms

# Says of a join that the file has it as a SELECT within.
WITHIN = "within"
_PLAIN_CLAUSES = {"expressions", "from_", "where", "kind"}


def as_joins(select: exp.Select) -> None:
    """Makes joins of the SELECTs within outputs and WHERE; others stay, and are refused."""
    if not select.args.get("from_"):
        return
    for term in terms(select.args["where"].this) if select.args.get("where") else []:
        condition = term.unnest()
        if (join := _join_of(select, condition)) is not None:
            select.append("joins", join)
            term.replace(exp.true())
    _leave_out_true(select)
    for clause in ("expressions", "where", "group"):
        for node in list(_within(select.args.get(clause))):
            join = _join_of(select, node)
            if join is not None:
                join.set("side", "LEFT")
                select.append("joins", join)
                _put(select, node, _witness(join))


def _within(clause: object) -> Iterator[exp.Exists | exp.In]:
    """EXISTS, and IN where it is the same, as null and false are both not true."""
    for node in clause if isinstance(clause, list) else [clause]:
        if isinstance(node, exp.Expr):
            yield from node.find_all(exp.Exists)
            yield from (one for one in node.find_all(exp.In) if one.args.get("query")
                        and _is_asked(one))  # fmt: skip


def _is_asked(node: exp.Expr) -> bool:
    """Whether a condition only asks, behind AND and OR, whether something is true."""
    while isinstance(node.parent, exp.And | exp.Or | exp.Paren):
        node = node.parent
    around = node.parent
    if isinstance(around, exp.If) and node.arg_key == "this":
        return isinstance(around.parent, exp.Case) and around.parent.this is None
    return isinstance(around, exp.Where)


def _put(select: exp.Select, node: exp.Exists | exp.In, witness: exp.Expr) -> None:
    if node.parent is select:
        witness = exp.alias_(witness, node.output_name or "exists")
    node.replace(witness)


def _leave_out_true(select: exp.Select) -> None:
    where = select.args.get("where")
    rest = [t for t in terms(where and where.this) if t != exp.true()]
    if where is not None and len(rest) < len(terms(where.this)):
        select.set("where", exp.Where(this=exp.and_(*rest)) if rest else None)


def _join_of(select: exp.Select, node: exp.Expr) -> exp.Join | None:
    """The join of EXISTS, or of IN; none where it is no plain SELECT of one table."""
    query = node.this if isinstance(node, exp.Exists) else node.args.get("query")
    inner = query.unnest() if isinstance(query, exp.Expr) else None
    if not isinstance(node, exp.Exists | exp.In) or not isinstance(inner, exp.Select):
        return None
    inner = inner.copy()
    if inner.args.get("from_"):
        flattening.merge(inner)
    distinct = inner.args.get("distinct")
    if distinct is not None and not distinct.args.get("on"):
        inner.set("distinct", None)
    if {name for name, value in inner.args.items() if value} - _PLAIN_CLAUSES:
        return None
    table = inner.args["from_"].this if inner.args.get("from_") else None
    if not isinstance(table, exp.Table):
        return None
    flattening.rename(inner, {one.alias_or_name for one in flattening.sources(select)})
    on = terms(inner.args["where"].this) if inner.args.get("where") else []
    if isinstance(node, exp.In):
        row = node.this.unnest()
        values = row.expressions if isinstance(row, exp.Tuple) else [row]
        if len(inner.selects) != len(values):
            return None
        for output, value in zip(inner.selects, values, strict=True):
            on.append(exp.EQ(this=output.unalias(), expression=value.copy()))
    alias = table.alias_or_name
    if not any(_compares(term, alias) for term in on):
        return None
    on.sort(key=lambda term: not _compares(term, alias))
    join = exp.Join(this=table.copy(), on=exp.and_(*(term.copy() for term in on)))
    join.meta[WITHIN] = True
    return join


def _compares(term: exp.Expr, alias: str) -> bool:
    sides = (term.this, term.expression) if isinstance(term, exp.EQ) else ()
    columns = [side for side in sides if isinstance(side, exp.Column)]
    return len(columns) == 2 and [c.table for c in columns].count(alias) == 1


def _witness(join: exp.Join) -> exp.Expr:
    """That a row was found: what the join compares is not null then."""
    alias = join.this.alias_or_name
    first = next(term for term in terms(join.args["on"]) if _compares(term, alias))
    own = next(side for side in (first.this, first.expression) if side.table == alias)
    return exp.paren(exp.Not(this=exp.Is(this=own.copy(), expression=exp.Null())))
