"""Arithmetic of definitions in Flink's SQL: as exact as PostgreSQL's numeric, or refused."""

import re

from sqlglot import exp

from homeroom.flink.kinds import DECIMAL, DECIMALS, Expression, ValueKind
from homeroom.flink.scope import NameScope, translate, translates

# A dividend has as many decimals as others, and a divisor six: then Flink gives the quotient 14.
_DIVISOR = "DECIMAL(20, 6)"
_FITTING = re.compile(r"\d{1,14}(\.\d{1,6})?")


@translates(exp.Add, exp.Sub)
def _sum_of_two(node: exp.Expr, scope: NameScope) -> Expression:
    sign = "+" if isinstance(node, exp.Add) else "-"
    one, other = translate(node.this, scope), translate(node.expression, scope)
    kinds = {one.kind, other.kind}
    if ValueKind.DAYS in kinds:
        both = one.kind is other.kind
        return Expression(
            f"({one.sql} {sign} {other.sql})", ValueKind.INTEGER if both else ValueKind.DAYS
        )
    _require_numbers(node, one, other, scope)
    if kinds <= {ValueKind.INTEGER, ValueKind.BIGINT}:
        wider = ValueKind.BIGINT if ValueKind.BIGINT in kinds else ValueKind.INTEGER
        return Expression(f"({one.sql} {sign} {other.sql})", wider)
    added = f"{one.decimal()} {sign} {other.decimal()}"
    return Expression(f"CAST({added} AS {DECIMAL})", ValueKind.DECIMAL)


@translates(exp.Mul)
def _product(node: exp.Expr, scope: NameScope) -> Expression:
    one, other = translate(node.this, scope), translate(node.expression, scope)
    _require_numbers(node, one, other, scope)
    if {one.kind, other.kind} <= {ValueKind.INTEGER, ValueKind.BIGINT}:
        wider = (
            ValueKind.BIGINT if ValueKind.BIGINT in (one.kind, other.kind) else ValueKind.INTEGER
        )
        return Expression(f"({one.sql} * {other.sql})", wider)
    for factor, value in ((node.this, other), (node.expression, one)):
        digits = factor.unnest().sql()
        if digits.isdecimal() and len(digits) <= 6:
            # With more digits Flink would cut decimals off the product.
            left = 37 - len(digits)
            number = f"CAST({digits} AS DECIMAL({len(digits)}, 0))"
            return Expression(f"({value.decimal(f'DECIMAL({left}, {DECIMALS})')} * {number})",
                              ValueKind.DECIMAL)  # fmt: skip
    for rounded, value, whole in ((node.this, one, other), (node.expression, other, one)):
        places = _places(rounded)
        if places is not None and whole.kind in (ValueKind.INTEGER, ValueKind.BIGINT):
            # As many digits as Flink has for the product, so that it cuts none.
            number = f"CAST({value.sql} AS DECIMAL(18, {places}))"
            product = f"({number} * CAST({whole.sql} AS DECIMAL(19, 0)))"
            return Expression(product, ValueKind.DECIMAL)
    raise scope.refusal(
        node, "Flink cuts decimals off the product of two numbers with decimals",
        "Multiply by a whole number of up to six digits; by any, what is rounded to as few.",
    )  # fmt: skip


def _places(node: exp.Expr) -> int | None:
    """To how many decimals a number is rounded; none where it is not, or to more than six."""
    rounded = node.unnest()
    digits = rounded.args.get("decimals") if isinstance(rounded, exp.Round) else None
    text = digits.sql() if digits is not None else "0"
    is_few = isinstance(rounded, exp.Round) and text.isdecimal() and int(text) <= 6
    return int(text) if is_few else None


@translates(exp.Div)
def _quotient(node: exp.Expr, scope: NameScope) -> Expression:
    one, other = translate(node.this, scope), translate(node.expression, scope)
    _require_numbers(node, one, other, scope)
    if {one.kind, other.kind} <= {ValueKind.INTEGER, ValueKind.BIGINT}:
        raise scope.refusal(node, "whole numbers divide without a rest in PostgreSQL alone",
                            "Cast one of them to numeric.")  # fmt: skip
    if not _fits(node.expression, scope):
        raise scope.refusal(
            node, "Flink would round the divisor to six decimals",
            "Divide by a whole number, one with up to six decimals, or a column of marks.",
        )  # fmt: skip
    dividend = f"CAST({one.sql} AS {DECIMAL})"
    return Expression(f"({dividend} / CAST({other.sql} AS {_DIVISOR}))", ValueKind.DECIMAL)


def _fits(divisor: exp.Expr, scope: NameScope) -> bool:
    """Whether a number has six decimals at most, whatever the row has."""
    divisor = divisor.unnest()
    if isinstance(divisor, exp.Nullif | exp.Cast):
        return _fits(divisor.this, scope)
    if isinstance(divisor, exp.Anonymous):
        return _fits(divisor.expressions[0], scope)
    if isinstance(divisor, exp.Literal):
        return _FITTING.fullmatch(divisor.this) is not None
    kind = translate(divisor, scope).kind
    return kind in (ValueKind.INTEGER, ValueKind.BIGINT, ValueKind.MARKS)


def _require_numbers(node: exp.Expr, one: Expression, other: Expression, scope: NameScope) -> None:
    if not (one.kind.is_number and other.kind.is_number):
        raise scope.refusal(node, "it computes with what is no number")


@translates(exp.Neg)
def _negative(node: exp.Expr, scope: NameScope) -> Expression:
    value = translate(node.this, scope)
    _require_numbers(node, value, value, scope)
    return Expression(f"-({value.sql})", value.kind)


@translates(exp.Round)
def _rounded(node: exp.Expr, scope: NameScope) -> Expression:
    value, digits = translate(node.this, scope), node.args.get("decimals")
    _require_numbers(node, value, value, scope)
    places = digits.sql() if digits is not None else "0"
    if not places.isdecimal():
        raise scope.refusal(node, "it is not rounded to a number of places")
    exact = f"CAST({value.sql} AS {DECIMAL})" if value.kind.is_double else value.sql
    return Expression(f"ROUND({exact}, {places})", ValueKind.DECIMAL)


@translates(exp.Anonymous)
def _trimmed(node: exp.Expr, scope: NameScope) -> Expression:
    """``trim_scale``, which the planner adds to quotients: no number has such zeros here."""
    if node.name.lower() != "trim_scale":
        raise scope.refusal(node, f"{node.name} is not translated")
    return translate(node.expressions[0], scope)


@translates(exp.Abs, exp.Ceil, exp.Floor)
def _of_number(node: exp.Expr, scope: NameScope) -> Expression:
    value = translate(node.this, scope)
    _require_numbers(node, value, value, scope)
    names: dict[type[exp.Expr], str] = {exp.Abs: "ABS", exp.Ceil: "CEIL", exp.Floor: "FLOOR"}
    name = names[type(node)]
    return Expression(f"{name}({value.decimal()})", ValueKind.DECIMAL)
