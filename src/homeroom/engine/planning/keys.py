"""A key is a key: it identifies a row of the definition, is never null, and fits an index."""

from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import as_postgres_reads, shown, with_quotes
from homeroom.engine.planning.outputs import read, shape_of
from homeroom.engine.planning.reading import Context, Reading
from homeroom.engine.planning.relations import Relation
from homeroom.engine.planning.shapes import Shape, closure
from homeroom.engine.planning.types import BIGINT, NUMERIC, ValueType, common, infer
from homeroom.errors import DefinitionError

# PostgreSQL's index rows end at 2,704 bytes.
INDEX_BYTES_MAX = 2_600


def examine(definition: Definition, relations: Mapping[str, Relation]) -> None:
    """Holds a definition against all rules that rest on what it reads, and notes what its own
    columns are; raises DefinitionError.
    """
    context = Context(definition, relations, read)
    shapes = []
    for select in definition.selects:
        reading = Reading(select, context, None)
        shape = shape_of(reading)
        if definition.kind != "totals":
            _check_unique(definition, select, reading, shape)
        _check_not_null(definition, select, shape)
        if definition.kind == "refresh":
            _check_value(definition, select, shape)
        shapes.append(shape)
    relation = relations[definition.name]
    relation.types = {
        column: _type(definition, column, [s for s in shapes if column in s.columns])
        for column in relation.columns
    }
    for column, type_ in relation.types.items():
        if type_.base == "interval":
            raise DefinitionError(
                definition.name, f"{column} is an interval, of which equal ones have several forms",
                "Output its seconds: `extract(epoch FROM …)`.", column,
            )  # fmt: skip
    relation.not_null = frozenset(
        column for column in relation.columns
        if definition.adds_up(column)
        or all(shape.columns.get(column) in shape.not_null for shape in shapes)
    )  # fmt: skip
    for index in (", ".join(definition.key), *definition.indexes):
        _check_declared(definition, relation, index)


def _type(definition: Definition, column: str, shapes: list[Shape]) -> ValueType:
    types = [shape.types[shape.columns[column]] for shape in shapes]
    if any(t.is_time for t in types) and len({t.base for t in types}) > 1:
        raise DefinitionError(
            definition.file, "a text is read as a time, by the clock or in the zone of a session",
            "Cast it: '2026-01-01T00:00:00Z'::timestamptz.", column,
        )  # fmt: skip
    if definition.adds_up(column):
        return BIGINT if all(type_ == BIGINT for type_ in types) else NUMERIC
    type_ = common(types)
    # PostgreSQL makes a text of a literal.
    return type_ if type_.base or type_.width is None else ValueType("text", type_.width)


def _value(select: exp.Select, column: str) -> exp.Expr:
    return next(o.unalias() for o in select.selects if o.output_name == column)


def _check_unique(
    definition: Definition, select: exp.Select, reading: Reading, shape: Shape
) -> None:
    known = closure((shape.columns[column] for column in definition.key), shape.dependencies)
    if any(key <= known for key in shape.keys):
        return
    missing = dict.fromkeys(
        f"{alias}.{name}"
        for alias, item in reading.items.items()
        for name, attribute in item.columns.items()
        if item.keys and attribute in item.keys[0] - known
    )
    raise refusal(
        definition, select,
        f"two rows may have the same key ({', '.join(definition.key)})",
        f"Output what tells them apart, and add it to the key: {', '.join(missing)}."
        if missing and reading.grouped is None
        else "Group by the key, or take one row of each by DISTINCT ON.",
    )  # fmt: skip


def _check_not_null(definition: Definition, select: exp.Select, shape: Shape) -> None:
    for column in definition.key:
        if shape.columns[column] in shape.not_null:
            continue
        value = _value(select, column)
        plain = not value.find(exp.AggFunc, exp.Window, exp.Query)
        raise refusal(
            definition, value, f"{column} may be null, and a key never is",
            f"Leave such rows out: WHERE {shown(value)} IS NOT NULL."
            if plain else f"Leave such rows out in a SELECT around: WHERE {column} IS NOT NULL.",
        )  # fmt: skip


def _check_value(definition: Definition, select: exp.Select, shape: Shape) -> None:
    """A ``refresh`` finds what to compute again by the sources' column of its key's first name."""
    first = definition.key[0]
    if shape.columns[first] in shape.by_key:
        return
    raise refusal(
        definition, _value(select, first),
        f"{first} is not the column {first} of what it reads, by which touched rows are found",
        f"Output it as it is: `alias.{first}`. Where it has another name, make a `rows` "
        "projection that renames it, and read that.",
    )  # fmt: skip


def _check_declared(definition: Definition, relation: Relation, index: str) -> None:
    """An index that the file names: of outputs, and short enough."""
    parts = index_parts(definition, index)
    for part in parts:
        for column in part.find_all(exp.Column):
            if column.name not in relation.columns:
                raise DefinitionError(
                    definition.file, f"the index names {column.name}, which is no output",
                    f"It has: {', '.join(relation.columns)}.", index,
                )  # fmt: skip
    _check_size(definition, relation, {
        shown(part.this if isinstance(part, exp.Ordered) else part):
        infer(part.this.unnest() if isinstance(part, exp.Ordered) else part,
              lambda column: relation.types[column.name])
        for part in parts
    })  # fmt: skip


def index_parts(definition: Definition, index: str) -> list[exp.Expr]:
    """What an index is on, as the file says it."""
    try:
        statement = sqlglot.parse_one(f"CREATE INDEX ON t ({index})", read="postgres")
        parts = as_postgres_reads(statement).this.args["params"].args["columns"]
    except (sqlglot.ParseError, AttributeError, KeyError):
        raise DefinitionError(
            definition.file, "the index cannot be read",
            "Write columns as in CREATE INDEX: `-- index title DESC, exam_id`.",
            index,
        ) from None  # fmt: skip
    return list(parts)


def index_sql(definition: Definition, index: str) -> str:
    """The same for a statement, its names in quotes."""
    return ", ".join(with_quotes(part).sql("postgres") for part in index_parts(definition, index))


def check_needed(definition: Definition, relation: Relation) -> None:
    """The indexes that maintenance needs on a relation must be short enough too."""
    for columns in (*relation.indexes, *relation.lookups.values()):
        _check_size(definition, relation, {c: relation.types[c] for c in columns})


def _check_size(definition: Definition, relation: Relation, parts: Mapping[str, ValueType]) -> None:
    unlimited = [name for name, type_ in parts.items() if type_.bytes_max is None]
    if unlimited:
        name = unlimited[0]
        raise DefinitionError(
            definition.file,
            f"{relation.name} needs an index on {name}, which may be longer than an index holds",
            f"Output what identifies it, or its beginning: `left(…, 200) AS {name}`.",
            ", ".join(parts),
        )
    size = sum(type_.bytes_max or 0 for type_ in parts.values())
    if size > INDEX_BYTES_MAX:
        raise DefinitionError(
            definition.file,
            f"an index of {relation.name} on {', '.join(parts)} takes up to {size} bytes",
            f"It holds {INDEX_BYTES_MAX}: leave out a column, or shorten one with left(…).",
            ", ".join(parts),
        )
