"""The kinds of values in the script, and the types that Flink has for them.

Not all of PostgreSQL's types have one in Flink that behaves as they do. A time is a text as its
event has it, of which ``validity.moment`` makes one whose order is that of time. A list and a map
are JSON as text. A number with decimals is a double until something is computed with it, whose
shortest text is the number; then a decimal. A day that is computed with is a number of days.
"""

from dataclasses import dataclass
from enum import Enum

from homeroom.engine.planning.types import of_column

DECIMALS = 20
DECIMAL = f"DECIMAL(38, {DECIMALS})"


class ValueKind(Enum):
    """A kind of value. ``TEXT`` is ordered by the rules of PostgreSQL's locale, ``ID`` by bytes.

    ``MARKS`` is a double to which the contract gives two decimals at most.
    """

    TEXT = "text"
    ID = "id"
    TIME = "time"
    INTEGER = "integer"
    BIGINT = "bigint"
    DOUBLE = "double"
    MARKS = "marks"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DAYS = "days"
    TEXTS = "texts"
    IDS = "ids"
    JSON = "json"
    NULL = "null"

    @property
    def flink(self) -> str:
        """The type of Flink."""
        return _FLINK.get(self, "STRING")

    @property
    def is_number(self) -> bool:
        whole = (ValueKind.INTEGER, ValueKind.BIGINT)
        return self.is_double or self in whole or self is ValueKind.DECIMAL

    @property
    def is_double(self) -> bool:
        return self in (ValueKind.DOUBLE, ValueKind.MARKS)

    @property
    def is_text(self) -> bool:
        return self in (ValueKind.TEXT, ValueKind.ID)

    @property
    def is_list(self) -> bool:
        return self in (ValueKind.TEXTS, ValueKind.IDS)

    @property
    def is_ordered(self) -> bool:
        """Whether Flink has the order that PostgreSQL has."""
        return self.is_number or self in (ValueKind.ID, ValueKind.TIME, ValueKind.DAYS)


# Of two kinds the later one holds the values of both; but not all of a bigint fit a double.
_WIDER = (
    ValueKind.NULL, ValueKind.INTEGER, ValueKind.BIGINT, ValueKind.MARKS, ValueKind.DOUBLE,
    ValueKind.DECIMAL, ValueKind.ID, ValueKind.TEXT,
)  # fmt: skip


def wider(one: ValueKind, other: ValueKind) -> ValueKind:
    """The kind that holds the values of both, where several SELECTs have an output."""
    if ValueKind.BIGINT in (one, other) and (one.is_double or other.is_double):
        return ValueKind.DECIMAL
    if one in _WIDER and other in _WIDER:
        return max(one, other, key=_WIDER.index)
    return other if one is ValueKind.NULL else one


_FLINK = {
    ValueKind.INTEGER: "INT", ValueKind.BIGINT: "BIGINT", ValueKind.DOUBLE: "DOUBLE",
    ValueKind.MARKS: "DOUBLE", ValueKind.DECIMAL: DECIMAL, ValueKind.BOOLEAN: "BOOLEAN",
    ValueKind.DAYS: "INT",
}  # fmt: skip
_OF_BASE = {
    "integer": ValueKind.INTEGER, "bigint": ValueKind.BIGINT, "numeric": ValueKind.DOUBLE,
    "boolean": ValueKind.BOOLEAN, "timestamptz": ValueKind.TIME, "jsonb": ValueKind.JSON,
    "date": ValueKind.DAYS,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression of Flink's SQL, and what it gives."""

    sql: str
    kind: ValueKind

    def decimal(self, decimals: str = DECIMAL) -> str:
        """As a number that adds up exactly."""
        if self.kind in (ValueKind.INTEGER, ValueKind.BIGINT) and decimals == DECIMAL:
            return self.sql
        return f"CAST({self.sql} AS {decimals})"


def of_sql_type(sql_type: str) -> ValueKind:
    """The kind of an entity's column."""
    type_ = of_column(sql_type)
    is_bytes = type_.collation == "C"
    if type_.base.endswith("[]"):
        return ValueKind.IDS if is_bytes else ValueKind.TEXTS
    if type_.base == "text":
        return ValueKind.ID if is_bytes else ValueKind.TEXT
    return _OF_BASE[type_.base]
