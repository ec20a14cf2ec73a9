"""Random definitions, sound ones and others, and a generation of them under random batches."""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from homeroom.engine.catalog import HIDDEN, Catalog, Column, Entity
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.rights import Reader
from homeroom.engine.ordering.fold import arrays
from homeroom.engine.planning.relations import delete_all
from homeroom.statements import composable
from tests.property import random_made, random_times, random_totals, random_with
from tests.property.random_totals import outputs, top, totals

ID = 'varchar(64) COLLATE "C"'
CATALOG = Catalog(
    (
        Entity("exam", "exams", (Column("exam_id", ID),),
               (Column("class_id", ID), Column("title", "text"), Column("order", "integer"),
                Column("marks", "numeric"), Column("at", "timestamptz"), Column("gone", "boolean"),
                Column("teachers", 'varchar(64)[] COLLATE "C"'))),
        Entity("class", "classes", (Column("class_id", ID),),
               (Column("user", ID), Column("name", "text"), Column("gone", "boolean"))),
        Entity("result", "exams", (Column("exam_id", ID), Column("student_id", ID)),
               (Column("class_id", ID), Column("score", "numeric"), Column("end", "integer"),
                Column("day", 'varchar(10) COLLATE "C"'), Column("sign", "text"))),
        Entity("desk", "classes", (Column("class_id", ID), Column("student_id", ID)),
               (Column("number", "integer"), Column("limit", ID))),
    ),
    (),
)  # fmt: skip
VALUES: dict[str, Sequence[Any]] = {
    "text": ("a", "B", "now", "", "Europe/Stockholm", "Area/Nowhere", None),
    "integer": (-2147483648, 2147483647, 0, 3, None),
    "numeric": (1, 2.5, 0, -3, None), "boolean": (True, False, False, None),
    # At two of them clocks are changed in Stockholm; the first and the last lead out of the years.
    "timestamptz": ("2026-01-01T00:00:00Z", "2025-12-31T23:30:00Z", "2026-03-29T01:00:00Z",
                    "2026-10-25T00:30:00.5Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
                    None),
    'varchar(10) COLLATE "C"': ("2026-01-01", "2026-01-02", "2026-01-05", None),
    ID: ("x1", "x2", "x3", None),
    'varchar(64)[] COLLATE "C"': (["x1", "x2"], ["x2", "x2"], [], None),
}  # fmt: skip
READER = Reader("homeroom_reader", {"nobody": "homeroom.nobody"})
SCHEMA = "definitions_tried"


