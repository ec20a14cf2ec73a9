"""Where an expression of a definition stands, and how it finds what translates it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.engine.planning.names import shown
from homeroom.errors import NotForFlink
from homeroom.flink.kinds import Expression, ValueKind
from homeroom.flink.validity import named


@dataclass
class NameScope:
    """What names stand for: by alias the kinds of its columns.

    ``replaced``: expressions that stand for nodes that are computed elsewhere, such as a window;
    ``rename``: how a column is written where it is not ``alias.column``.
    """

    name: str
    tables: dict[str, Mapping[str, ValueKind]] = field(default_factory=dict)
    replaced: dict[int, Expression] = field(default_factory=dict)
    rename: Callable[[str, str], str] = lambda alias, column: f"{named(alias)}.{named(column)}"

    def refusal(self, node: exp.Expr, problem: str, instead: str = "") -> NotForFlink:
        return NotForFlink(
            f"projections/{self.name}.sql", problem,
            instead or "Write it otherwise, or leave this projection to the worker.",
            shown(node)[:100],
        )  # fmt: skip

    def kind_of(self, column: exp.Column) -> ValueKind:
        return self.tables[column.table][column.name]

    def owns(self, column: exp.Column) -> bool:
        return column.table in self.tables


# What nodes are made of, as the functions know them: another part would be passed over in silence.
_PARTS = frozenset(
    ("this", "expression", "expressions", "table", "negate", "ifs", "default", "is_string", "to",
     "decimals", "typed", "low", "high", "ignore_nulls", "safe")
)  # fmt: skip
Translation = Callable[[exp.Expr, NameScope], Expression]
_TRANSLATIONS: dict[type[exp.Expr], Translation] = {}


def translates(*types: type[exp.Expr]) -> Callable[[Translation], Translation]:
    """Registers the decorated function as what translates these nodes."""

    def register(function: Translation) -> Translation:
        _TRANSLATIONS.update(dict.fromkeys(types, function))
        return function

    return register


def translate(node: exp.Expr, scope: NameScope) -> Expression:
    """An expression; NotForFlink where it is not among those that are known."""
    if id(node) in scope.replaced:
        return scope.replaced[id(node)]
    function = _TRANSLATIONS.get(type(node))
    unknown = [name for name, value in node.args.items() if value and name not in _PARTS]
    if function is None or unknown:
        raise scope.refusal(node, f"{type(node).__name__} is not translated")
    return function(node, scope)
