"""Expressions that no row makes fail: else an event that brings such a row is a dead letter.

PostgreSQL refuses some values only when it meets them: a divisor of 0, a pattern that ends in its
escape, a day beyond the calendar. Whether one comes up depends on the data, and in the middle of a
batch on what else is in it. So such a value is a literal, or cannot be a wrong one.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlglot import exp

from homeroom.engine.planning.names import shown
from homeroom.engine.planning.types import NUMBERS, infer

if TYPE_CHECKING:
    from homeroom.engine.planning.reading import Reading

# Numbers of rows: they fit an integer.
RANKS = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Count)
# So many days are within PostgreSQL's calendar from any day of the contract.
_DAYS = re.compile(r"\d{1,6}")


def problems(reading: "Reading", node: exp.Expr) -> Iterator[tuple[str, str]]:
    """Why an expression may fail for some rows, and what to write instead."""
    if isinstance(node, exp.Div):
        yield from _divisor(node.expression.unnest())
    elif isinstance(node, exp.Like):
        yield from _pattern(node.expression.unnest())
    elif isinstance(node, exp.Add | exp.Sub):
        yield from _days(reading, node)
    elif isinstance(node, exp.ArrayAgg):
        yield from _gathered(reading, node)
    elif isinstance(node, exp.Ntile | exp.NthValue):
        count = node.this if isinstance(node, exp.Ntile) else node.args.get("offset")
        if not _is_whole(count, least=1):
            yield f"{shown(node)} takes a number from 1", "Write the number itself."
    elif isinstance(node, exp.WindowSpec):
        bounds = [node.args.get(bound) for bound in ("start", "end")]
        if not all(bound is None or isinstance(bound, str) or _is_whole(bound, 0)
                   for bound in bounds):  # fmt: skip
            yield "a frame begins and ends at a number of rows from 0", "Write the number itself."


def _is_whole(node: exp.Expr | None, least: int) -> bool:
    if not isinstance(node, exp.Literal) or node.is_string:
        return False
    return node.this.isdecimal() and int(node.this) >= least


def _divisor(divisor: exp.Expr) -> Iterator[tuple[str, str]]:
    if isinstance(divisor, exp.Literal) and divisor.is_string:
        yield f"{shown(divisor)} is no number", "Write a number without quotes."
        return
    without = divisor.expression.unnest() if isinstance(divisor, exp.Nullif) else None
    is_safe = _is_zero(without) if without is not None else _is_zero(divisor) is False
    if not is_safe:
        of = divisor.this if without is not None else divisor
        yield "a division by 0 fails", f"Divide by `nullif({shown(of)}, 0)`."


def _is_zero(node: exp.Expr) -> bool | None:
    """Whether a number is 0; none where it is not written as one."""
    is_number = isinstance(node, exp.Literal) and not node.is_string
    return float(node.this) == 0 if is_number else None


def _pattern(pattern: exp.Expr) -> Iterator[tuple[str, str]]:
    if not isinstance(pattern, exp.Literal) or not pattern.is_string:
        yield (
            "a pattern that a row has may end in its escape, and then it fails",
            ("Write the pattern itself: LIKE 'a%'."),
        )
    elif (len(pattern.this) - len(pattern.this.rstrip("\\"))) % 2:
        yield "the pattern ends in its escape", r"Write a backslash at the end as `\\`."


def _days(reading: "Reading", node: exp.Add | exp.Sub) -> Iterator[tuple[str, str]]:
    """A day and a number of days: within the calendar, whatever the row has."""
    one, other = (infer(side, reading.type_of) for side in (node.this, node.expression))
    if one.base == "date" and other.base in ("", *NUMBERS) and not _is_near(reading, node):
        yield (
            f"{shown(node)} may be no day of the calendar",
            "Add or subtract a number of up to six digits, row_number() or two days' difference.",
        )  # fmt: skip


def _is_near(reading: "Reading", node: exp.Add | exp.Sub) -> bool:
    days = node.expression.unnest()
    if isinstance(days, exp.Neg):
        days = days.this
    if isinstance(days, exp.Literal):
        # A text is the other day of a difference.
        is_day = days.is_string and isinstance(node, exp.Sub)
        return is_day or bool(not days.is_string and _DAYS.fullmatch(days.this))
    if isinstance(days, exp.Sub):
        sides = [infer(side, reading.type_of) for side in (days.this, days.expression)]
        return all(side.base == "date" for side in sides)
    return isinstance(days, exp.Cast) and is_rank(days.this.unnest())


def is_rank(node: exp.Expr) -> bool:
    """Whether it numbers rows, or counts them, in a window."""
    function = node.this if isinstance(node, exp.Window) else None
    return isinstance(function.this if isinstance(function, exp.Filter) else function, RANKS)


def _gathered(reading: "Reading", node: exp.ArrayAgg) -> Iterator[tuple[str, str]]:
    """Lists of one length alone are gathered; the first one of a group is looked up instead."""
    is_first = reading.context.definition.kind == "totals"
    if not is_first and infer(node.this, reading.type_of).base.endswith("[]"):
        yield (
            f"{shown(node)} fails where two lists have not as many items",
            "Gather the items, or a text of each row.",
        )  # fmt: skip
