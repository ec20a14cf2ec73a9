"""HAVING in totals: the planner makes the relation of all groups, and the table takes some of them.

Whether a group counts follows from its totals, and these from what changes only where the totals
of every group are kept. So a file ``x`` with ``HAVING count(*) > 1`` becomes two definitions:
``x_groups``, the same totals without HAVING, with one output more that says whether it holds, and
``x``, the ``rows`` of that where it does. Both mean what the file says: WHERE takes what is true
and neither what is false nor what is null, as HAVING does.

A term of HAVING without a total is the same for all rows of a group, so it is one of WHERE.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import shown
from homeroom.engine.planning.shapes import terms
from homeroom.engine.planning.types import UNKNOWN, infer
from homeroom.engine.planning.values import of_condition

ALIAS = "groups"
HOLDS = "holds"


def apart(definition: Definition) -> Iterator[Definition]:
    """A definition, after what is made of its HAVING; raises DefinitionError."""
    with_having = [s for s in definition.selects if s.args.get("having")]
    if definition.kind != "totals" or not with_having:
        yield definition
        return
    select = with_having[0].copy()
    if len(definition.selects) > 1:
        raise refusal(
            definition, select.args["having"], "several SELECTs are added up, and each has groups",
            "Leave HAVING out, and take some groups by WHERE in a `rows` projection of this one.",
        )  # fmt: skip
    judged = _judged(definition, select)
    if judged is None:
        yield replace(definition, selects=(select,))
        return
    name, outputs = f"{definition.name}_groups", select.named_selects
    holds = next(n for n in (HOLDS, *(f"{HOLDS}_{i}" for i in range(2, 99))) if n not in outputs)
    yield replace(
        definition, name=name, indexes=(), feed=(), made_for=definition.file,
        selects=(select.select(exp.alias_(judged, holds, quoted=True)),),
    )  # fmt: skip
    taken = exp.select(*(exp.column(output, table=ALIAS) for output in outputs))
    taken = taken.from_(exp.table_(name, alias=ALIAS)).where(exp.column(holds, table=ALIAS))
    yield replace(definition, kind="rows", selects=(taken,))


def _judged(definition: Definition, select: exp.Select) -> exp.Expr | None:
    """Takes HAVING out of a SELECT; what is left of it are conditions on totals, if any."""
    group = select.args.get("group")
    grouped = {part.sql() for part in group.expressions} if group else set()
    of_totals: list[exp.Expr] = []
    for term in terms(select.args["having"].this):
        for problem, instead in of_condition(term, infer(term, lambda _: UNKNOWN)):
            raise refusal(definition, term, problem, instead)
        of_group, of_rows = _read(term, grouped)
        if of_rows:
            raise refusal(
                definition, term, f"{shown(of_rows[0])} is neither in GROUP BY nor in a total",
                f"Judge it in WHERE, or judge a total of it: `count({shown(of_rows[0])}) > 0`.",
            )  # fmt: skip
        if of_group and term.find(exp.AggFunc):
            raise refusal(
                definition, term, "one condition is on a total and on what is grouped by",
                "Write a condition of its own for each, and AND between them.",
            )  # fmt: skip
        if of_group:
            select.where(term.copy(), copy=False)
        else:
            of_totals.append(term.copy())
    select.set("having", None)
    return exp.paren(exp.and_(*of_totals)) if of_totals else None


def _read(term: exp.Expr, grouped: set[str]) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """What a condition reads beside totals: of the group, and columns that are of single rows."""
    of_group: list[exp.Expr] = []
    of_rows: list[exp.Expr] = []
    pending = [term]
    while pending:
        node = pending.pop()
        if node.sql() in grouped:
            of_group.append(node)
        elif isinstance(node, exp.Column):
            of_rows.append(node)
        elif not isinstance(node, exp.AggFunc | exp.Filter):
            pending += node.iter_expressions()
    return of_group, of_rows
