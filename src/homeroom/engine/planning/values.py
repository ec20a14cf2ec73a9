"""Expressions whose value is the same for the same rows: now, and in a rebuild next year.

A cast, a comparison or a sum may rest on more than its row: a clock, a time zone, how a number is
written, or how large an integer may get.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from homeroom.engine.planning import failing, times
from homeroom.engine.planning.names import shown
from homeroom.engine.planning.quotients import has_decimals
from homeroom.engine.planning.types import UNKNOWN, ValueType, infer, of_cast

if TYPE_CHECKING:
    from homeroom.engine.planning.reading import Reading

_INSTANT = re.compile(
    r"-?infinity|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)"
)
_DAY = re.compile(r"-?infinity|\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_LOCAL = re.compile(r"-?infinity|\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?")
# How a literal of each type is written, with an example.
_WRITTEN = {
    "timestamptz": (_INSTANT, "2026-01-01T00:00:00Z"), "date": (_DAY, "2026-01-01"),
    "timestamp": (_LOCAL, "2026-01-01 00:00:00"),
}  # fmt: skip
_COMPARED = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.NullSafeEQ,
    exp.NullSafeNEQ, exp.Lag, exp.Lead, exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif,
)  # fmt: skip
# From what may be cast to what.
_CASTS = {
    "integer": ("integer", "bigint", "numeric", "text"),
    "bigint": ("bigint", "numeric", "text"),
    "numeric": ("numeric",),
    "boolean": ("boolean", "integer", "text"),
    "text": ("text",),
    "timestamptz": ("timestamptz",),
    "timestamp": ("timestamp", "date"),
    "date": ("date", "timestamp"),
    "jsonb": ("jsonb",),
}
_TO_TEXT = {
    "numeric": "equal numbers have different texts (1.0 and 1.00), and a change from one to the "
    "other is none",
    "timestamptz": "the text depends on the time zone of the session",
    "timestamp": "the text depends on the session's style of dates",
    "date": "the text depends on the session's style of dates",
    "jsonb": "equal documents have different texts",
}


def check(reading: "Reading", node: exp.Expr) -> None:
    """Raises DefinitionError where an expression of this SELECT breaks a rule of values."""
    for inner in node.walk(prune=lambda n: isinstance(n, exp.Query)):
        for problem, instead in (*_problems(reading, inner), *failing.problems(reading, inner)):
            raise reading.context.refused(inner, problem, instead)


def _problems(reading: "Reading", node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Column):
        reading.find(node)
    elif isinstance(node, exp.Cast):
        yield from _cast(node, infer(node.this, reading.type_of))
    elif isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Neg | exp.Abs):
        yield from _arithmetic(reading, node)
    elif isinstance(node, exp.Div):
        yield from _division(reading, node)
    elif isinstance(node, exp.Sum | exp.Avg):
        yield from _sum(infer(node.this, reading.type_of))
    elif isinstance(node, exp.Max | exp.Min):
        yield from _extreme(infer(node.this, reading.type_of))
    elif isinstance(node, exp.DPipe):
        for part in (node.this, node.expression):
            yield from _text(part, infer(part, reading.type_of))
    elif isinstance(node, (*_COMPARED, exp.Case)):
        yield from _compared(reading, node)
    else:
        yield from times.problems(reading, node)
    for condition in _conditions(node):
        yield from of_condition(condition, infer(condition, reading.type_of))


def _conditions(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of an expression that are true or false."""
    if isinstance(node, exp.And | exp.Or):
        yield from (node.this, node.expression)
    elif isinstance(node, exp.Not | exp.Where):
        yield node.this
    elif isinstance(node, exp.Case) and node.this is None:
        yield from (branch.this for branch in node.args["ifs"])


def of_condition(node: exp.Expr, given: ValueType) -> Iterator[tuple[str, str]]:
    """What stands as a condition is one."""
    if given.base not in ("", "boolean"):
        compared = f"{shown(node)} > 0" if given.is_number else f"{shown(node)} IS NOT NULL"
        yield f"{shown(node)} is no condition", f"Write what it shall be: `{compared}`."


