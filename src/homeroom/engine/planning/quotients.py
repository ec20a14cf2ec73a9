"""Quotients of definitions: of a stated number of decimals, and equal where their values are."""

from sqlglot import exp


def has_decimals(node: exp.Expr) -> bool:
    """Whether a quotient is rounded to a stated number of decimals: what PostgreSQL cuts at is no
    promise.
    """
    rounded = node.find_ancestor(exp.Round)
    return rounded is not None and isinstance(rounded.args.get("decimals"), exp.Literal | None)


def division(dividend: exp.Expr, divisor: exp.Expr) -> exp.Div:
    divisor = exp.Nullif(this=divisor, expression=exp.Literal.number(0))
    # As the parser marks a division of PostgreSQL: no cast is added, and nothing is caught.
    return exp.Div(this=dividend, expression=divisor, typed=True, safe=False)


def exact(node: exp.Expr) -> exp.Expr:
    """Makes what is divided equal where its values are.

    PostgreSQL divides to more decimals where operands have more. A sum that has come and gone in
    parts may have other zeros at its end than the same sum of what is left (1.00 and 1), so the
    quotients would differ. So would averages of such sums.
    """
    if isinstance(node, exp.Div):
        for operand in ("this", "expression"):
            node.set(operand, _trimmed(node.args[operand]))
    elif isinstance(node, exp.Avg) and isinstance(distinct := node.this, exp.Distinct):
        distinct.set("expressions", [_trimmed(value) for value in distinct.expressions])
    elif isinstance(node, exp.Avg):
        node.set("this", _trimmed(node.this))
    return node


def _trimmed(value: exp.Expr) -> exp.Expr:
    number = exp.cast(value.copy(), "numeric")
    return exp.Anonymous(this="trim_scale", expressions=[number])
