"""WITH, and SELECTs in FROM: as parts of the SELECT that reads them, which means the same.

**WITH.** What it names is read in its place, ``FROM (SELECT …) AS name``, as often as it is named.
That is the same wherever a SELECT gives the same rows each time, and no other is accepted.

**FROM.** A plain SELECT (of outputs, FROM, joins and WHERE) is merged into the one around it:

- First in FROM, its tables come first, its WHERE is one more condition, and its outputs stand where
  they are named. What is joined afterwards takes no row that WHERE takes away, before or after.
- In a JOIN, one of a single table is this table, and its WHERE belongs to ON. So it is for a LEFT
  JOIN, where ON does not hold. But there its outputs are null, where one that is computed might
  not be: so these are columns.

A ``refresh`` may hold other SELECTs in FROM, so nothing is merged there.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from homeroom.errors import DefinitionError

_PLAIN_CLAUSES = {"expressions", "from_", "joins", "where", "kind"}
_NOT_PLAIN = (exp.AggFunc, exp.Window, exp.Star)


@dataclass(slots=True)
class _Named:
    """What a name of WITH stands for, and whether anything reads it."""

    query: exp.Query
    columns: list[exp.Expr]
    is_read: bool = False


def without_with(name: str, select: exp.Select) -> exp.Select:
    """The SELECT of a definition without WITH; raises DefinitionError."""
    flat = select.copy()
    _put_in_place(name, flat, {})
    return flat


def _put_in_place(name: str, node: exp.Expr, outer: dict[str, _Named]) -> None:
    named = dict(outer)
    with_ = node.args.get("with_")
    own = _named(name, with_, named) if with_ is not None else []
    for child in list(node.iter_expressions()):
        if isinstance(child, exp.Table) and not child.db and child.name in named:
            found = named[child.name]
            found.is_read = True
            child.replace(_subquery(child, found))
        else:
            _put_in_place(name, child, named)
    for one in own:
        if not named[one].is_read:
            raise DefinitionError(name, f"nothing reads {one}", "Leave it out of WITH.", one)


def _named(name: str, with_: exp.Expr, named: dict[str, _Named]) -> list[str]:
    """Takes WITH away, and notes what it names: each may read those before it."""
    if with_.args.get("recursive"):
        raise DefinitionError(
            name, "WITH RECURSIVE is not understood here",
            "Let the publisher say what a chain of rows leads to, or the reader's query follow it.",
            with_.sql("postgres", comments=False)[:80],
        )  # fmt: skip
    for cte in with_.expressions:
        if not isinstance(cte.this, exp.Query):
            raise DefinitionError(
                name, f"{cte.alias} is no SELECT", "Write plain SELECTs.", cte.sql("postgres")[:80]
            )
        _put_in_place(name, cte.this, named)
        named[cte.alias] = _Named(cte.this, cte.args["alias"].args.get("columns") or [])
    with_.pop()
    return [cte.alias for cte in with_.expressions]


def _subquery(table: exp.Table, found: _Named) -> exp.Subquery:
    given = table.args.get("alias")
    columns = (given and given.args.get("columns")) or found.columns
    alias = exp.TableAlias(
        this=exp.to_identifier(table.alias_or_name), columns=[c.copy() for c in columns]
    )
    return exp.Subquery(this=found.query.copy(), alias=alias)


# SELECTs in FROM


def merge(select: exp.Select) -> None:
    """Merges the plain SELECTs in FROM, also those within them; others stay, and are refused."""
    while True:
        first = select.args["from_"].this if select.args.get("from_") else None
        joins = list(select.args.get("joins") or ())
        if isinstance(first, exp.Subquery) and _is_plain(first):
            _merge_first(select, first)
        elif join := next((j for j in joins if _is_mergeable(j)), None):
            _merge_join(select, join)
        else:
            return


def _is_plain(source: exp.Subquery) -> bool:
    inner = source.this
    if not isinstance(inner, exp.Select) or not inner.args.get("from_") or not source.alias:
        return False
    used = {name for name, value in inner.args.items() if value}
    names = _output_names(source)
    return (
        not used - _PLAIN_CLAUSES
        and not any(output.find(*_NOT_PLAIN) for output in inner.selects)
        and all(names) and len(set(names)) == len(names) == len(inner.selects)
    )  # fmt: skip


def _is_mergeable(join: exp.Join) -> bool:
    source = join.this
    if not isinstance(source, exp.Subquery) or not _is_plain(source) or not join.args.get("on"):
        return False
    inner = source.this
    computed = any(not isinstance(output.unalias(), exp.Column) for output in inner.selects)
    return not inner.args.get("joins") and not (join.args.get("side") and computed)


def _output_names(source: exp.Subquery) -> list[str]:
    renamed = source.args["alias"].args.get("columns")
    return [c.name for c in renamed] if renamed else list(source.this.named_selects)


def _merge_first(select: exp.Select, source: exp.Subquery) -> None:
    inner = _with_own_names(select, source)
    _put_outputs(select, source, inner)
    select.set("from_", inner.args["from_"])
    joins = [*(inner.args.get("joins") or ()), *(select.args.get("joins") or ())]
    select.set("joins", joins or None)
    _and_where(select, inner)


def _and_where(select: exp.Select, inner: exp.Select) -> None:
    if where := inner.args.get("where"):
        select.where(where.this, copy=False)


def _merge_join(select: exp.Select, join: exp.Join) -> None:
    source = join.this
    inner = _with_own_names(select, source)
    _put_outputs(select, source, inner)
    join.set("this", inner.args["from_"].this)
    if where := inner.args.get("where"):
        join.set("on", exp.and_(join.args["on"], where.this))


def sources(select: exp.Select) -> Iterator[exp.Expr]:
    """What stands in FROM, and in the joins."""
    yield select.args["from_"].this
    yield from (join.this for join in select.args.get("joins") or ())


def owner_of(column: exp.Column) -> exp.Expr | None:
    """The nearest SELECT around a column in whose FROM its alias stands."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        read = sources(select) if select.args.get("from_") else ()
        if any(one.alias_or_name == column.table for one in read):
            return select
        select = select.find_ancestor(exp.Select)
    return None