def _cast(node: exp.Cast, given: ValueType) -> Iterator[tuple[str, str]]:
    to, what = of_cast(node.to), shown(node.this)
    if node.to.expressions:
        yield "a cast to a type with a length cuts", "Cast to the type without length, or left(…)."
    elif not to.base or to.base.endswith("[]"):
        yield (
            f"a cast to {node.to.sql('postgres').lower()} is not on the list of what can be kept "
            "exactly",
            "Cast to text, integer, bigint, numeric, boolean, date, timestamp or timestamptz.",
        )  # fmt: skip
    elif isinstance(node.this.unnest(), exp.Literal):
        yield from _literal(node.this, to)
    elif to.base == "date" and given.is_day:
        pass
    elif given.base and to.base not in _CASTS.get(given.base, (given.base,)):
        if to.base == "integer" and failing.is_rank(node.this.unnest()):
            return
        if to.base == "text":
            yield from _text(node.this, given)
        elif given.base == "timestamptz":
            yield (
                "the day of a time depends on the time zone",
                f"Name one: `({what} AT TIME ZONE 'Europe/Stockholm')::{to.base}`.",
            )  # fmt: skip
        elif given.base == "timestamp":
            yield (
                "which time it is depends on the time zone of the session",
                f"Name one: `{what} AT TIME ZONE 'Europe/Stockholm'`.",
            )  # fmt: skip
        else:
            yield (
                f"a cast of {given.base} to {to.base} may fail, and then nothing of the row is "
                "stored", f"Output `{what}` as it is, or cast to numeric.",
            )  # fmt: skip
    elif not given.base and not isinstance(node.this, exp.Null | exp.Literal):
        yield f"the type of {what} is not known here", "Leave out the cast."


def _text(node: exp.Expr, given: ValueType) -> Iterator[tuple[str, str]]:
    if given.base in _TO_TEXT:
        yield _TO_TEXT[given.base], f"Output `{shown(node)}` as it is, and let the reader write it."


def _number(node: exp.Expr, other: ValueType) -> Iterator[tuple[str, str]]:
    """A text that is read as a number. What is none never leaves a sum that it has come into."""
    is_text = isinstance(node, exp.Literal) and node.is_string
    if is_text and other.is_number and not _NUMBER.fullmatch(node.this):
        yield f"{shown(node)} is no number that adds up", "Write a number without quotes."


def _literal(node: exp.Expr, other: ValueType) -> Iterator[tuple[str, str]]:
    """A text that is read as a time: with its zone, and never a word for the clock."""
    node = node.unnest()
    yield from _number(node, other)
    if not (isinstance(node, exp.Literal) and node.is_string and other.is_time):
        return
    form, example = _WRITTEN[other.base]
    if not form.fullmatch(node.this):
        yield (
            f"{shown(node)} is read by the clock or in the zone of a session",
            f"Write a time as '{example}'.",
        )  # fmt: skip


def _operands(node: exp.Expr) -> list[exp.Expr]:
    if isinstance(node, exp.Case):
        found = [branch.args["true"] for branch in node.args["ifs"]]
        return [*found, *([node.args["default"]] if node.args.get("default") else [])]
    if isinstance(node, exp.Lag | exp.Lead):
        return [node.this, *([node.args["default"]] if node.args.get("default") else [])]
    return [child for child in node.iter_expressions() if not isinstance(child, exp.Query)]