class Tables:
    """A generation of some definitions, in a transaction that is rolled back."""

    def __init__(self, connection: psycopg.Connection[Any], texts: Mapping[str, str]) -> None:
        self.connection = connection
        self.model = ReadModel(CATALOG, texts)
        self._plain = {name: plain for name in texts if (plain := random_totals.plain(texts[name]))}
        self.plan = self.model.plan()
        self._sequences: dict[tuple[str, tuple[str, ...]], int] = {}

    def batch(self, rng: random.Random) -> None:
        """Some rows of some entities change at random."""
        patches = {}
        for entity in rng.sample(CATALOG.entities, rng.randint(1, len(CATALOG.entities))):
            keys = {
                tuple(f"x{rng.randint(1, 3)}" for _ in entity.key)
                for _ in range(rng.choice((1, 2, 5)))
            }
            patches[entity.name] = [self.patch(entity, key, rng) for key in sorted(keys)]
        self.apply(patches)

    def apply(self, patches: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """What one batch does to entities and projections."""
        for name, of_entity in patches.items():
            self.upsert(name, of_entity)
        for projection, changed in self.plan.reached(frozenset(patches)):
            self.connection.execute(projection.maintain(changed).encode())
        if self.plan.deltas:
            self.connection.execute(delete_all(sorted(self.plan.deltas)).encode())

    def upsert(self, name: str, patches: Sequence[Mapping[str, Any]]) -> None:
        """Writes an entity's rows, and what has changed."""
        entity = CATALOG.entity_by_name[name]
        columns = (*entity.column_names, *HIDDEN, "starts")
        rows = [[patch[column] for column in columns] for patch in patches]
        self.connection.execute(self.plan.entities[name].upsert.encode(), arrays(entity, rows))

    def patch(self, entity: Entity, key: tuple[str, ...], rng: random.Random) -> dict[str, Any]:
        """The next event of a row. No number may be left out, or no later one is taken."""
        row: dict[str, Any] = dict(zip(entity.key_names, key, strict=True))
        subject = (entity.name, key)
        last = self._sequences.get(subject, 0) + 1
        self._sequences[subject] = last
        row |= {column.name: rng.choice(VALUES[column.sql_type]) for column in entity.columns}
        return row | {
            "sequence": last, "first_sequence": last, "mask": entity.full_mask, "partition": 0,
            "first_offset": last, "last_offset": last, "event_id": "e", "starts": last == 1,
        }  # fmt: skip

    def differing(self) -> dict[str, list[Any]]:
        """The rows in which a projection is not what its definition says."""
        found = {}
        for projection in self.plan.tables:
            table, view = sql.Identifier(projection.name), sql.Identifier(f"{projection.name}_def")
            whole = sql.SQL("TABLE {}")
            rows = self._differing(whole.format(table), whole.format(view))
            if plain := self._plain.get(projection.name):
                columns = map(sql.Identifier, outputs(self.model.definitions[projection.name]))
                named = sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(columns), table)
                rows += self._differing(named, composable(plain))
            if rows:
                found[projection.name] = rows
        return found

    def _differing(self, have: sql.Composed, should: sql.Composable) -> list[Any]:
        query = sql.SQL(
            "(SELECT 'too much', to_jsonb(a) FROM (({0}) EXCEPT ALL ({1})) AS a) "
            "UNION ALL (SELECT 'missing', to_jsonb(b) FROM (({1}) EXCEPT ALL ({0})) AS b)"
        )
        return self.connection.execute(query.format(have, should)).fetchall()


@contextmanager
def generation(connection: psycopg.Connection[Any], texts: Mapping[str, str]) -> Iterator[Tables]:
    """The tables of these definitions, for as long as the block runs; raises DefinitionError."""
    with connection.transaction(force_rollback=True):
        tables = Tables(connection, texts)
        create_generation(connection, SCHEMA, tables.model, READER)
        for statement in tables.plan.deltas.values():
            connection.execute(statement.encode())
        yield tables


