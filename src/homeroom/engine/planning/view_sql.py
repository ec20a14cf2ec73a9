"""Statements of ``view`` projections: joins that are not stored, of which only the delta is made.

The delta of a join follows from the deltas of what it joins (Gupta and Mumick, "Maintenance of
Materialized Views", section 3; it is the bilinear rule of DBSP). Let A and B be as they are now,
after the changes dA and dB. Before, the join was (A - dA) * (B - dB), so it has changed by

    dA * B  +  A * dB  -  dA * dB

and likewise of more tables: one term for each set of tables that may have changed, those read as
deltas and all others as they are, with a minus for each even set. Signs multiply.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

from sqlglot import exp

from homeroom.engine.planning import rows_sql
from homeroom.engine.planning.definitions import Definition, refusal
from homeroom.engine.planning.names import SIGN, delta_of, listed, quoted, with_quotes
from homeroom.engine.planning.relations import Relation

# Each further table doubles the terms of a batch that changes all of them.
TABLES_MAX = 4
Column = tuple[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """A definition taken apart. ``tables``: relations by alias, the first one first; ``fixed``: by
    alias and column, the terms of ON that compare a part of a key with a constant.
    """

    outputs: Mapping[str, exp.Expr]
    tables: Mapping[str, str]
    equal: Sequence[tuple[Column, Column]]
    where: exp.Expr | None
    fixed: Mapping[Column, exp.Expr]


def view(definition: Definition, relations: Mapping[str, Relation]) -> View:
    """Takes a definition apart; raises DefinitionError where it breaks a rule of its kind."""
    # The rules of joins by whole keys are those of `rows`.
    select = definition.selects[0]
    joins: Sequence[exp.Join] = select.args.get("joins") or ()
    named = [rows_sql.first_table(definition), *(join.this for join in joins)]
    tables = {table.alias_or_name: table.name for table in named}
    for join in joins:
        if join.args.get("side"):
            raise refusal(
                definition, join, "a view has no row where a joined table has none",
                "Write JOIN, or make it a `rows` projection.",
            )  # fmt: skip
    if len(tables) > TABLES_MAX or len(set(tables.values())) < len(named):
        raise refusal(
            definition, select, f"a view joins at most {TABLES_MAX} tables, each once",
            "Make a part of it a `rows` projection, and join that.",
        )  # fmt: skip
    equal = list(rows_sql.key_joins(definition, relations))
    fixed = {
        (join.this.alias_or_name, column): term
        for join in joins for column, term in rows_sql.fixed_columns(join).items()
    }  # fmt: skip
    if len(equal) + len(fixed) < sum(len(list(_terms(join))) for join in joins):
        raise refusal(
            definition, select, "a column of a key is compared twice",
            "Compare it once, and put the other condition into WHERE.",
        )  # fmt: skip
    where = select.args.get("where")
    conditions = [*([where.this] if where else []), *fixed.values()]
    return View(
        {output.output_name: output.unalias() for output in select.selects},
        tables, equal, exp.and_(*conditions) if conditions else None, fixed,
    )  # fmt: skip


def _terms(join: exp.Join) -> Iterator[exp.Expr]:
    on = join.args["on"]
    yield from on.flatten() if isinstance(on, exp.And) else (on,)


def note_indexes(taken: View, relations: Mapping[str, Relation]) -> None:
    """What finds the rows of each table from a change of any other."""
    for alias in taken.tables:
        order = _order(taken, (alias,), relations)
        for n, other in enumerate(order[1:], 1):
            columns = tuple(dict.fromkeys(c for c, _ in _bound(taken, other, order[:n])))
            known = (*columns, *(column for owner, column in taken.fixed if owner == other))
            if not _covers(relations[taken.tables[other]].key, known):
                relations[taken.tables[other]].need_index(columns)


def possible(definition: Definition) -> str:
    """All rows that the view has or may come to have: one of each row of the first table that the
    view takes. What it asks of the tables joined to it may come true without a change of that row.
    """
    select = with_quotes(definition.selects[0])
    first = select.args["from_"].this.alias_or_name
    if where := select.args.pop("where", None):
        terms = where.this.flatten() if isinstance(where.this, exp.And) else (where.this,)
        of_first = [t for t in terms if all(c.table == first for c in t.find_all(exp.Column))]
        select = select.where(*of_first)
    for join in select.args.get("joins") or ():
        join.set("side", "LEFT")
        join.set("kind", None)
    return select.sql("postgres", comments=False)


def note_base(taken: View, relation: Relation) -> None:
    """Whoever looks up the view's rows by a column needs an index below. Its delta has no rows of a
    table to compare, so it does not say what has changed.
    """
    relation.delta.says_what = False
    relation.base = {
        name: (taken.tables[value.table], value.name)
        for name, value in taken.outputs.items()
        if isinstance(value, exp.Column)
    }


def maintain(
    taken: View, relation: Relation, relations: Mapping[str, Relation], changes: Mapping[str, str]
) -> str:
    """The view's delta. ``changes``: of the relations that may have one, the condition that a row
    of it is a change to the view, or nothing.
    """
    aliases = [alias for alias, name in taken.tables.items() if name in changes]
    terms = " UNION ALL ".join(
        _term(taken, relation, relations, changes, of_term)
        for size in range(1, len(aliases) + 1)
        for of_term in combinations(aliases, size)
    )
    stored = listed(relation.delta.stored)
    return f"INSERT INTO {delta_of(relation.name)} ({SIGN}, {stored}) {terms}"


def _term(
    taken: View, relation: Relation, relations: Mapping[str, Relation],
    changes: Mapping[str, str], deltas: tuple[str, ...],
) -> str:  # fmt: skip
    """The view with the deltas of some tables; the others are looked up, one after another.

    OFFSET 0 keeps PostgreSQL from beginning anywhere else, without statistics of the deltas.
    """
    tables: list[str] = []
    order = _order(taken, deltas, relations)
    for n, alias in enumerate(order):
        name, known = quoted(alias), _bound(taken, alias, order[:n])
        on = " AND ".join(f"{name}.{quoted(c)} = {quoted(a)}.{quoted(o)}" for c, (a, o) in known)
        if alias in deltas:
            table = f"{_changed(taken.tables[alias], changes)} AS {name}"
            tables.append(f"JOIN {table} ON {on}" if tables else f"FROM {table}")
        else:
            used = listed(_used(taken, alias), name)
            on += "".join(f" AND {_sql(t)}" for (o, _), t in taken.fixed.items() if o == alias)
            inner = (
                f"SELECT {used} FROM {quoted(taken.tables[alias])} AS {name} WHERE {on} OFFSET 0"
            )
            tables.append(f"CROSS JOIN LATERAL ({inner}) AS {name}")
    sign = " * ".join(f"{quoted(alias)}.{SIGN}" for alias in deltas)
    outputs = ", ".join(_sql(taken.outputs[column]) for column in relation.delta.stored)
    where = f" WHERE {_sql(taken.where)}" if taken.where else ""
    minus = "" if len(deltas) % 2 else "-"
    return f"SELECT {minus}({sign}), {outputs} {' '.join(tables)}{where}"


def _changed(relation: str, changes: Mapping[str, str]) -> str:
    """The rows of a delta that are a change to the view."""
    delta, condition = delta_of(relation), changes[relation]
    return f"(SELECT * FROM {delta} WHERE {condition})" if condition else delta


def _sql(node: exp.Expr) -> str:
    return with_quotes(node).sql("postgres", comments=False)


def _used(taken: View, alias: str) -> Iterator[str]:
    """The columns of a table that the view reads."""
    nodes = [*taken.outputs.values(), *([taken.where] if taken.where else [])]
    columns = [(c.table, c.name) for node in nodes for c in node.find_all(exp.Column)]
    columns += [column for pair in taken.equal for column in pair]
    yield from dict.fromkeys(name for owner, name in columns if owner == alias)


def _bound(taken: View, alias: str, known: Sequence[str]) -> Iterator[tuple[str, Column]]:
    """The columns of a table that equal one of the tables before it, and which."""
    for one, other in taken.equal:
        for (owner, column), against in ((one, other), (other, one)):
            if owner == alias and against[0] in known:
                yield column, against


def _order(
    taken: View, deltas: tuple[str, ...], relations: Mapping[str, Relation]
) -> tuple[str, ...]:
    """In which order a term reads its tables.

    A delta comes first. A table is best found by its whole key, then by the beginning of it, and so
    the first table of the definition rather than others: each row of the view is one of its rows,
    so that those who are in a class are not asked one by one for what nobody has handed in yet.
    Where all is equal the first table comes last: it has the most rows.
    """
    first = next(iter(taken.tables))

    def cost(order: tuple[str, ...]) -> tuple[int, int]:
        steps = 0
        for n, alias in enumerate(order[1:], 1):
            columns = {c for c, _ in _bound(taken, alias, order[:n])}
            fixed = {column for owner, column in taken.fixed if owner == alias} if columns else ()
            key = relations[taken.tables[alias]].key
            if not columns:
                steps += 1_000
            elif alias not in deltas and not columns.issuperset({*key} - {*fixed}):
                steps += 11 if key[0] not in columns else 9 if alias == first else 10
        return steps, -order.index(first)

    rest = [alias for alias in taken.tables if alias != deltas[0]]
    return min(((deltas[0], *others) for others in permutations(rest)), key=cost)


def _covers(key: tuple[str, ...], columns: tuple[str, ...]) -> bool:
    """Whether the table's own key finds rows by these columns."""
    return set(key[: len(columns)]) <= set(columns)