def _with_own_names(select: exp.Select, source: exp.Subquery) -> exp.Select:
    """The inner SELECT, its tables by names that are not those of others."""
    inner: exp.Select = source.this.copy()
    rename(inner, {other.alias_or_name for other in sources(select) if other is not source})
    return inner


def rename(inner: exp.Select, outside: set[str]) -> None:
    """Gives the tables of a SELECT names that are not among these."""
    taken = outside | {one.alias_or_name for one in sources(inner)}
    for one in sources(inner):
        alias = one.alias_or_name
        if alias not in outside:
            continue
        new = next(n for n in (f"{alias[:50]}_{i}" for i in range(2, 1_000)) if n not in taken)
        taken.add(new)
        for column in inner.find_all(exp.Column):
            if column.table == alias:
                column.set("table", exp.to_identifier(new))
        given = one.args.get("alias")
        columns = given.args.get("columns") if given is not None else None
        one.set("alias", exp.TableAlias(this=exp.to_identifier(new), columns=columns))


def _put_outputs(select: exp.Select, source: exp.Subquery, inner: exp.Select) -> None:
    """What the inner SELECT computes stands wherever a column of it is named."""
    values = dict(
        zip(_output_names(source), (output.unalias() for output in inner.selects), strict=True)
    )
    for column in list(select.find_all(exp.Column)):
        if column.table != source.alias or column.name not in values or _is_within(column, source):
            continue
        value = values[column.name].copy()
        value = value if isinstance(value, exp.Column) else exp.paren(value)
        if column.parent is select and column.arg_key == "expressions":
            value = exp.alias_(value, column.name, quoted=column.this.quoted)
        column.replace(value)


def _is_within(node: exp.Expr, ancestor: exp.Expr) -> bool:
    parent = node.parent
    while parent is not None and parent is not ancestor:
        parent = parent.parent
    return parent is not None