class Author:
    """Writes definitions at random. About half of them cannot be kept."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng

    def definition(self) -> str:
        kinds = (
            self._rows, self._totals, self._totals, self._top, self._refresh, self._refresh,
            self._made,
        )  # fmt: skip
        return self._rng.choice(kinds)()

    def definitions(self) -> dict[str, str]:
        """One, and at times others that rest on it."""
        if self._rng.random() < 0.25:
            return self._view()
        text = self.definition()
        if self._rng.random() < 0.25:
            text = random_with.with_names(self._rng, text)
        key = text.splitlines()[0].split(" ", 2)[2].split(", ")
        if text.startswith("-- top"):
            who = "who" if " AS who" in text else "student_id"
            group = [part for part in text.splitlines()[0].split(" ", 3)[3].split(", ")
                     if " " not in part]  # fmt: skip
            key = list(dict.fromkeys((*group, "exam_id", who)))
        columns = ", ".join(f"t.{column}" for column in key)
        last = self._some("", f", max(t.{key[-1]}) AS last, count(DISTINCT t.{key[-1]}) AS others")
        others = {
            "n": f"-- totals {key[0]}\nSELECT t.{key[0]}, count(*) AS n{last} FROM tried t "
            f"GROUP BY t.{key[0]}",
            "order": f"-- rows {', '.join(key)}\nSELECT {columns} FROM tried t",
            "d_tried": f"-- refresh {', '.join(key)}\nSELECT {columns}, count(*) OVER "
            f"(PARTITION BY t.{key[0]}) AS sign FROM tried t",
        }
        if text.startswith("-- totals"):
            every = ", ".join(f't."{name}"' for name in outputs(text.split(";")[0]))
            others["all"] = f"-- rows {', '.join(key)}\nSELECT {every} FROM tried t"
        return {"tried": text, **{n: t for n, t in others.items() if self._rng.random() < 0.3}}

    def _some(self, *choices: Any) -> Any:
        return self._rng.choice(choices)

    def _where(self, *terms: str) -> str:
        taken = [t for t in terms if self._rng.random() < 0.35]
        return f" WHERE {' AND '.join(taken)}" if taken else ""

    def _rows(self) -> str:
        key = self._some("exam_id, student_id", "exam_id, student_id", "student_id", "exam_id",
                         "class_id, exam_id, student_id", "exam_id, student_id, end")  # fmt: skip
        lateral = self._rng.random() < 0.2
        joins = "".join(j for j in (
            " JOIN exam e ON e.exam_id = r.exam_id" + self._some("", " AND e.gone"),
            self._some(" JOIN", " LEFT JOIN") + " class c ON c.class_id = r.class_id"
            + self._some("", " AND NOT c.gone", " AND (c.name LIKE 'a%' OR r.score > 0)"),
            " LEFT JOIN desk d ON (d.class_id = r.class_id AND d.student_id = r.student_id"
            + self._some(")", ") AND d.number > 0", " AND r.end > 0)"),
            self._some(" JOIN", " LEFT JOIN") + " desk k ON k.class_id = r.class_id "
            + self._some("AND k.student_id = 'x1'", "AND 'x2' = k.student_id AND k.number > 0",
                         "AND k.student_id = k.limit"),
        ) if self._rng.random() < 0.4)  # fmt: skip
        if lateral and " exam e " not in joins:
            joins = f" JOIN exam e ON e.exam_id = r.exam_id{joins}"
        outputs = ["r.exam_id", "r.student_id", "r.class_id"]
        outputs += [o for o in (
            "r.end", "r.score + 1 AS more", "r.end + 1 AS \"order\"", "r.sign || '!' AS sign",
            "coalesce(r.day, '') AS \"limit\"", "r.end::text AS number", "r.score::text AS digits",
            "CASE WHEN r.sign = 'now' THEN 1 ELSE 0 END AS \"user\"", "r.day::date AS \"date\"",
            random_times.of_day(self._rng, "r.day") + " AS part",
            "round(r.score / nullif(r.end, 0), 9) AS share",
            "round(7 / nullif(r.score, 0), 1) AS per",
            "least(99.9, round(r.score * 70 / 3, 1)) - 0.1 AS most", "r.score / 3 AS endless",
            "round(r.end / 3, 1) AS cut", "abs(floor(r.score)) + ceil(r.score) AS around",
        ) if self._rng.random() < 0.2]  # fmt: skip
        if "r.end" not in outputs and "end" in key:
            outputs.append("r.end")
        if " exam e " in joins:
            outputs += [self._some(
                "e.title", "e.order", "e.at", "e.at::date AS day", "r.sign = ANY(e.teachers) AS x",
                "r.class_id = ANY(e.teachers) AS mine", "cardinality(e.teachers) AS items",
                *[random_times.output(self._rng, "e.at", "e.title")] * 4,
            )]  # fmt: skip
        if " class c " in joins:
            outputs += [self._some("c.user", "c.name", "c.name || 'x' AS changed")]
        if " desk d " in joins:
            outputs += ["d.number"]
        if " desk k " in joins:
            outputs += ["k.number AS seat"]
        if lateral:
            joins += " CROSS JOIN LATERAL distinct_items(e.teachers, r.class_id) AS t(item)"
            outputs += ["t.item"]
            key += self._some("", ", item", ", item")
            if self._rng.random() < 0.5:
                joins += self._some(" LEFT JOIN", " LEFT JOIN", " JOIN") + (
                    " class i ON i.class_id = t.item" + self._some("", " AND NOT i.gone")
                )
                outputs += [self._some("i.name AS named", 'i."user" AS named')]
        where = self._where("r.class_id IS NOT NULL", "r.end IS NOT NULL", "r.score > 0",
                            "r.day > '2026-01-01'", "round(r.score / 3, 1) > 0.8",
                            self._some(*random_with.WITHIN))  # fmt: skip
        outputs += [self._some(*random_with.WITHIN) + " AS within"] if self._some(0, 0, 1) else []
        outputs[0] = self._some("", "", "DISTINCT ") + outputs[0]
        return f"-- rows {key}\nSELECT {', '.join(outputs)} FROM result r{joins}{where}"

    def _totals(self) -> str:
        return totals(self._rng)

    def _top(self) -> str:
        return top(self._rng)

    def _made(self) -> str:
        return self._some(random_made.joined_to_several, random_made.of_groups)(self._rng)

    def _view(self) -> dict[str, str]:
        """A join that is not stored, and totals of it, and at times of one of its tables too."""
        joins = "".join(j for j in (
            " JOIN exam e ON e.exam_id = r.exam_id",
            " JOIN class c ON c.class_id = " + self._some("r", "r", "e") + ".class_id",
            self._some(" JOIN", " JOIN", " JOIN", " LEFT JOIN") + " desk d ON "
            f"d.class_id = {self._some('r', 'r', 'e', 'c')}.class_id "
            "AND d.student_id = " + self._some("r.student_id", "r.student_id", "'x1'"),
        ) if self._rng.random() < 0.7)  # fmt: skip
        outputs = ["r.exam_id", "r.student_id", "r.score"]
        outputs += ["e.marks + 1 AS marks"] if " exam e " in joins else ["r.end AS marks"]
        if " exam e " in joins:
            outputs += [random_times.output(self._rng, "e.at", "e.title")]
        outputs += ["c.user"] if " class c " in joins else ['r.sign AS "user"']
        where = self._where("r.score > 0", "r.class_id IS NOT NULL")
        view = (
            f"-- view exam_id, student_id\nSELECT {', '.join(outputs)} FROM result r{joins}{where}"
        )
        by = self._some("exam_id", "exam_id", "student_id", "user", "exam_id, student_id")
        keys = ", ".join(f'v."{column}"' for column in by.split(", "))
        totals = (
            f"-- totals {by}\nSELECT {keys}, count(*) AS n, sum(v.marks) AS marks FROM seen v"
            + (" WHERE v.user IS NOT NULL" if by == "user" else "") + f" GROUP BY {keys}"
        )  # fmt: skip
        if by == "exam_id" and self._rng.random() < 0.5:
            totals += ';\nSELECT r.exam_id, count(*) AS "all" FROM result r GROUP BY r.exam_id'
        return {"seen": view, "tried": totals}

    def _refresh(self) -> str:
        return self._rng.choice(
            (self._window, self._newest, self._grouped, self._joined, self._inner)
        )()

    def _window(self) -> str:
        key = self._some("student_id, exam_id", "student_id, exam_id", "student_id")
        by = self._some("r.student_id", "r.student_id", "r.student_id, r.class_id", "r.exam_id", "")
        order = self._some("r.score", "r.score, r.exam_id", "r.exam_id DESC", "r.class_id")
        call = self._some("row_number()", "rank()", "sum(r.score)", "lag(r.end)", "count(*)",
                          "ntile(2)", "first_value(r.sign)")  # fmt: skip
        partition = f"PARTITION BY {by} " if by else ""
        return (f"-- refresh {key}\nSELECT r.student_id, r.exam_id, "
                f"{call} OVER ({partition}ORDER BY {order}) AS place FROM result r"
                + self._where("r.score IS NOT NULL"))  # fmt: skip

    def _newest(self) -> str:
        on = self._some("r.student_id", "r.student_id", "r.student_id, r.class_id", "r.class_id")
        order = self._some("r.score DESC", "r.score DESC, r.exam_id", "r.day, r.exam_id")
        key = self._some("student_id", "student_id, class_id")
        return (f"-- refresh {key}\nSELECT DISTINCT ON ({on}) r.student_id, r.class_id, r.score, "
                "r.exam_id FROM result r" + self._where("r.class_id IS NOT NULL")
                + f" ORDER BY {on}, {order}")  # fmt: skip

    def _grouped(self) -> str:
        by = self._some("r.student_id", "r.student_id, r.class_id", "r.class_id",
                        f"r.student_id, {random_times.of_day(self._rng, 'r.day')}")  # fmt: skip
        value = self._some(
            "max(r.score)", "avg(r.score)", "count(DISTINCT r.class_id)", "min(r.exam_id)",
            "array_agg(r.sign)", "array_agg(r.exam_id ORDER BY r.exam_id)",
            "array_agg(r.sign ORDER BY r.score)", "string_agg(r.sign, ',' ORDER BY r.exam_id)",
            "sum(r.end)", "bool_or(r.score > 0)",
        )  # fmt: skip
        key = self._some("student_id", "student_id, class_id", "student_id, value")
        outputs = f"r.student_id, {'r.class_id, ' if 'class' in by + key else ''}{value} AS value"
        return (f"-- refresh {key}\nSELECT {outputs} FROM result r"
                + self._where("r.class_id IS NOT NULL", "r.score IS NOT NULL")
                + f" GROUP BY {by}" + self._some("", "", " HAVING count(*) > 1"))  # fmt: skip

    def _joined(self) -> str:
        on = self._some("d.student_id = r.student_id", "d.class_id = r.class_id",
                        "d.student_id = r.student_id AND d.class_id = r.class_id")  # fmt: skip
        kind = self._some("JOIN", "LEFT JOIN", "LEFT JOIN", "FULL JOIN")
        key = self._some("student_id, exam_id", "student_id, exam_id, class_id")
        out = "d.class_id" if "class" in key else "d.number"
        return (f"-- refresh {key}\nSELECT {self._some('r', 'r', 'd')}.student_id, r.exam_id, "
                f"{out}, d.limit FROM result r {kind} desk d ON {on}"
                + self._where("d.class_id IS NOT NULL", "d.student_id = r.student_id"))  # fmt: skip

    def _inner(self) -> str:
        bound = self._some("d.student_id = r.student_id", "d.class_id = r.class_id", "true",
                           "d.student_id = r.student_id AND d.class_id = r.class_id")  # fmt: skip
        value = self._some(
            f"(SELECT max(d.number) FROM desk d WHERE {bound})",
            f"(SELECT d.number FROM desk d WHERE {bound})",
            f"(SELECT d.number FROM desk d WHERE {bound} ORDER BY d.class_id LIMIT 1)",
            f"(SELECT d.number FROM desk d WHERE {bound} ORDER BY d.number LIMIT 1)",
            f"EXISTS (SELECT 1 FROM desk d WHERE {bound})",
            f"r.class_id IN (SELECT d.class_id FROM desk d WHERE {bound})",
            f"r.class_id NOT IN (SELECT d.class_id FROM desk d WHERE {bound})",
            "o.value",
        )  # fmt: skip
        joins = ""
        if value == "o.value":
            inner = self._some("max(d.number) AS value", "d.number AS value")
            end = self._some("", " ORDER BY d.class_id LIMIT 1", " LIMIT 1")
            joins = (f" LEFT JOIN LATERAL (SELECT {inner} FROM desk d WHERE {bound}{end}) AS o "
                     "ON true")  # fmt: skip
        return (f"-- refresh student_id, exam_id\nSELECT r.student_id, r.exam_id, {value} AS value "
                f"FROM result r{joins}")  # fmt: skip
