"""What is known of the rows of a table or a SELECT: what identifies them, and what is never null.

An attribute is a column of one mention of a relation, or what a SELECT computes. A dependency says
that some attributes determine others. From both follows whether outputs are a key: whether they
determine the row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from sqlglot import exp

from homeroom.engine.planning.types import KNOWN_TIME_ZONE, ValueType

# A mention of a relation (or a SELECT), and a column of it.
Attribute = tuple[str, str]
Attributes = frozenset[Attribute]


class Dependency(NamedTuple):
    """Rows that agree in ``given`` agree in ``follows``."""

    given: Attributes
    follows: Attributes


@dataclass(frozen=True)
class Shape:
    """The rows of something in FROM, or of a SELECT.

    ``keys``: sets of attributes of which each identifies a row (within one row of ``outer``, what
    it refers to outside). ``by_key``: the attributes that equal the value by which a ``refresh``
    computes again; ``free``: whether it reads a table that is not bound to this value from outside.
    """

    columns: Mapping[str, Attribute]
    types: Mapping[Attribute, ValueType]
    keys: Sequence[Attributes]
    not_null: Attributes
    dependencies: Sequence[Dependency] = ()
    by_key: Attributes = frozenset()
    free: bool = False
    outer: Attributes = frozenset()

    def as_optional(self) -> "Shape":
        """The same behind a LEFT JOIN: a row of nulls where nothing fits.

        What identifies rows by columns that may be null could mean that one too.
        """
        safe = [d for d in self.dependencies if d.given & self.not_null]
        keys = [key for key in self.keys if not key or key & self.not_null]
        return replace(self, keys=keys, not_null=frozenset(), dependencies=safe, by_key=frozenset())


def closure(attributes: Iterable[Attribute], dependencies: Collection[Dependency]) -> Attributes:
    """These attributes and all that they determine."""
    known = frozenset(attributes)
    changed = True
    while changed:
        changed = False
        for given, follows in dependencies:
            if given <= known and not follows <= known:
                known |= follows
                changed = True
    return known


def terms(condition: exp.Expr | None) -> list[exp.Expr]:
    """What a condition joins with AND."""
    if condition is None:
        return []
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return [*terms(condition.this), *terms(condition.expression)]
    return [condition]


# Null where a value in it is null.
_STRICT = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.DPipe, exp.Neg, exp.Not, exp.Paren, exp.Cast, exp.Lower, exp.Upper, exp.Length, exp.Left,
    exp.Abs, exp.Round, exp.Collate, exp.Between, exp.Like, exp.AtTimeZone, exp.TimestampTrunc,
    exp.Extract,
)  # fmt: skip
_NEVER_NULL = (
    exp.Literal, exp.Interval, exp.Var, exp.Boolean, exp.Is, exp.NullSafeEQ, exp.NullSafeNEQ,
    exp.Exists, exp.Count, exp.RowNumber, exp.Rank, exp.DenseRank,
)  # fmt: skip
# Null only where a whole group has none.
_OF_GROUP = (exp.Min, exp.Max, exp.Sum, exp.Avg, exp.ArrayAgg, exp.LogicalAnd, exp.LogicalOr)


def strict_columns(term: exp.Expr) -> list[exp.Column]:
    """The columns of a condition's term that are not null in any row for which it holds."""
    term = term.unnest()
    if isinstance(term, exp.Not) and isinstance(inner := term.this.unnest(), exp.Is):
        is_null = isinstance(inner.expression, exp.Null) and not inner.args.get("negate")
        return _strict_inputs(inner.this) if is_null else []
    if isinstance(term, exp.Is):
        is_null = isinstance(term.expression, exp.Null)
        return _strict_inputs(term.this) if is_null == bool(term.args.get("negate")) else []
    if isinstance(term, exp.Between):
        return [column for child in term.iter_expressions() for column in _strict_inputs(child)]
    if isinstance(term, exp.In) or _is_any(term):
        return [*_strict_inputs(term.this), *_strict_inputs(term.args.get("expression"))]
    return _strict_inputs(term)


def _is_any(node: exp.Expr) -> bool:
    return isinstance(node, exp.EQ) and isinstance(node.expression, exp.Any)


def _strict_inputs(node: exp.Expr | None) -> list[exp.Column]:
    """The columns of which each makes the expression null where it is.

    ``x IN (SELECT …)`` and ``x = ANY(list)`` are false where nothing is in it, whatever x is.
    ``x BETWEEN low AND high`` may be false by one of its ends alone. A list takes a null in by ||.
    """
    if isinstance(node, exp.Column):
        return [node]
    if isinstance(node, exp.DPipe):
        return []
    if isinstance(node, exp.Any):
        return _strict_inputs(node.this)
    if isinstance(node, exp.In):
        return _strict_inputs(node.this) if node.expressions else []
    if isinstance(node, exp.Between):
        return _strict_inputs(node.this)
    if isinstance(node, _STRICT):
        inputs = [node.expression] if _is_any(node) else node.iter_expressions()
        return [column for child in inputs for column in _strict_inputs(child)]
    return []


def never_null(
    node: exp.Expr, is_set: Callable[[exp.Column], bool], *, grouped: bool = False
) -> bool:
    """Whether an expression is not null in any row. ``grouped``: whether it is of GROUP BY."""

    def of(*parts: exp.Expr | None) -> bool:
        return all(part is not None and never_null(part, is_set, grouped=grouped) for part in parts)

    if isinstance(node, exp.Column):
        return is_set(node)
    if isinstance(node, _NEVER_NULL):
        return True
    if isinstance(node, exp.Coalesce | exp.Greatest | exp.Least):
        return any(of(part) for part in (node.this, *node.expressions))
    if isinstance(node, exp.Case):
        return of(node.args.get("default"), *(b.args["true"] for b in node.args["ifs"]))
    if isinstance(node, exp.Window):
        return isinstance(node.this, exp.Count | exp.RowNumber | exp.Rank | exp.DenseRank)
    if isinstance(node, _OF_GROUP):
        return grouped and of(node.this.this if isinstance(node.this, exp.Order) else node.this)
    if isinstance(node, exp.Distinct):
        return of(*node.expressions)
    if isinstance(node, exp.Filter):
        return isinstance(node.this, exp.Count)
    if isinstance(node, exp.Anonymous):
        return node.name.lower() == KNOWN_TIME_ZONE
    if isinstance(node, exp.Cast | exp.Collate | exp.Round):
        return of(node.this)
    if isinstance(node, (exp.And, exp.Or, exp.In, *_STRICT)):
        return of(*node.iter_expressions())
    return False


@dataclass
class Equalities:
    """Attributes that are equal in every row, in groups."""

    _groups: list[set[Attribute]] = field(default_factory=list)

    def add(self, one: Attribute, other: Attribute) -> None:
        joined = {one, other}
        for group in [g for g in self._groups if g & joined]:
            joined |= group
            self._groups.remove(group)
        self._groups.append(joined)

    def of(self, attributes: Iterable[Attribute]) -> Attributes:
        """These attributes and all that equal one of them."""
        found = set(attributes)
        for group in self._groups:
            if group & found:
                found |= group
        return frozenset(found)
