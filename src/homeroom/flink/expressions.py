"""Expressions of definitions in Flink's SQL, each with the kind of what it gives.

A node that is not among these is refused by its name: what is translated gives in Flink what it
gives in PostgreSQL, for every value that the contract allows.
"""

from sqlglot import exp

from homeroom.flink.kinds import DECIMAL, Expression, ValueKind
from homeroom.flink.scope import NameScope, translate, translates
from homeroom.flink.validity import literal, moment
from homeroom_kit.rfc3339 import instant

_COMPARED: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip
_EQUALITY = (exp.EQ, exp.NEQ, exp.NullSafeEQ, exp.NullSafeNEQ)
_INFINITE = ("infinity", "-infinity")


def condition(node: exp.Expr, scope: NameScope) -> str:
    return translate(node, scope).sql


@translates(exp.Column)
def _column(node: exp.Expr, scope: NameScope) -> Expression:
    assert isinstance(node, exp.Column)
    return Expression(scope.rename(node.table, node.name), scope.kind_of(node))


@translates(exp.Literal)
def _literal(node: exp.Expr, scope: NameScope) -> Expression:  # noqa: ARG001
    assert isinstance(node, exp.Literal)
    if node.is_string:
        # A plain one has a length, and Flink pads with blanks what is shorter.
        return Expression(f"CAST({literal(node.this)} AS STRING)", ValueKind.TEXT)
    if not node.this.isdecimal():
        return Expression(f"CAST({node.this} AS {DECIMAL})", ValueKind.DECIMAL)
    is_small = int(node.this) < 2**31
    return Expression(node.this, ValueKind.INTEGER if is_small else ValueKind.BIGINT)


@translates(exp.Boolean)
def _boolean(node: exp.Expr, scope: NameScope) -> Expression:  # noqa: ARG001
    return Expression("TRUE" if node.this else "FALSE", ValueKind.BOOLEAN)


@translates(exp.Null)
def _null(node: exp.Expr, scope: NameScope) -> Expression:  # noqa: ARG001
    return Expression("NULL", ValueKind.NULL)


@translates(exp.Paren)
def _paren(node: exp.Expr, scope: NameScope) -> Expression:
    inner = translate(node.this, scope)
    return Expression(f"({inner.sql})", inner.kind)


@translates(exp.And, exp.Or)
def _logic(node: exp.Expr, scope: NameScope) -> Expression:
    word = "AND" if isinstance(node, exp.And) else "OR"
    one, other = condition(node.this, scope), condition(node.expression, scope)
    return Expression(f"({one} {word} {other})", ValueKind.BOOLEAN)


@translates(exp.Not)
def _not(node: exp.Expr, scope: NameScope) -> Expression:
    return Expression(f"NOT ({condition(node.this, scope)})", ValueKind.BOOLEAN)


@translates(exp.Is)
def _is(node: exp.Expr, scope: NameScope) -> Expression:
    of = node.expression
    word = "NULL" if isinstance(of, exp.Null) else "TRUE" if of.this is True else "FALSE"
    is_ = "IS NOT" if node.args.get("negate") else "IS"
    return Expression(f"{translate(node.this, scope).sql} {is_} {word}", ValueKind.BOOLEAN)


@translates(*_COMPARED)
def _comparison(node: exp.Expr, scope: NameScope) -> Expression:
    one, other = map(comparable, alike(node, [node.this, node.expression], scope))
    if not isinstance(node, _EQUALITY):
        for side in (one, other):
            _require_order(node, side, scope)
    sql = next(s for type_, s in _COMPARED.items() if isinstance(node, type_))
    return Expression(f"{one.sql} {sql} {other.sql}", ValueKind.BOOLEAN)


@translates(exp.Between)
def _between(node: exp.Expr, scope: NameScope) -> Expression:
    sides = [node.this, node.args["low"], node.args["high"]]
    value, low, high = map(comparable, alike(node, sides, scope))
    _require_order(node, value, scope)
    return Expression(f"{value.sql} BETWEEN {low.sql} AND {high.sql}", ValueKind.BOOLEAN)


@translates(exp.In)
def _in(node: exp.Expr, scope: NameScope) -> Expression:
    if not node.expressions:
        raise scope.refusal(node, "a SELECT in IN is not translated", "Join what it reads.")
    value, *items = map(comparable, alike(node, [node.this, *node.expressions], scope))
    return Expression(f"{value.sql} IN ({', '.join(i.sql for i in items)})", ValueKind.BOOLEAN)


