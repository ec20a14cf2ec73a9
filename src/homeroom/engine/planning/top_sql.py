"""Statements of ``top`` projections: the first rows of each group, or of all, by an order.

The first n rows of a group follow from the group's rows alone, those that WHERE takes. So they are
as they were unless a row of it has come, gone or changed in a column that is read. Of each such
group the first n rows are looked up by an index on the group and the order, and replace those that
are there. The cost is n rows, however large the group is.

The key of what is read stands at the end of the order, so that no two rows are equal: PostgreSQL
would take any of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning import extremes_sql, rows_sql
from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import delta_of, listed, quoted, shown, with_quotes
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.tops import Top


def keyed(definition: Definition, source_key: Sequence[str]) -> Definition:
    """The definition with its whole key: the group's columns, and the key of what is read.

    Raises DefinitionError where an output lacks.
    """
    select, top = definition.selects[0], _top(definition)
    table = rows_sql.first_table(definition)
    shown_as = {
        value.name: output.output_name
        for output in reversed(select.selects)
        if isinstance(value := output.unalias(), exp.Column)
    }
    for column in source_key:
        if column not in shown_as:
            raise refusal(
                definition, select,
                f"the key of what it reads decides between equals, and {column} is not among the "
                "outputs", f"Output it: {table.alias_or_name}.{column}.",
            )  # fmt: skip
    for column in (*top.group, *(column for column, _ in top.order)):
        if column not in select.named_selects:
            raise refusal(
                definition, select, f"the first line names {column}, which is no output",
                f"It has: {', '.join(select.named_selects)}.",
            )  # fmt: skip
    key = dict.fromkeys((*top.group, *(shown_as[column] for column in source_key)))
    order: dict[str, str] = {}
    for column, how in (*top.order, *((column, "") for column in key)):
        if column not in top.group:
            order.setdefault(column, how)
    return replace(definition, key=tuple(key), top=replace(top, order=tuple(order.items())))


def _top(definition: Definition) -> Top:
    assert definition.top is not None
    return definition.top


def _column(definition: Definition, name: str) -> exp.Column:
    """The column of what is read that an output shows: an index is on no other."""
    values = (o.unalias() for o in definition.selects[0].selects if o.output_name == name)
    value = next(values)
    if not isinstance(value, exp.Column):
        raise refusal(
            definition, value, "no index finds what is not a column",
            f"Output `{shown(value)} AS {name}` of a `rows` projection, and read that here.",
        )  # fmt: skip
    return value


def _order(definition: Definition) -> Iterator[tuple[str, str]]:
    """The columns of the order, and each with how it is ordered."""
    for name, how in _top(definition).order:
        column = _column(definition, name).name
        yield column, f"{quoted(column)}{how}"


def _where(definition: Definition) -> exp.Expr | None:
    where: exp.Expr | None = definition.selects[0].args.get("where")
    return where.this if where is not None else None


def note_use(definition: Definition, relation: Relation) -> None:
    """Notes what the delta must hold: the group of each row, and what WHERE judges."""
    of_group = [_column(definition, name) for name in _top(definition).group]
    where = _where(definition)
    judged = where.find_all(exp.Column) if where is not None else ()
    relation.delta.stored.update(dict.fromkeys(c.name for c in (*of_group, *judged)))


def note_index(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """Notes the index that has each group's rows in order; raises DefinitionError where there can
    be none.
    """
    group = [_column(definition, name).name for name in _top(definition).group]
    order = dict(extremes_sql.forwards(tuple(_order(definition))))
    on = ", ".join((*map(quoted, group), *order.values()))
    counted = extremes_sql.predicate(definition, _where(definition), group)
    relations[rows_sql.first_table(definition).name].need_lookup((*group, *order), on, counted)


def view(definition: Definition) -> str:
    """The definition, from scratch."""
    top, select = _top(definition), _quoted(definition)
    alias = quoted(rows_sql.first_table(definition).alias_or_name)
    order = ", ".join(f"{alias}.{how}" for _, how in _order(definition))
    if not top.group:
        return f"{select.sql('postgres', comments=False)} ORDER BY {order} LIMIT {top.limit}"
    names = listed(select.named_selects)
    group = ", ".join(_group(definition))
    placed = select.select(
        f"row_number() OVER (PARTITION BY {group} ORDER BY {order}) AS _place", dialect="postgres"
    )
    return (
        f"SELECT {names} FROM ({placed.sql('postgres', comments=False)}) AS _q "
        f"WHERE _q._place <= {top.limit}"
    )


def _quoted(definition: Definition) -> exp.Select:
    return with_quotes(definition.selects[0])


def _group(definition: Definition) -> list[str]:
    """The group's columns of what is read, as SQL."""
    return [
        with_quotes(_column(definition, n)).sql("postgres") for n in _top(definition).group
    ]  # fmt: skip


def maintain(definition: Definition, relation: Relation, condition: str) -> str:
    """Replaces the rows of each group that a change touches by those that come first now.

    ``condition``: that a row of the delta is a change to this definition, or nothing.
    """
    top, table = _top(definition), rows_sql.first_table(definition)
    alias, where = quoted(table.alias_or_name), _where(definition)
    judged = [with_quotes(where).sql("postgres", comments=False)] if where is not None else []
    judged += [condition] if condition else []
    of_delta = f"FROM {delta_of(table.name)} AS {alias}"
    if judged:
        of_delta += f" WHERE {' AND '.join(f'({one})' for one in judged)}"
    named = zip(_group(definition), map(quoted, top.group), strict=True)
    outputs = ", ".join(f"{column} AS {name}" for column, name in named)
    groups = f"SELECT DISTINCT {outputs} {of_delta}" if outputs else f"SELECT 1 {of_delta} LIMIT 1"
    select = _quoted(definition)
    for column, name in zip(_group(definition), map(quoted, top.group), strict=True):
        select = select.where(f"{column} = _c.{name}", dialect="postgres")
    order = ", ".join(f"{alias}.{how}" for _, how in _order(definition))
    first = f"{select.sql('postgres', comments=False)} ORDER BY {order} LIMIT {top.limit}"
    same = " AND ".join(f"_t.{name} = _c.{name}" for name in map(quoted, top.group)) or "true"
    there = (
        f"SELECT _q.* FROM _c CROSS JOIN LATERAL (SELECT _t.* FROM {quoted(relation.name)} _t "
        f"WHERE {same} OFFSET 0) AS _q"
    )
    # Most of a group's first rows are as they were.
    return rows_sql.replacing(
        relation,
        f"SELECT _q.* FROM _c CROSS JOIN LATERAL ({first}) AS _q",
        f"SELECT {listed(relation.key)} FROM _o",
        f"_c AS MATERIALIZED ({groups}), _o AS MATERIALIZED ({there}), ",
        "_o",
    )
