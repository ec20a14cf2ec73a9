"""Takes ``totals`` definitions apart: their groups, and what each output is made of."""

import itertools
from collections.abc import Iterator

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import quoted, shown, with_quotes
from homeroom.engine.planning.quotients import division, exact, has_decimals
from homeroom.engine.planning.totals import TOTAL, Extreme, Formula, Part, Total


def parts(definition: Definition) -> list[Part]:
    """The SELECTs of a definition, taken apart; raises DefinitionError."""
    numbers = itertools.count(1)
    taken = [_Taking(definition, with_quotes(s), numbers).part() for s in definition.selects]
    _check_names(definition, taken)
    return taken


def _check_names(definition: Definition, taken: list[Part]) -> None:
    """What does not add up cannot be an output of several SELECTs: which of them would it be?"""
    names: dict[str, int] = {}
    for select in definition.selects:
        for name in select.named_selects:
            names[name] = names.get(name, 0) + 1
    for part in taken:
        single = [e.name for e in part.extremes] + [f.name for f in part.formulas]
        for name in single:
            if names.get(name, 0) > 1:
                raise refusal(
                    definition, part.select,
                    f"{name} is an output of several SELECTs, and does not add up",
                    "Give it a name of its own in each.",
                )  # fmt: skip


class _Taking:
    """One SELECT, while it is taken apart. ``numbers``: those of what is hidden."""

    def __init__(self, definition: Definition, select: exp.Select, numbers: Iterator[int]) -> None:
        self._definition = definition
        self._select = select
        self._numbers = numbers
        self._made: dict[str, Total | Extreme] = {}
        self._hidden: dict[str, str] = {}

    def part(self) -> Part:
        table = self._select.find(exp.Table)
        assert table is not None
        keys: dict[str, str] = {}
        formulas = []
        for output in self._select.selects:
            name, value = output.output_name, output.unalias()
            if name in self._definition.key:
                keys[name] = value.sql("postgres")
            elif is_aggregate(value) and _average_of(value) is None:
                self._made[name] = self._aggregate(name, value)
            else:
                formulas.append(self._formula(name, value))
        self._check_grouped(keys)
        where = self._select.args.get("where")
        made = self._made.values()
        return Part(
            self._select, table.name, table.alias_or_name,
            tuple((k, keys[k]) for k in self._definition.key),
            tuple(one for one in made if isinstance(one, Total)),
            tuple(one for one in made if isinstance(one, Extreme)),
            tuple(formulas),
            where.this.sql("postgres", comments=False) if where else "",
        )  # fmt: skip

    def _check_grouped(self, keys: dict[str, str]) -> None:
        group = self._select.args.get("group")
        grouped = {g.sql("postgres") for g in group.expressions} if group else set()
        if grouped != set(keys.values()):
            raise refusal(
                self._definition,
                self._select,
                "it is not grouped by the key and nothing else",
                f"Write SELECT {', '.join(self._definition.key)}, count(*) … GROUP BY them.",
            )

    # Aggregates

    def _aggregate(self, name: str, value: exp.Expr) -> Total | Extreme:
        filtered = value.find(exp.Filter) if isinstance(value, exp.Bracket) else value
        condition = None
        aggregate: exp.Expr = value.this.unnest() if isinstance(value, exp.Bracket) else value
        if isinstance(filtered, exp.Filter):
            aggregate, condition = filtered.this, filtered.expression.this
        if isinstance(aggregate, exp.Max | exp.Min | exp.ArrayAgg):
            return self._extreme(name, value, aggregate, condition)
        label, counted = self._definition.said(shown(value)), aggregate.this
        if isinstance(aggregate, exp.Sum):
            return Total(name, False, counted.sql("postgres"), condition, label, value)
        if isinstance(counted, exp.Star):
            return Total(name, True, "1", condition, label, value)
        if isinstance(counted, exp.Distinct):
            column = self._plain(counted, counted.expressions)
            different = column.sql("postgres")
            return Total(name, True, different, condition, label, value, column.name)
        known = exp.Not(this=exp.Is(this=exp.paren(counted.copy()), expression=exp.Null()))
        return Total(name, True, "1", _both(condition, known), label, value)

    def _plain(self, node: exp.Expr, values: list[exp.Expr]) -> exp.Column:
        """The one column that an index shall be on."""
        value = values[0].unnest() if len(values) == 1 else node
        if not isinstance(value, exp.Column):
            raise refusal(
                self._definition, node, "no index finds what is not a column",
                "Output it of a `rows` projection, and read that column of it here.",
            )  # fmt: skip
        return value

    def _extreme(
        self, name: str, value: exp.Expr, aggregate: exp.Expr, condition: exp.Expr | None
    ) -> Extreme:
        if isinstance(aggregate, exp.ArrayAgg):
            ordered = aggregate.this
            by = ordered.expressions if isinstance(ordered, exp.Order) else []
            if not by:
                raise refusal(
                    self._definition, value, "without an order, any of a group may come first",
                    "Write ORDER BY, with a whole key at the end.",
                )  # fmt: skip
            column = self._plain(value, [ordered.this])
            order = tuple((self._plain(value, [one.this]).name, _ordered(one)) for one in by)
            label = self._definition.said(shown(value))
            return Extreme(name, column.name, order, condition, label)
        column = self._plain(value, [aggregate.this])
        direction = " DESC" if isinstance(aggregate, exp.Max) else ""
        known = exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null()))
        return Extreme(
            name, column.name, ((column.name, f"{quoted(column.name)}{direction}"),),
            _both(condition, known), self._definition.said(shown(value)),
        )  # fmt: skip

    # Formulas

    def _formula(self, name: str, value: exp.Expr) -> Formula:
        """The output with totals in the place of its aggregates."""
        self._check_decimals(value)
        uses: dict[str, None] = {}

        def hide(aggregate: exp.Expr) -> exp.Column:
            hidden = self._hide(aggregate)
            uses[hidden] = None
            return exp.column(hidden, table=TOTAL, quoted=True)

        def replaced(node: exp.Expr) -> exp.Expr:
            if is_aggregate(node):
                if average := _average_of(node):
                    return exp.Paren(this=division(hide(average[0]), hide(average[1])))
                return hide(node)
            return node

        tree = value.copy().transform(replaced)
        if not uses or any(column.table != TOTAL for column in tree.find_all(exp.Column)):
            raise refusal(
                self._definition, value, "an output is neither key nor made of totals alone",
                "Write count(*), sum(column), max(column), round(avg(column), 2) or the like, "
                "with FILTER where only some rows count.",
            )  # fmt: skip
        return Formula(name, tree.transform(exact), tuple(uses))

    def _hide(self, aggregate: exp.Expr) -> str:
        text = aggregate.sql("postgres")
        if text not in self._hidden:
            name = f"_{next(self._numbers)}"
            self._made[name] = self._aggregate(name, aggregate)
            self._hidden[text] = name
        return self._hidden[text]

    def _check_decimals(self, value: exp.Expr) -> None:
        for node in value.find_all(exp.Div, exp.Avg):
            if not has_decimals(node):
                whole = node if value.find(exp.Predicate, exp.Case) else value
                raise refusal(
                    self._definition, node, "a quotient has no end of decimals",
                    f"Say how many: `round({shown(whole)}, 2)`.",
                )  # fmt: skip


def is_aggregate(node: exp.Expr) -> bool:
    """Whether it is one aggregate: with its FILTER, or the first of a list."""
    if isinstance(node, exp.Bracket):
        return isinstance(node.this.unnest(), exp.ArrayAgg | exp.Filter)
    return isinstance(node, exp.AggFunc | exp.Filter)


def _both(condition: exp.Expr | None, other: exp.Expr) -> exp.Expr:
    return other if condition is None else exp.and_(condition.copy(), other)


def _average_of(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """The sum and the count that an average is made of."""
    average = node.this if isinstance(node, exp.Filter) else node
    if not isinstance(average, exp.Avg):
        return None

    def made(aggregate: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Filter):
            return aggregate
        return exp.Filter(this=aggregate, expression=node.expression.copy())

    return made(exp.Sum(this=average.this.copy())), made(exp.Count(this=average.this.copy()))


def _ordered(part: exp.Expr) -> str:
    """How one column is ordered, in an index as in ORDER BY."""
    name = quoted(part.this.name)
    if not part.args.get("desc"):
        return f"{name} NULLS FIRST" if part.args.get("nulls_first") else name
    return f"{name} DESC" if part.args.get("nulls_first") else f"{name} DESC NULLS LAST"