def comparable(value: Expression) -> Expression:
    """The same, of which equal ones are equal and greater ones later: times as moments of UTC."""
    return Expression(moment(value.sql), ValueKind.TIME) if value.kind is ValueKind.TIME else value


def distinct(node: exp.Expr, scope: NameScope) -> str:
    """An expression by which rows are told apart, of which equal ones have one text."""
    value = translate(node, scope)
    if value.kind is ValueKind.JSON:
        raise scope.refusal(
            node, "equal documents have different texts", "Take the key of the row."
        )
    return comparable(value).sql


def _require_order(node: exp.Expr, value: Expression, scope: NameScope) -> None:
    if not value.kind.is_ordered:
        raise scope.refusal(
            node, "PostgreSQL orders texts by its locale, and Flink by their bytes",
            'Order by an id, or write COLLATE "C".',
        )  # fmt: skip


def alike(node: exp.Expr, nodes: list[exp.Expr], scope: NameScope) -> list[Expression]:
    """Expressions as values of one kind: a literal is read as what stands beside it."""
    found = [translate(n, scope) for n in nodes]
    kinds = {e.kind for e, n in zip(found, nodes, strict=True) if not _adapts(n)} - {ValueKind.NULL}
    if ValueKind.TIME in kinds:
        return [
            e if e.kind in (ValueKind.TIME, ValueKind.NULL) else _time(n, scope)
            for e, n in zip(found, nodes, strict=True)
        ]
    if len(kinds) > 1 and not (
        all(k.is_number for k in kinds) or all(k.is_text for k in kinds)
        or all(k.is_list for k in kinds)
    ):  # fmt: skip
        raise scope.refusal(node, "values of several kinds are compared or chosen from")
    if kinds == {ValueKind.ID}:
        # A literal takes the order of what stands beside it.
        return [Expression(e.sql, ValueKind.ID) if e.kind is ValueKind.TEXT else e for e in found]
    numbers = {e.kind for e in found} - {ValueKind.NULL}
    if ValueKind.DECIMAL in numbers or (
        ValueKind.DOUBLE in numbers and ValueKind.BIGINT in numbers
    ):
        return [
            e if e.kind is ValueKind.NULL else Expression(e.decimal(), ValueKind.DECIMAL)
            for e in found
        ]
    return found


def _adapts(node: exp.Expr) -> bool:
    return isinstance(node.unnest(), exp.Literal) and bool(node.unnest().is_string)


def _time(node: exp.Expr, scope: NameScope) -> Expression:
    """A literal as a time."""
    text = node.unnest().this if _adapts(node) else ""
    if text in _INFINITE:
        return Expression(f"CAST({literal(text)} AS STRING)", ValueKind.TIME)
    try:
        at = instant(text)
    except ValueError:
        raise scope.refusal(node, "it is no time of RFC 3339") from None
    return Expression(f"CAST('{at:%Y-%m-%dT%H:%M:%S.%f}Z' AS STRING)", ValueKind.TIME)


def _chosen(values: list[Expression]) -> ValueKind:
    kinds = [v.kind for v in values if v.kind is not ValueKind.NULL]
    order = (ValueKind.DECIMAL, ValueKind.DOUBLE, ValueKind.BIGINT, ValueKind.TEXT, ValueKind.TEXTS)
    return next((k for k in order if k in kinds), kinds[0] if kinds else ValueKind.NULL)


@translates(exp.Case)
def _case(node: exp.Expr, scope: NameScope) -> Expression:
    branches = node.args["ifs"]
    default = node.args.get("default")
    values = alike(node, [b.args["true"] for b in branches] + ([default] if default else []), scope)
    whens = [b.this for b in branches]
    subject = ""
    if node.this is not None:
        first, *others = map(comparable, alike(node, [node.this, *whens], scope))
        subject, tests = f" {first.sql}", [o.sql for o in others]
    else:
        tests = [condition(w, scope) for w in whens]
    cases = " ".join(
        f"WHEN {t} THEN {v.sql}" for t, v in zip(tests, values[: len(tests)], strict=True)
    )
    last = f" ELSE {values[-1].sql}" if default else ""
    return Expression(f"CASE{subject} {cases}{last} END", _chosen(values))


