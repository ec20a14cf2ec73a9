"""Types of columns and expressions, as far as the rules need them.

PostgreSQL has the last word on types when the tables are made. This says what a rule asks before:
whether a sum overflows, a literal is a time, a text fits into an index.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class ValueType:
    """A type. ``base`` is empty where it is not known, and ends with ``[]`` for an array.

    ``width``: the most characters that a text has, none where there is no limit; ``is_day``: the
    contract says that it is a day; ``endless``: a time that may be infinite: none of an event is.
    """

    base: str = ""
    width: int | None = None
    collation: str = ""
    is_day: bool = False
    endless: bool = False

    @property
    def bytes_max(self) -> int | None:
        """The most bytes that a value takes in an index; none where there is no limit."""
        if self.base == "text":
            return None if self.width is None else 4 * self.width + 4
        return INDEX_BYTES.get(self.base)

    @property
    def is_time(self) -> bool:
        return self.base in TIMES

    @property
    def is_number(self) -> bool:
        return self.base in NUMBERS

    def item(self) -> "ValueType":
        """The type of an array's items."""
        return replace(self, base=self.base.removesuffix("[]"))


UNKNOWN = ValueType()
BOOLEAN, INTEGER, BIGINT = ValueType("boolean"), ValueType("integer"), ValueType("bigint")
NUMERIC, TEXT, DATE = ValueType("numeric"), ValueType("text"), ValueType("date")
INTERVAL = ValueType("interval")
TIMES = ("timestamptz", "timestamp", "date")
# The contract has days as texts of this length, and nothing else.
DAY_WIDTH = 10
# The longest name of a time zone that PostgreSQL reads.
ZONE_WIDTH = 255
# The wider comes later.
NUMBERS = ("integer", "bigint", "numeric")
INDEX_BYTES = {
    "boolean": 1, "integer": 4, "bigint": 8, "numeric": 64, "timestamptz": 8,
    "timestamp": 8, "date": 4,
}  # fmt: skip
_COLUMN = re.compile(r'(\w+)(?:\((\d+)\))?(\[\])?(?: COLLATE "(\w+)")?')
_NAMES = {
    "varchar": "text", "text": "text", "integer": "integer", "int": "integer", "bigint": "bigint",
    "smallint": "integer", "numeric": "numeric", "decimal": "numeric", "boolean": "boolean",
    "timestamptz": "timestamptz", "timestamp": "timestamp", "date": "date", "jsonb": "jsonb",
}  # fmt: skip
_SAME = (exp.Paren, exp.Neg, exp.Abs, exp.Lower, exp.Upper, exp.Trim, exp.Min, exp.Max,
         exp.FirstValue, exp.LastValue, exp.NthValue, exp.Lag, exp.Lead, exp.Filter, exp.Window,
         exp.Round, exp.Nullif, exp.Distinct, exp.Order)  # fmt: skip
_ZONED = {"timestamptz": "timestamp", "timestamp": "timestamptz"}
_ENDS = ("infinity", "-infinity")
_CHOICES = (exp.Coalesce, exp.Greatest, exp.Least)
_TRUTHS = (
    exp.Predicate, exp.Not, exp.And, exp.Or, exp.Boolean, exp.Exists, exp.LogicalAnd,
    exp.LogicalOr,
)  # fmt: skip
_FIXED: dict[type[exp.Expr], ValueType] = {
    exp.Count: BIGINT, exp.RowNumber: BIGINT, exp.Rank: BIGINT, exp.DenseRank: BIGINT,
    exp.Ntile: INTEGER, exp.Avg: NUMERIC, exp.Length: INTEGER, exp.Div: NUMERIC,
    exp.Ceil: NUMERIC, exp.Floor: NUMERIC, exp.GroupConcat: TEXT, exp.Replace: TEXT,
    exp.Extract: NUMERIC, exp.Interval: INTERVAL,
}  # fmt: skip
# Of a generation: the name of a time zone as it is, and UTC for any other text and for null.
KNOWN_TIME_ZONE = "known_time_zone"
_FUNCTIONS = {"cardinality": INTEGER, KNOWN_TIME_ZONE: ValueType("text", ZONE_WIDTH)}


def of_column(sql_type: str) -> ValueType:
    """The type of a column of an entity."""
    found = _COLUMN.fullmatch(sql_type)
    if not found or found[1] not in _NAMES:
        return UNKNOWN
    width = int(found[2]) if found[2] else None
    is_day = width == DAY_WIDTH and not found[3]
    return ValueType(_NAMES[found[1]] + (found[3] or ""), width, found[4] or "", is_day)


def of_cast(to: exp.DataType) -> ValueType:
    return of_column(to.sql("postgres").lower())


