"""SELECTs of groups in FROM and WITH: the planner makes a relation of each.

``WITH n AS (SELECT e.class_id, count(*) AS exams FROM exam e GROUP BY e.class_id)`` in a file ``x``
is a relation ``x_n`` of kind ``totals``, whose key is what it is grouped by, and ``x`` reads that.
So it is with DISTINCT and with DISTINCT ON. Both mean what the file says: a relation has the rows
of its SELECT.

A key is never null, but a group may be one of null. Where the SELECT around takes no such group,
since it compares that column in a condition that must hold, the groups are made without it.

A SELECT around that only names the outputs of a group anew is this group.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlglot import exp

from homeroom.engine.planning import flattening
from homeroom.engine.planning.shapes import strict_columns, terms

_GROUP_CLAUSES = {"expressions", "from_", "joins", "where", "group", "having", "kind"}
_DISTINCT_CLAUSES = {"expressions", "from_", "joins", "where", "distinct", "order", "kind"}
_SELECTED = {"expressions", "from_", "kind"}


class InnerGroup(NamedTuple):
    """What a relation is made of: its name, what the file calls it, its key and its SELECT."""

    name: str
    alias: str
    key: tuple[str, ...]
    select: exp.Select


@dataclass(slots=True)
class InnerGroups:
    """The groups that one file reads in FROM. ``name``: that of the file."""

    name: str
    made: list[InnerGroup] = field(default_factory=list)

    @property
    def spelled(self) -> dict[str, str]:
        """What the file calls each relation."""
        return {made.name: made.alias for made in self.made}

    def take_out(self, select: exp.Select) -> None:
        """Puts a table in the place of each; what cannot be one stays, and is refused."""
        for node in list(_topmost(select)):
            source = node if isinstance(node, exp.Subquery) else _put_into_from(node)
            around = source.find_ancestor(exp.Select)
            assert around is not None
            group = _keyed(source, _never_null(around, source))
            if group is not None:
                name = self._named(source.alias, *group)
                source.replace(exp.table_(name, alias=source.alias))

    def _named(self, alias: str, key: tuple[str, ...], select: exp.Select) -> str:
        for made in self.made:
            if (made.key, made.select) == (key, select):
                return made.name
        taken = {made.name for made in self.made}
        first = f"{self.name}_{alias}"
        name = next(n for n in (first, *(f"{first}_{i}" for i in range(2, 99))) if n not in taken)
        self.made.append(InnerGroup(name, alias, key, select))
        return name


def kind_around(kind: str, key: tuple[str, ...], select: exp.Select) -> str:
    """The kind of a SELECT that reads groups in FROM: that of a group, or of rows of groups."""
    if kind not in ("rows", "totals") or not any(
        isinstance(one, exp.Subquery) and is_group(one.this) for one in _sources(select)
    ):
        return kind
    if renamed_group(key, select) is not None:
        return "totals"
    has_groups = select.args.get("group") or select.args.get("distinct")
    has_totals = any(output.find(exp.AggFunc) for output in select.selects)
    return kind if has_groups or has_totals else "rows"


def _sources(select: exp.Select) -> Iterator[exp.Expr]:
    return flattening.sources(select) if select.args.get("from_") else iter(())


def renamed_group(key: tuple[str, ...], select: exp.Select) -> exp.Select | None:
    """The group in FROM, where a SELECT is nothing but its outputs by these names."""
    source = select.args["from_"].this if select.args.get("from_") else None
    if not isinstance(source, exp.Subquery) or _used(select) - _SELECTED:
        return None
    group = _keyed(source, set())
    if group is None:
        return None
    inner_key, inner = group
    values = {output.output_name: output.unalias() for output in inner.selects}
    asked = [(output.output_name, output.unalias()) for output in select.selects]
    names = [value.name for _, value in asked if isinstance(value, exp.Column)]
    keys = {name for name, value in asked if value.name in inner_key}
    if len(names) < len(asked) or keys != set(key) or not {*names} <= values.keys():
        return None
    if len([name for name in names if name in inner_key]) != len(inner_key):
        return None
    inner.set("expressions", [exp.alias_(values[v.name].copy(), name) for name, v in asked])
    return inner


def _used(select: exp.Select) -> set[str]:
    return {name for name, value in select.args.items() if value}


def _topmost(node: exp.Expr) -> Iterator[exp.Subquery | exp.In | exp.Exists]:
    """The groups in FROM, and groups and joins in IN and EXISTS, but for what is in others."""
    for child in node.iter_expressions():
        if isinstance(child, exp.Subquery | exp.In | exp.Exists) and _is_made(child):
            yield child
        else:
            yield from _topmost(child)


def _is_made(node: exp.Subquery | exp.In | exp.Exists) -> bool:
    if isinstance(node, exp.In):
        return _in_group(node) is not None
    if isinstance(node, exp.Exists):
        return _of_join(node) is not None
    in_from = isinstance(node.parent, exp.From | exp.Join)
    return in_from and bool(node.alias) and is_group(node.this)


def _in_group(node: exp.In) -> exp.Select | None:
    query = node.args.get("query")
    inner = query.unnest() if isinstance(query, exp.Expr) else None
    if not isinstance(inner, exp.Select) or len(inner.selects) != 1:
        return None
    if inner.args.get("joins") and not inner.args.get("group"):
        # IN asks the same of different values.
        inner = inner.copy().distinct()
    is_plain = not (inner.args.get("group") or inner.args.get("joins"))
    return None if is_plain or not is_group(inner) else inner


def is_group(select: exp.Expr) -> bool:
    """Whether it is a SELECT with GROUP BY or DISTINCT, which reads nothing of one around it."""
    if not isinstance(select, exp.Select) or not select.args.get("from_"):
        return False
    clauses = _GROUP_CLAUSES if select.args.get("group") else _DISTINCT_CLAUSES
    has_key = select.args.get("group") or select.args.get("distinct")
    if not has_key or _used(select) - clauses or select.find(exp.Window) is not None:
        return False
    return all(not c.table or _is_own(c, select) for c in select.find_all(exp.Column))


def _is_own(column: exp.Column, select: exp.Select) -> bool:
    owner = flattening.owner_of(column)
    while owner is not None and owner is not select:
        owner = owner.find_ancestor(exp.Select)
    return owner is select


def _of_join(node: exp.Exists) -> tuple[exp.Select, list[tuple[exp.Expr, exp.Expr]]] | None:
    """A join in EXISTS: the different values of its columns that are compared with the row outside,
    and with what each is; none where more is asked of both.
    """
    inner = node.this.unnest()
    if not isinstance(inner, exp.Select) or not inner.args.get("joins"):
        return None
    where = inner.args.get("where")
    own: list[exp.Expr] = []
    compared: list[tuple[exp.Expr, exp.Expr]] = []
    for term in terms(where and where.this):
        columns = list(term.find_all(exp.Column))
        outer = [column for column in columns if not _is_own(column, inner)]
        if not outer:
            own.append(term.copy())
        elif (
            isinstance(term, exp.EQ)
            and len(outer) == 1
            and len(columns) == 2
            and (term.this in columns and term.expression in columns)
        ):
            mine = next(column for column in columns if column is not outer[0])
            compared.append((mine, outer[0].copy()))
        else:
            return None
    values = inner.copy()
    values.set("where", exp.Where(this=exp.and_(*own)) if own else None)
    values.set("expressions", [
        exp.alias_(mine.copy(), f"value_{n}") for n, (mine, _) in enumerate(compared)
    ])  # fmt: skip
    values = values.distinct()
    return (values, compared) if compared and is_group(values) else None


def _put_into_from(node: exp.In | exp.Exists) -> exp.Subquery:
    """``x IN (SELECT … GROUP BY …)`` as ``x IN (SELECT q.y FROM (SELECT … GROUP BY …) AS q)``.

    So it is with EXISTS of a join: ``EXISTS (SELECT FROM (SELECT DISTINCT …) AS q WHERE q.y = x)``.
    """
    if isinstance(node, exp.Exists):
        of_join = _of_join(node)
        assert of_join is not None
        inner, compared = of_join
        alias = inner.args["from_"].this.alias_or_name
        around = exp.select("1").from_(inner.subquery(alias)).where(*(
            exp.EQ(this=exp.column(f"value_{n}", table=alias), expression=outer)
            for n, (_, outer) in enumerate(compared)
        ))  # fmt: skip
        node.set("this", around)
        query: exp.Expr = node
    else:
        found = _in_group(node)
        assert found is not None
        output = found.selects[0]
        name, alias = output.output_name or "value", found.args["from_"].this.alias_or_name
        found.set("expressions", [exp.alias_(output.unalias().copy(), name)])
        around = exp.select(exp.column(name, table=alias)).from_(found.copy().subquery(alias))
        query = around.subquery()
        node.set("query", query)
    source = query.this.args["from_"].this
    assert isinstance(source, exp.Subquery)
    return source


def _keyed(source: exp.Subquery, never_null: set[str]) -> tuple[tuple[str, ...], exp.Select] | None:
    """A group's key, and its SELECT with the whole key among named outputs; none where it has no
    such key.
    """
    inner: exp.Select = source.this.copy()
    around = source.find_ancestor(exp.Select)
    assert around is not None
    # What is added has a name that nobody asks for.
    asked = {c.name for c in around.find_all(exp.Column) if c.table == source.alias}
    given = source.args["alias"].args.get("columns") or []
    for output, name in zip(list(inner.selects), given, strict=False):
        output.replace(exp.alias_(output.unalias().copy(), name.name))
    parts = _grouped_by(inner)
    if not all(o.output_name for o in inner.selects) or any(
        isinstance(part, exp.Literal) for part in parts
    ):
        return None
    names = {o.unalias().sql(): o.output_name for o in reversed(inner.selects)}
    key = []
    for part in parts:
        if part.sql() not in names:
            taken = asked | set(names.values())
            choices = (part.name or "part", *(f"part_{n}" for n in range(2, 99)))
            names[part.sql()] = next(c for c in choices if c not in taken)
            inner = inner.select(exp.alias_(part.copy(), names[part.sql()]))
        key.append(names[part.sql()])
        if names[part.sql()] in never_null:
            known = exp.Not(this=exp.Is(this=part.copy(), expression=exp.Null()))
            inner = inner.where(known)
    return tuple(dict.fromkeys(key)), inner


def _grouped_by(inner: exp.Select) -> list[exp.Expr]:
    if group := inner.args.get("group"):
        return list(group.expressions)
    on = inner.args["distinct"].args.get("on")
    if on is None:
        return [output.unalias() for output in inner.selects]
    return list(on.expressions) if isinstance(on, exp.Tuple) else [on.unnest()]


def _never_null(around: exp.Select, source: exp.Expr) -> set[str]:
    """The outputs of a source that are not null in any row that the SELECT around takes of it."""
    alias, join = source.alias_or_name, source.parent
    inner_joins = [j for j in around.args.get("joins") or () if not j.args.get("side")]
    where = around.args.get("where")
    conditions = [where and where.this, *(j.args.get("on") for j in inner_joins)]
    if isinstance(join, exp.Join) and join.args.get("side"):
        conditions = [join.args.get("on")]
    columns = [c for condition in conditions for t in terms(condition) for c in strict_columns(t)]
    if isinstance(around.parent, exp.Subquery) and isinstance(around.parent.parent, exp.In):
        # As a condition of WHERE, which IN must be to be kept, it holds of nothing that is null.
        columns += [v for o in around.selects if isinstance(v := o.unalias(), exp.Column)]
    return {column.name for column in columns if column.table == alias}
