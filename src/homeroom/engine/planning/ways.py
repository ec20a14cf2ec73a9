"""A way from the reader of an answer to a relation, and the known values of its columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from homeroom.engine.planning.names import quoted, with_quotes

# A column of an aliased relation, within one SELECT.
AliasColumn = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entered:
    """A projection in a subquery, under an alias of its own, and the conditions on its rows.

    ``is_view``: it is not stored, so PostgreSQL finds its rows only by what is known before.
    """

    relation: str
    alias: str
    conditions: tuple[str, ...]
    rests_on: frozenset[str]
    is_view: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """The rows of a relation that matter: ``values`` says what some of their columns equal.

    A value (``of``) is a column of ``me`` or of an entered projection. ``where``: a
    further condition on the rows, in terms of ``alias``, for when the relation itself is entered.
    """

    values: Mapping[str, str]
    entered: tuple[Entered, ...] = ()
    where: exp.Expr | None = None
    alias: str = ""

    def with_values(self, values: Mapping[str, str]) -> "Way":
        """The way to the next relation, whose columns have these values."""
        return Way(values, self.entered)

    def enter(self, relation: str, columns: Iterable[str], *, is_view: bool = False) -> "Way":
        """Joins the relation, so that each of its columns has a known value."""
        alias = f"p{len(self.entered)}"
        conditions = [f"{of(alias, column)} = {value}" for column, value in self.values.items()]
        if self.where is not None:
            where = with_quotes(self.where.transform(_renamed, self.alias, alias))
            conditions.append(f"({where.sql('postgres', comments=False)})")
        rests_on = frozenset(value.partition(".")[0] for value in self.values.values()) - {"me"}
        entered = Entered(relation, alias, tuple(conditions), rests_on, is_view)
        values = {column: of(alias, column) for column in columns} | dict(self.values)
        return Way(values, (*self.entered, entered))


def of(alias: str, column: str) -> str:
    """A value: a column of ``me`` or of an entered projection, as SQL."""
    return f"{alias}.{quoted(column)}"


def _renamed(node: exp.Expr, old: str, new: str) -> exp.Expr:
    if isinstance(node, exp.Column) and node.table == old:
        return exp.column(node.name, table=new)
    return node


def equal_columns(select: exp.Select) -> Iterator[tuple[exp.Column, exp.Column]]:
    """The pairs of columns that a SELECT's own WHERE and joins compare with ``=``."""
    where = select.args.get("where")
    conditions = [where.this] if where else []
    conditions += [j.args["on"] for j in select.args.get("joins") or () if j.args.get("on")]
    for condition in conditions:
        for term in condition.flatten() if isinstance(condition, exp.And) else (condition,):
            if (
                isinstance(term, exp.EQ)
                and isinstance(term.this, exp.Column)
                and isinstance(term.expression, exp.Column)
            ):
                yield term.this, term.expression


def known_columns(
    select: exp.Select, values: Mapping[str, str],
    pairs: Sequence[tuple[AliasColumn, AliasColumn]],
) -> dict[AliasColumn, str]:  # fmt: skip
    """What the values of a definition's outputs say of the columns of its relations."""
    column_values = {
        (column.table, column.name): values[output.output_name]
        for output in select.selects
        if output.output_name in values and isinstance(column := output.unalias(), exp.Column)
    }
    return closure(column_values, pairs)


def closure(
    values: Mapping[AliasColumn, str], pairs: Sequence[tuple[AliasColumn, AliasColumn]]
) -> dict[AliasColumn, str]:
    """These values, and those of all columns that equal one of these columns."""
    closed = dict(values)
    size = -1
    while len(closed) != size:
        size = len(closed)
        for one, other in pairs:
            if one in closed:
                closed.setdefault(other, closed[one])
            elif other in closed:
                closed[one] = closed[other]
    return closed


def of_alias(values: Mapping[AliasColumn, str], alias: str) -> dict[str, str]:
    """The values of one alias alone, by column."""
    return {column: value for (owner, column), value in values.items() if owner == alias}


def condition(parts: Mapping[str, str], entered: Sequence[Entered]) -> str:
    """The SQL condition that the parts of a key have these values.

    One projection is read once, and compared with all keys. Behind several projections the reader
    may have many rows, so each key is looked up: PostgreSQL makes no list of a scalar subquery.
    """
    conditions = [f"{part} = {value}" for part, value in parts.items() if value.startswith("me.")]
    looked_up = {part: value for part, value in parts.items() if not value.startswith("me.")}
    if not looked_up:
        return " AND ".join(conditions)
    needed = {value.partition(".")[0] for value in looked_up.values()}
    for projection in reversed(entered):
        if projection.alias in needed:
            needed |= projection.rests_on
    projections = [p for p in entered if p.alias in needed]
    if len(projections) == 1 and not projections[0].is_view:
        source, where = _source(projections[0]), projections[0].conditions
        keys, values = ", ".join(looked_up), ", ".join(looked_up.values())
        row = f"({keys})" if len(looked_up) > 1 else keys
        conditions.append(f"{row} IN (SELECT {values} FROM {source} WHERE {' AND '.join(where)})")
    else:
        of_each = {p.alias: [*p.conditions] for p in projections}
        for part, value in looked_up.items():
            of_each[value.partition(".")[0]].append(f"{value} = {part}")
        source = ", ".join(
            f"LATERAL (SELECT * FROM {_source(p)} WHERE {' AND '.join(of_each.pop(p.alias))} "
            f"OFFSET 0) AS {p.alias}" if p.is_view else _source(p)
            for p in projections
        )  # fmt: skip
        rest = " AND ".join(c for of in of_each.values() for c in of) or "true"
        # With LIMIT, PostgreSQL would read a table for want of a view's statistics.
        has_view = any(p.is_view for p in projections)
        found, end = ("count(*) > 0", "") if has_view else ("true", " LIMIT 1")
        conditions.append(f"(SELECT {found} FROM {source} WHERE {rest}{end})")
    return " AND ".join(conditions)


def _source(entered: Entered) -> str:
    return f"{quoted(entered.relation)} AS {entered.alias}"