@translates(exp.Coalesce)
def _coalesce(node: exp.Expr, scope: NameScope) -> Expression:
    values = alike(node, [node.this, *node.expressions], scope)
    return Expression(f"COALESCE({', '.join(v.sql for v in values)})", _chosen(values))


@translates(exp.Greatest, exp.Least)
def _extreme(node: exp.Expr, scope: NameScope) -> Expression:
    """PostgreSQL passes over nulls, where Flink gives null."""
    name = "GREATEST" if isinstance(node, exp.Greatest) else "LEAST"
    first, *others = alike(node, [node.this, *node.expressions], scope)
    _require_order(node, first, scope)
    if first.kind is ValueKind.TIME:
        raise scope.refusal(node, "it chooses among times")
    sql = first.sql
    for other in others:
        sql = f"COALESCE({name}({sql}, {other.sql}), {sql}, {other.sql})"
    return Expression(sql, _chosen([first, *others]))


@translates(exp.Nullif)
def _nullif(node: exp.Expr, scope: NameScope) -> Expression:
    one, other = alike(node, [node.this, node.expression], scope)
    if one.kind is ValueKind.TIME:
        raise scope.refusal(node, "it compares times")
    return Expression(f"NULLIF({one.sql}, {other.sql})", one.kind)


@translates(exp.DPipe)
def _pipe(node: exp.Expr, scope: NameScope) -> Expression:
    one, other = translate(node.this, scope), translate(node.expression, scope)
    for side in (one, other):
        if not (
            side.kind.is_text or side.kind in (ValueKind.INTEGER, ValueKind.BIGINT, ValueKind.NULL)
        ):
            raise scope.refusal(node, "its text differs between PostgreSQL and Flink")
    both = [f"CAST({side.sql} AS STRING)" for side in (one, other)]
    return Expression(f"({both[0]} || {both[1]})", ValueKind.TEXT)


@translates(exp.Length)
def _length(node: exp.Expr, scope: NameScope) -> Expression:
    value = translate(node.this, scope)
    if not value.kind.is_text:
        raise scope.refusal(node, "it is the length of no text")
    return Expression(f"CHAR_LENGTH({value.sql})", ValueKind.INTEGER)


@translates(exp.Left)
def _left(node: exp.Expr, scope: NameScope) -> Expression:
    value, length = translate(node.this, scope), node.expression.sql()
    if not value.kind.is_text or not length.isdecimal():
        raise scope.refusal(node, "it is not the beginning of a text, of so many characters")
    return Expression(f"LEFT({value.sql}, {length})", value.kind)


@translates(exp.Collate)
def _collate(node: exp.Expr, scope: NameScope) -> Expression:
    value = translate(node.this, scope)
    if node.expression.name != "C" or not value.kind.is_text:
        raise scope.refusal(node, "Flink has no collation but that of bytes", 'Write COLLATE "C".')
    return Expression(value.sql, ValueKind.ID)


@translates(exp.Cast)
def _cast(node: exp.Expr, scope: NameScope) -> Expression:
    assert isinstance(node, exp.Cast)
    value, to = translate(node.this, scope), node.to.sql("postgres").lower()
    if to == "numeric" and value.kind.is_number:
        return Expression(f"CAST({value.sql} AS {DECIMAL})", ValueKind.DECIMAL)
    whole = {"int": ValueKind.INTEGER, "integer": ValueKind.INTEGER, "bigint": ValueKind.BIGINT}
    if to in whole and value.kind in (ValueKind.INTEGER, ValueKind.BIGINT):
        return Expression(f"CAST({value.sql} AS {whole[to].flink})", whole[to])
    if to == "text" and value.kind in (
        ValueKind.INTEGER,
        ValueKind.BIGINT,
        ValueKind.ID,
        ValueKind.TEXT,
    ):
        return Expression(f"CAST({value.sql} AS STRING)", ValueKind.TEXT)
    if to == "date" and value.kind is ValueKind.ID:
        days = f"TIMESTAMPDIFF(DAY, DATE '1970-01-01', CAST({value.sql} AS DATE))"
        return Expression(days, ValueKind.DAYS)
    if to == "timestamptz" and _adapts(node.this):
        return _time(node.this, scope)
    raise scope.refusal(node, f"this cast to {to} is not translated")
