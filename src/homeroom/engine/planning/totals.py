"""What ``totals`` definitions are made of.

A *total* adds up, so a change of it follows from the rows that changed. An *extreme* is the first
of a group by an order, which an index finds. A *formula* is made of both: an average is a hidden
sum and a hidden count, and is computed from them whenever one of them changes.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlglot import exp

# The alias of the totals within a formula.
TOTAL = "_total"


@dataclass(frozen=True, slots=True)
class Total:
    """One that adds up: its name, whether it counts, what it adds up, and its FILTER condition.

    ``tree``: the aggregate; ``distinct``: the column whose different values it counts; ``label``:
    the aggregate as the file says it, for people.
    """

    name: str
    is_count: bool
    term: str
    filter: exp.Expr | None
    label: str
    tree: exp.Expr
    distinct: str = ""

    @property
    def condition(self) -> str:
        return self.filter.sql("postgres") if self.filter is not None else ""

    def plain(self) -> str:
        """The aggregate over rows as they are."""
        filter_ = f" FILTER (WHERE {self.condition})" if self.condition else ""
        call = "count(*)" if self.is_count else f"sum({self.term})"
        if self.distinct:
            call = f"count(DISTINCT {self.term})"
        return f"coalesce({call}{filter_}, 0)"


@dataclass(frozen=True, slots=True)
class Extreme:
    """A column of the first row of a group: by ``order``, of those where ``condition`` holds.

    ``order``: columns and how each is ordered (``"at" DESC NULLS LAST``), by name; ``label``: as
    the file says it, for people.
    """

    name: str
    column: str
    order: tuple[tuple[str, str], ...]
    condition: exp.Expr | None
    label: str

    @property
    def choice(self) -> tuple[object, ...]:
        """What chooses the row: extremes that agree in it are of one row."""
        return self.order, self.condition and self.condition.sql("postgres")


@dataclass(frozen=True, slots=True)
class Formula:
    """An output that is computed from totals and extremes; ``uses``: their names."""

    name: str
    tree: exp.Expr
    uses: tuple[str, ...]

    def sql(self, of: Callable[[str], str]) -> str:
        """The SQL of it, with what ``of`` says for each total."""

        def replaced(node: exp.Expr) -> exp.Expr:
            is_total = isinstance(node, exp.Column) and node.table == TOTAL
            return exp.Var(this=of(node.name)) if is_total else node

        return self.tree.transform(replaced).sql("postgres")


@dataclass(frozen=True, slots=True)
class Part:
    """One SELECT of a definition, its names in quotes."""

    select: exp.Select
    relation: str
    alias: str
    keys: tuple[tuple[str, str], ...]
    totals: tuple[Total, ...]
    extremes: tuple[Extreme, ...]
    formulas: tuple[Formula, ...]
    where: str

    @property
    def looks_up(self) -> bool:
        """Whether what changed does not say it all, and an index finds the rest."""
        return bool(self.extremes) or any(total.distinct for total in self.totals)

    def behind(self, names: Iterable[str]) -> set[str]:
        """The totals and extremes that these outputs are made of."""
        uses = {formula.name: formula.uses for formula in self.formulas}
        return {used for name in names for used in uses.get(name, (name,))}