def common(types: Iterable[ValueType]) -> ValueType:
    """The type of a choice between values of these types; literals adapt to the others."""
    known = list(types)
    named = [t for t in known if t.base]
    widths = [t.width for t in known if t.base or t.width is not None]
    width = None if None in widths or not widths else max(w for w in widths if w is not None)
    endless = any(t.endless for t in known)
    if not named:
        return ValueType(width=width, endless=endless)
    if all(t.is_number for t in named):
        return ValueType(max((t.base for t in named), key=NUMBERS.index))
    collation = next((t.collation for t in named if t.collation), "")
    return ValueType(named[0].base, width, collation, endless=endless)


def infer(node: exp.Expr, of: Callable[[exp.Column], ValueType]) -> ValueType:
    """The type of an expression. A text literal has none by itself, but a width."""
    if isinstance(node, exp.Column):
        return of(node)
    if isinstance(node, exp.Literal):
        return _literal(node)
    if isinstance(node, exp.Null):
        return ValueType(width=0)
    if isinstance(node, exp.Cast):
        return replace(of_cast(node.to), endless=infer(node.this, of).endless)
    if isinstance(node, exp.AtTimeZone | exp.TimestampTrunc):
        return _of_time(node, infer(node.this, of))
    if isinstance(node, exp.Collate):
        return replace(infer(node.this, of), collation=node.expression.name)
    if isinstance(node, exp.Left):
        return _left(node, of)
    if isinstance(node, exp.Case):
        values = [branch.args["true"] for branch in node.args["ifs"]]
        values += [node.args["default"]] if node.args.get("default") else []
        return common(infer(value, of) for value in values)
    if isinstance(node, _CHOICES):
        return common(infer(value, of) for value in (node.this, *node.expressions))
    if isinstance(node, exp.ArrayAgg):
        item = infer(node.this, of)
        return replace(item, base=f"{item.base}[]") if item.base else UNKNOWN
    if isinstance(node, exp.Bracket | exp.Any):
        return infer(node.this, of).item()
    if isinstance(node, exp.Sum):
        return BIGINT if infer(node.this, of).base == "integer" else NUMERIC
    if isinstance(node, exp.DPipe):
        return _joined([infer(part, of) for part in (node.this, node.expression)])
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return _arithmetic(node, of)
    if isinstance(node, _SAME):
        inner = node.expressions[0] if isinstance(node, exp.Distinct) else node.this
        return infer(inner, of)
    if isinstance(node, _TRUTHS):
        return BOOLEAN
    if isinstance(node, exp.Anonymous):
        return _FUNCTIONS.get(node.name.lower(), UNKNOWN)
    return next((type_ for kind, type_ in _FIXED.items() if isinstance(node, kind)), UNKNOWN)


def _literal(node: exp.Literal) -> ValueType:
    if node.is_string:
        return ValueType(width=len(node.this), endless=node.this in _ENDS)
    if not node.this.isdecimal():
        return NUMERIC
    return next((t for t, most in ((INTEGER, 2**31), (BIGINT, 2**63)) if int(node.this) < most),
                NUMERIC)  # fmt: skip


def _left(node: exp.Left, of: Callable[[exp.Column], ValueType]) -> ValueType:
    text, length = infer(node.this, of), node.expression
    if isinstance(length, exp.Literal) and length.this.isdecimal():
        width = int(length.this)
        return replace(
            text, width=width if text.width is None else min(width, text.width), is_day=False
        )
    return text


def _joined(parts: list[ValueType]) -> ValueType:
    widths = [p.width if p.base in ("", "text") else p.bytes_max for p in parts]
    width = None if None in widths else sum(w for w in widths if w is not None)
    return ValueType("text", width, next((p.collation for p in parts if p.collation), ""))


def _of_time(node: exp.Expr, given: ValueType) -> ValueType:
    """What it is in a zone, or where its unit begins."""
    if isinstance(node, exp.AtTimeZone):
        return ValueType(_ZONED.get(given.base, ""), endless=given.endless)
    return given


def _arithmetic(node: exp.Binary, of: Callable[[exp.Column], ValueType]) -> ValueType:
    one, other = infer(node.this, of), infer(node.expression, of)
    bases = {one.base, other.base}
    if "interval" in bases:
        time = next((t for t in (one, other) if t.is_time), None)
        if time is None:
            return INTERVAL
        return replace(time, base="timestamp") if time.base == "date" else time
    if bases <= {"timestamp", "timestamptz"}:
        return INTERVAL
    if one.base == "date":
        return INTEGER if other.base == "date" else replace(DATE, endless=one.endless)
    return common((one, other))
