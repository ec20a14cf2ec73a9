"""What is computed of times: of their row alone, in a zone that is named, and never at an end.

PostgreSQL knows a time's day, hour and week in the zone of the session unless another is named.
What names none is STABLE in pg_proc, and is refused here; all else is IMMUTABLE.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from sqlglot import exp

from homeroom.engine.planning.names import shown
from homeroom.engine.planning.types import KNOWN_TIME_ZONE, ValueType, infer

if TYPE_CHECKING:
    from homeroom.engine.planning.definitions import Definition
    from homeroom.engine.planning.reading import Reading

UNITS = (
    "microseconds", "milliseconds", "second", "minute", "hour", "day", "week", "month", "quarter",
    "year", "decade", "century", "millennium",
)  # fmt: skip
FIELDS = (
    "second", "minute", "hour", "day", "dow", "isodow", "doy", "week", "month", "quarter", "year",
    "isoyear", "epoch",
)  # fmt: skip
# With so few, a time of the year 1 is not led before the first year that PostgreSQL has.
_COUNT = re.compile(r"-?\d{1,4}")
_LENGTHS = re.compile(r"(second|minute|hour|day|week|month)s?", re.IGNORECASE)
# By name alone, EST is an abbreviation first, which settings of the session explain.
_FULL_NAME = re.compile(r"UTC|[A-Z].*/.+")
_ZONED = "AT TIME ZONE 'Europe/Stockholm'"


def problems(reading: "Reading", node: exp.Expr) -> Iterator[tuple[str, str]]:
    """What of a node breaks a rule of times, and what to write instead."""
    if isinstance(node, exp.AtTimeZone):
        yield from _at_zone(reading, node)
    elif isinstance(node, exp.TimestampTrunc):
        yield from _truncated(reading, node)
    elif isinstance(node, exp.Extract):
        yield from _extracted(reading, node)
    elif isinstance(node, exp.Interval):
        yield from _interval(node)
    elif isinstance(node, exp.Anonymous) and node.name.lower() == KNOWN_TIME_ZONE:
        yield from _known_zone(reading, node)


def _at_zone(reading: "Reading", node: exp.AtTimeZone) -> Iterator[tuple[str, str]]:
    given = infer(node.this, reading.type_of)
    if given.base not in ("timestamptz", "timestamp"):
        yield (
            f"{shown(node.this)} is no time that has another form in a zone",
            "Write `alias.column AT TIME ZONE 'Europe/Stockholm'` with a column that is a time.",
        )  # fmt: skip
    yield from _zone(node.args["zone"])


@cache
def _names() -> set[str]:
    return available_timezones()


def _zone(node: exp.Expr) -> Iterator[tuple[str, str]]:
    zone = node.unnest()
    if isinstance(zone, exp.Literal) and zone.is_string:
        if not (_FULL_NAME.fullmatch(zone.this) and zone.this in _names()):
            yield (
                f"{shown(zone)} is not the full name of a time zone",
                "Write one as 'Europe/Stockholm', or 'UTC'.",
            )  # fmt: skip
    elif not isinstance(zone, exp.Anonymous) or zone.name.lower() != KNOWN_TIME_ZONE:
        yield (
            f"{shown(zone)} may be no name of a time zone, and then nothing of the row is stored",
            f"Write `{KNOWN_TIME_ZONE}({shown(zone)})`, which is UTC there.",
        )  # fmt: skip


def zones(definition: "Definition") -> tuple[str, ...]:
    """The time zones that a definition names. PostgreSQL may know fewer than this machine does."""
    named = [
        node.args["zone"].unnest()
        for select in definition.selects
        for node in select.find_all(exp.AtTimeZone, exp.TimestampTrunc)
        if node.args.get("zone")
    ]
    return tuple(dict.fromkeys(zone.this for zone in named if isinstance(zone, exp.Literal)))


def _known_zone(reading: "Reading", node: exp.Anonymous) -> Iterator[tuple[str, str]]:
    names = node.expressions
    if len(names) != 1 or infer(names[0], reading.type_of).base != "text":
        yield f"{KNOWN_TIME_ZONE} takes a text", f"Write `{KNOWN_TIME_ZONE}(alias.column)`."


def _truncated(reading: "Reading", node: exp.TimestampTrunc) -> Iterator[tuple[str, str]]:
    given, what = infer(node.this, reading.type_of), shown(node.this)
    zone, unit = node.args.get("zone"), node.args["unit"].name.lower()
    if unit not in UNITS:
        yield f"{unit} is nothing that a time begins with", f"Write one of: {', '.join(UNITS)}."
    if zone is not None:
        yield from _zone(zone)
        if given.base != "timestamptz":
            yield f"{what} is no time that a zone is needed for", "Leave out the zone."
    elif given.base != "timestamp":
        yield from _without_zone(unit, given, what, f"date_trunc('{unit}', {{}})")


def _extracted(reading: "Reading", node: exp.Extract) -> Iterator[tuple[str, str]]:
    given, what = infer(node.expression, reading.type_of), shown(node.expression)
    field = node.this.name.lower()
    if field not in FIELDS:
        yield f"{field} is not on the list of what a time has", f"Use one of: {', '.join(FIELDS)}."
    if given.base == "interval":
        if field != "epoch":
            yield (
                "an interval may have its hours as days",
                f"Compute with its seconds: `extract(epoch FROM {what})`.",
            )  # fmt: skip
    elif given.base not in ("timestamp", "date"):
        yield from _without_zone(field, given, what, f"extract({field} FROM {{}})")
    if given.endless:
        yield (
            f"{what} may be infinite, and so what is computed of it",
            "Take the column of which it was made, before an infinity stood for null.",
        )  # fmt: skip


def _without_zone(
    part: str, given: ValueType, what: str, written: str
) -> Iterator[tuple[str, str]]:
    if given.base == "timestamptz":
        yield (
            f"the {part} of a time depends on the time zone of the session",
            f"Name one: `{written.format(f'{what} {_ZONED}')}`.",
        )  # fmt: skip
    elif given.base == "date":
        yield (
            f"a day would be a time of the session's zone before it has a {part}",
            f"Write `{written.format(f'{what}::timestamp')}`.",
        )  # fmt: skip
    else:
        yield f"{what} is no time", f"Write `{written.format(f'alias.column {_ZONED}')}`."


def _interval(node: exp.Interval) -> Iterator[tuple[str, str]]:
    count, unit = node.this, node.args.get("unit")
    known = isinstance(count, exp.Literal) and _COUNT.fullmatch(count.name)
    if not known or unit is None or not _LENGTHS.fullmatch(unit.name):
        yield (
            f"{shown(node)} is not a number and a unit",
            "Write it as INTERVAL '7 days': at most four digits, and seconds to months.",
        )  # fmt: skip


def of_sum(reading: "Reading", node: exp.Add | exp.Sub) -> Iterator[tuple[str, str]]:
    """Of a sum or difference, one operand of which is a time or an interval."""
    one, other = (infer(side, reading.type_of) for side in (node.this, node.expression))
    bases = {one.base, other.base}
    if "interval" in bases and "timestamptz" in bases:
        time = node.this if one.base == "timestamptz" else node.expression
        yield (
            "how long a day is depends on the time zone of the session",
            f"Name one: `{shown(time)} {_ZONED}`, and add the interval to that.",
        )  # fmt: skip
    elif isinstance(node, exp.Sub) and one.base == other.base != "interval":
        if one.endless or other.endless:
            yield (
                f"{shown(node)} fails where both may be infinite",
                "Take the columns of which they were made, before an infinity stood for null.",
            )  # fmt: skip
    elif not (
        "interval" in bases and bases & {"timestamp", "date"}
        and (isinstance(node, exp.Add) or other.base == "interval")
    ):  # fmt: skip
        yield (
            f"{shown(node)} is neither a time and an interval, nor two times of one kind",
            "Write `time + INTERVAL '7 days'`, or `time - time`.",
        )  # fmt: skip


def is_of_times(sides: list[ValueType]) -> bool:
    """Whether a sum of these is one of times: a day and a number are not."""
    bases = [side.base for side in sides]
    return any(b in ("interval", "timestamp", "timestamptz") for b in bases) or (
        bases == ["date", "date"]
    )
