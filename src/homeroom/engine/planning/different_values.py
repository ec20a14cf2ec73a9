"""EXISTS and IN (SELECT …) by other columns than a whole key: of the different values there.

``EXISTS (SELECT FROM desk d WHERE d.student_id = e.student_id AND d.number > 0)`` holds of a row
whose ``student_id`` is among the different ones of the desks with such a number, and of no other.
So the planner makes these: of a file ``x`` the relation ``x_desk``, of kind ``totals``, as ``SELECT
DISTINCT d.student_id FROM desk d WHERE d.number > 0`` is. Its whole key is what is compared, so the
join that stands for EXISTS (``semijoins``) finds at most one row of it. A null equals nothing, so
the rows without a value are left out.

A condition on both tables at once cannot be asked of the different values.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from homeroom.engine.planning import forms
from homeroom.engine.planning.definitions import Definition
from homeroom.engine.planning.joined_columns import KnownRelations
from homeroom.engine.planning.semijoins import WITHIN
from homeroom.engine.planning.shapes import terms


def apart(definition: Definition, known: KnownRelations) -> Iterator[Definition]:
    """A definition, after what is made of EXISTS in it."""
    made: dict[str, Definition] = {}
    selects = [select.copy() for select in definition.selects]
    for select in selects if definition.kind != "refresh" else ():
        for join in select.args.get("joins") or ():
            if join.meta.get(WITHIN) and _is_by_part(join, known):
                _replace(definition, join, made, known)
    yield from made.values()
    yield replace(definition, selects=tuple(selects)) if made else definition


def _compared(join: exp.Join) -> list[exp.Expr]:
    alias = join.this.alias_or_name
    return [t for t in terms(join.args.get("on")) if forms.compares_columns(t, alias)]


def _own(term: exp.Expr, alias: str) -> exp.Column:
    column = term.this if term.this.table == alias else term.expression
    assert isinstance(column, exp.Column)
    return column


def _is_by_part(join: exp.Join, known: KnownRelations) -> bool:
    """Whether it compares other columns than a key, and asks all else of its own table alone."""
    alias, key = join.this.alias_or_name, known.keys.get(join.this.name)
    compared = _compared(join)
    rest = [term for term in terms(join.args["on"]) if term not in compared]
    named = {_own(term, alias).name for term in compared}
    named |= {forms.fixed_column(term, alias) for term in rest} & set(key or ())
    is_of_one = all(c.table == alias for term in rest for c in term.find_all(exp.Column))
    return key is not None and not named >= set(key) and is_of_one


def _replace(
    definition: Definition, join: exp.Join, made: dict[str, Definition], known: KnownRelations
) -> None:
    """Joins the different values in the place of the table."""
    alias, compared = join.this.alias_or_name, _compared(join)
    columns = list(dict.fromkeys(_own(term, alias) for term in compared))
    conditions = [term.copy() for term in terms(join.args["on"]) if term not in compared]
    conditions += [
        exp.Not(this=exp.Is(this=column.copy(), expression=exp.Null())) for column in columns
    ]
    select = exp.select(*(column.copy() for column in columns)).from_(join.this.copy())
    select = select.where(*conditions).group_by(*(column.copy() for column in columns))
    key = tuple(column.name for column in columns)
    found = (d for d in made.values() if (d.key, d.selects) == (key, (select,)))
    name = _name(f"{definition.name}_{join.this.name}", {*made, *known.keys})
    one = next(found, None) or Definition(
        name, "totals", key, (), (select,), made_for=definition.file, spelled=definition.spelled
    )
    made[one.name] = one
    join.set("this", exp.table_(one.name, alias=alias))
    join.set("on", exp.and_(*(term.copy() for term in compared)))


def _name(first: str, taken: set[str]) -> str:
    return next(n for n in (first, *(f"{first}_{i}" for i in range(2, 99))) if n not in taken)