def _compared(reading: "Reading", node: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, exp.Case) and node.this is not None:
        of_case = infer(node.this, reading.type_of)
        for branch in node.args["ifs"]:
            yield from _literal(branch.this, of_case)
    if isinstance(node, exp.EQ):
        yield from _joined(reading, node.this.unnest(), node.expression.unnest())
        yield from _in_array(reading, node.this.unnest(), node.expression)
    operands = _operands(node)
    types = [infer(operand, reading.type_of) for operand in operands]
    number = next((t for t in types if t.is_number), UNKNOWN)
    for operand in operands:
        yield from _number(operand.unnest(), number)
    time = next((t for t in types if t.is_time), None)
    if time is not None:
        for operand in operands:
            yield from _literal(operand, time)
        if len({t.base for t in types if t.is_time}) > 1:
            yield (
                "a day and a time are compared by the time zone of the session",
                "Compare days with days, times with times, and local times with local ones.",
            )  # fmt: skip


def _in_array(reading: "Reading", value: exp.Expr, items: exp.Expr) -> Iterator[tuple[str, str]]:
    """A value and the items of an array are of one type: else PostgreSQL may not compare them."""
    types = [infer(node, reading.type_of) for node in (value, items)]
    kinds = [" ".join(filter(None, (type_.base, type_.collation))) for type_ in types]
    if isinstance(items, exp.Any) and types[0].base and kinds[0] != kinds[1]:
        yield (
            f"{shown(value)} is {kinds[0]}, and the items of the array are {kinds[1]}",
            "Compare values of one type and one collation.",
        )  # fmt: skip


def _joined(reading: "Reading", one: exp.Expr, other: exp.Expr) -> Iterator[tuple[str, str]]:
    """Two tables are joined by columns of one type: else no index finds what fits."""
    if isinstance(one, exp.Column) and isinstance(other, exp.Column) and one.table != other.table:
        types = [reading.type_of(one), reading.type_of(other)]
        kinds = [(type_.base, type_.collation) for type_ in types]
        if all(base for base, _ in kinds) and kinds[0] != kinds[1]:
            yield (
                f"no index finds {shown(one)} = {shown(other)}, which are "
                + " and ".join(" ".join(filter(None, kind)) for kind in kinds),
                "Join by columns of one type and one collation.",
            )  # fmt: skip


def _arithmetic(reading: "Reading", node: exp.Expr) -> Iterator[tuple[str, str]]:
    type_ = infer(node, reading.type_of)
    sides = [node.this, node.expression] if isinstance(node, exp.Binary) else []
    for one, other in zip(sides, reversed(sides), strict=True):
        yield from _literal(one, infer(other, reading.type_of))
    if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal):
        return
    sides = [infer(side, reading.type_of) for side in _operands(node)]
    if isinstance(node, exp.Add | exp.Sub) and times.is_of_times(sides):
        yield from times.of_sum(reading, node)
        return
    if type_.base == "integer" or (type_.base == "bigint" and isinstance(node, exp.Mul)):
        operand = shown(node.this)
        yield (
            f"{shown(node)} may be larger than {'an' if type_.base == 'integer' else 'a'} "
            f"{type_.base} can be", f"Write `{operand}::numeric`.",
        )  # fmt: skip
    elif type_.base not in ("", "date", "bigint", "numeric"):
        yield f"{type_.base} is not for arithmetic here", "Let the reader's query do it."


def _division(reading: "Reading", node: exp.Div) -> Iterator[tuple[str, str]]:
    divisor = node.expression.unnest()
    if infer(node.this, reading.type_of).base != "numeric" and (
        infer(divisor, reading.type_of).base != "numeric"
    ):
        yield "a division of integers cuts", f"Write `{shown(node.this)}::numeric`."
    elif reading.context.definition.kind == "rows" and not has_decimals(node):
        yield "a quotient has no end of decimals", f"Say how many: `round({shown(node)}, 2)`."


def _extreme(given: ValueType) -> Iterator[tuple[str, str]]:
    if given.base in ("boolean", "jsonb"):
        yield f"of {given.base} none is the greatest", "Count some: `count(*) FILTER (WHERE …)`."


def _sum(given: ValueType) -> Iterator[tuple[str, str]]:
    if given.base and not given.is_number:
        yield f"a {given.base} does not add up", "Add up integers or numerics."
