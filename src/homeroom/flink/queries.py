"""One SELECT on its way into Flink's SQL, and how rows are ordered there."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlglot import exp

from homeroom.flink.expressions import comparable
from homeroom.flink.kinds import ValueKind
from homeroom.flink.scope import NameScope, translate

# Flink numbers rows only to keep the first few of them.
PLACE = "_place"


@dataclass
class Query:
    """One SELECT on its way: what stands in FROM, and what is to be output of it."""

    select: exp.Select
    scope: NameScope
    key: tuple[str, ...]
    sources: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.scope.name

    def clause(self, name: str) -> exp.Expr | None:
        clause = self.select.args.get(name)
        return clause.this if clause is not None else None

    def body(self) -> str:
        where = f" WHERE {' AND '.join(self.conditions)}" if self.conditions else ""
        return f"FROM {' '.join(self.sources)}{where}"


@dataclass(frozen=True)
class Selected:
    """A SELECT in Flink's SQL, and the kinds of its outputs."""

    sql: str
    outputs: Mapping[str, ValueKind]


def ordered(node: exp.Expr, scope: NameScope) -> str:
    """A term of ORDER BY; which nulls come first is said, since Flink has them the other way."""
    value = translate(node.this, scope)
    if not value.kind.is_ordered and value.kind is not ValueKind.BOOLEAN:
        raise scope.refusal(node, "PostgreSQL orders texts by its locale, and Flink by their bytes",
                            'Order by an id, or write COLLATE "C".')  # fmt: skip
    direction = " DESC" if node.args.get("desc") else " ASC"
    nulls = "FIRST" if node.args.get("nulls_first") else "LAST"
    return f"{comparable(value).sql}{direction} NULLS {nulls}"
