"""Projections as views of Flink's SQL, in the order in which they rest on each other."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from homeroom.engine.catalog import Catalog
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.totals import TOTAL, Part
from homeroom.engine.planning.totals_parts import parts
from homeroom.engine.planning.totals_sql import ROWS
from homeroom.errors import NotForFlink
from homeroom.flink import arithmetic  # noqa: F401 - it adds what it translates
from homeroom.flink.events import with_two_decimals
from homeroom.flink.expressions import condition
from homeroom.flink.kinds import Expression, ValueKind, of_sql_type, wider
from homeroom.flink.queries import Selected
from homeroom.flink.scope import NameScope, translate
from homeroom.flink.selects import Selects
from homeroom.flink.validity import named

Columns = Mapping[str, ValueKind]


def entity_columns(catalog: Catalog) -> dict[str, Columns]:
    """The kinds of the columns of each entity."""
    found: dict[str, Columns] = {}
    for entity in catalog.entities:
        of_marks = dict.fromkeys(with_two_decimals(catalog, entity), ValueKind.MARKS)
        columns = {c.name: of_sql_type(c.sql_type) for c in entity.key + entity.columns}
        found[entity.name] = columns | of_marks
    return found


def translated(
    catalog: Catalog, definitions: list[Definition]
) -> Iterator[tuple[Definition, Selected | NotForFlink]]:
    """Each definition in Flink's SQL, or why it is none; so is what rests on such a one."""
    relations: dict[str, Columns] = dict(entity_columns(catalog))
    for definition in definitions:
        try:
            selected = _translated(definition, relations)
        except NotForFlink as refusal:
            yield definition, refusal
            continue
        relations[definition.name] = selected.outputs
        yield definition, selected


def create_projection(definition: Definition, selected: Selected) -> str:
    return f"CREATE TEMPORARY VIEW {named(definition.name)} AS\n{selected.sql}"


def _translated(definition: Definition, relations: Mapping[str, Columns]) -> Selected:
    for source in definition.sources():
        if source not in relations:
            raise NotForFlink(
                f"projections/{definition.file}.sql", f"it reads {source}, which is not",
                f"Mend {source}.",
            )  # fmt: skip
    selects = Selects(relations)
    if definition.top is not None:
        raise NotForFlink(
            f"projections/{definition.file}.sql", "it keeps the first rows of an order",
            "Keep it by a worker.",
        )  # fmt: skip
    if definition.kind == "totals":
        return _with_key(definition, _totals(definition, selects))
    selected = selects.translate(definition.name, definition.selects[0], definition.key)
    return _with_key(definition, selected)


def _with_key(definition: Definition, selected: Selected) -> Selected:
    """It, whose rows Flink can tell apart as PostgreSQL does; else raises NotForFlink."""
    for column in definition.key if definition.kind != "view" else ():
        if selected.outputs[column] is ValueKind.TIME:
            raise NotForFlink(
                f"projections/{definition.name}.sql", f"its key {column} is a time, and one that "
                "another event has in another zone would be another row", "Keep it by a worker.",
            )  # fmt: skip
    return selected


def _totals(definition: Definition, selects: Selects) -> Selected:
    """Sums of 0 where nothing is added up; what is computed of totals is computed above them.

    What is hidden is there too, as in the worker's tables: the count of rows, and the totals that
    others are computed of.
    """
    all_parts = parts(definition)
    _check_totals(definition, all_parts)
    plain = [_with_totals_alone(part) for part in all_parts]
    added = (
        _one_total(definition, plain[0], selects) if len(plain) == 1
        else _added_up(definition, plain, selects)
    )  # fmt: skip
    scope = NameScope(definition.name, {TOTAL: added.outputs})
    computed = {f.name: translate(f.tree, scope) for part in all_parts for f in part.formulas}
    if not computed:
        return added
    outputs = ", ".join(
        [*map(named, added.outputs), *(f"{v.sql} AS {named(n)}" for n, v in computed.items())]
    )
    return Selected(
        f"SELECT {outputs} FROM ({added.sql}) AS {named(TOTAL)}",
        {**added.outputs, **{name: value.kind for name, value in computed.items()}},
    )


def _check_totals(definition: Definition, all_parts: list[Part]) -> None:
    """Raises NotForFlink for what is not made of counts and sums of each group."""
    for part in all_parts:
        looked_up = {extreme.name for extreme in part.extremes}
        looked_up |= {total.name for total in part.totals if total.distinct}
        for name in part.select.named_selects:
            if part.behind([name]) & looked_up:
                raise NotForFlink(
                    f"projections/{definition.file}.sql",
                    f"{name} is neither a count nor a sum, nor computed of such",
                    "Keep it by a worker.",
                )


def _with_totals_alone(part: Part) -> exp.Select:
    """A SELECT with its key and all its totals, hidden ones too."""
    select = part.select.copy()
    keys = [o for o in select.selects if o.output_name in dict(part.keys)]
    totals = [exp.alias_(t.tree.copy(), t.name, quoted=True) for t in part.totals]
    select.set("expressions", [*keys, *totals])
    return select


def _added_up(definition: Definition, plain: list[exp.Select], selects: Selects) -> Selected:
    """Several SELECTs add up, each row by row."""
    names = dict.fromkeys(
        name for select in plain for name in select.named_selects if name not in definition.key
    )
    kinds: dict[str, ValueKind] = {}
    rows = []
    for select in plain:
        query = selects.begin(definition.name, select)
        values = {
            output.output_name: translate(output.unalias(), query.scope)
            if output.output_name in definition.key
            else _of_one_row(output.unalias(), query.scope)
            for output in select.selects
        }
        for name, value in values.items():
            kinds[name] = wider(kinds.get(name, ValueKind.NULL), value.kind)
        said = [
            values.get(name, Expression("0", ValueKind.BIGINT))
            for name in (*definition.key, *names)
        ]
        rows.append((said, query.body()))
    columns = (*definition.key, *names)
    union = "\nUNION ALL ".join(
        f"SELECT {', '.join(_as(v, kinds[c], c) for v, c in zip(said, columns, strict=True))} "
        f"{body}"
        for said, body in rows
    )
    keys = ", ".join(map(named, definition.key))
    sums = ", ".join(f"SUM({named(name)}) AS {named(name)}" for name in names)
    return Selected(
        f"SELECT {keys}, {sums}, COUNT(*) AS {named(ROWS)} FROM (\n{union}\n) GROUP BY {keys}",
        {name: kinds[name] for name in columns} | {ROWS: ValueKind.BIGINT},
    )


def _as(value: Expression, kind: ValueKind, name: str) -> str:
    sql = f"CAST({value.sql} AS {kind.flink})" if kind.is_number else value.sql
    return f"{sql} AS {named(name)}"


def _of_one_row(node: exp.Expr, scope: NameScope) -> Expression:
    """What one row adds to a total."""
    test = "TRUE"
    if isinstance(node, exp.Filter):
        node, test = node.this, condition(node.expression.this, scope)
    if isinstance(node, exp.Sum):
        value = translate(node.this, scope)
        whole = value.kind in (ValueKind.INTEGER, ValueKind.BIGINT)
        return Expression(
            f"CASE WHEN {test} THEN COALESCE({value.decimal()}, 0) ELSE 0 END",
            ValueKind.BIGINT if whole else ValueKind.DECIMAL,
        )
    if not isinstance(node.this, exp.Star):
        test = f"({test}) AND ({translate(node.this, scope).sql}) IS NOT NULL"
    return Expression(f"CASE WHEN {test} THEN 1 ELSE 0 END", ValueKind.BIGINT)


def _one_total(definition: Definition, select: exp.Select, selects: Selects) -> Selected:
    selected = selects.translate(definition.name, select, definition.key)
    outputs = [
        named(name) if name in definition.key else f"COALESCE({named(name)}, 0) AS {named(name)}"
        for name in selected.outputs
    ]
    counted = selected.sql.replace("SELECT ", f"SELECT COUNT(*) AS {named(ROWS)}, ", 1)
    return Selected(
        f"SELECT {', '.join([*outputs, named(ROWS)])} FROM ({counted})",
        {**selected.outputs, ROWS: ValueKind.BIGINT},
    )
