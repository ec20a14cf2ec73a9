"""One read is one statement: what every read has to ask, and what this one is about.

One statement is one snapshot and one round trip, and costs a fraction of several in a pipeline.
Its parts are named statements of the ``.sql`` files, each a SELECT that may read the columns of
``me``. Each is a LATERAL with OFFSET 0, so that it is evaluated after ``me``, which names to
row-level security whose rows it may show; before that, it would show none.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlglot
from pydantic import BaseModel
from sqlglot import exp

from homeroom.engine.planning.reach import any_condition
from homeroom.errors import ResponseMismatch
from homeroom.readmodel import reach
from homeroom.statements import load

SQL = load("statement", __package__)
TEMPLATE = """
SELECT me.generation, me.there, me.revoked, e.ended, t.as_of, t.is_incomplete, i.since, a.*, b.*
FROM ({me} OFFSET 0) AS me
CROSS JOIN LATERAL ({ended} OFFSET 0) AS e
CROSS JOIN LATERAL ({as_of} OFFSET 0) AS t
CROSS JOIN LATERAL ({since} OFFSET 0) AS i
LEFT JOIN LATERAL (SELECT true AS is_known, c.* FROM ({about}) AS c OFFSET 0) AS a ON true
LEFT JOIN LATERAL (SELECT true AS is_row, r.* FROM ({rows}) AS r OFFSET 0) AS b ON true
"""
OF_EVERY_READ = 7
# Whose rights may end, by the parameter that names them; of several the first counts.
HOLDERS = ("teacher_id", "student_id", "admin_id")
_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)
_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class ReadStatement:
    """A whole read: a statement with ``$1``, ``$2`` …, and what each of them is called.

    ``unmarked``: the same without the part `since`, for while nothing at all is incomplete: that
    part has a branch for each entity, and making all of them ready takes as long as the rest.
    ``unmarked_of``: the same by one of HOLDERS, empty for nobody, and without what the rights of
    the others rest on. ``marks``: whether it has that part at all. ``row_names``: the columns of
    rows on the wire, where a model names them.
    """

    sql: bytes
    unmarked: bytes
    unmarked_of: Mapping[str, bytes]
    parameters: tuple[str, ...]
    marks: bool
    row_names: tuple[str, ...] = ()

    def text(self, values: Mapping[str, object], *, marked: bool) -> bytes:
        """The statement for a read with these parameters."""
        if marked:
            return self.sql
        return self.unmarked_of[next((name for name in HOLDERS if values[name]), "")]

    def names(self, columns: Sequence[str]) -> list[str]:
        """What the columns of the result are called: those of rows as on the wire."""
        first = columns.index("is_row") + 1
        return [*columns[:first], *(self.row_names or columns[first:])]


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one read returned.

    ``there``: whether the session was as it must be; if not, nothing else means anything.
    ``revoked``: whether the token was; ``ended``: whether the rights ended of whom it names.
    ``is_incomplete``: whether anything is, of whomever; ``incomplete_since``:
    since when something is missing that the answer rests on.
    ``about``: None where the SELECT `about` returned no row.
    """

    generation: str
    there: bool
    revoked: bool
    ended: bool
    as_of: datetime | None
    is_incomplete: bool
    incomplete_since: datetime | None
    about: dict[str, Any] | None
    rows: list[dict[str, Any]]


def compose(
    *,
    about: bytes = b"",
    rows: bytes = b"",
    row: type[BaseModel] | None = None,
    since: bytes = b"",
) -> ReadStatement:
    """A read of these SELECTs; what is not given is empty.

    ``row``: the model of a row, whose fields are the columns of `rows`. ``since``: instead of what
    follows from the definitions. Raises NoWayToReader, ResponseMismatch.
    """
    # Parsing takes as long as all else at the start of a service.
    selects = _parsed(about, rows) if row is not None or not since else []
    since = since or since_of(reach().conditions(selects))
    never = SQL["since_never"]
    chosen = {
        "me": SQL["me"].replace(b"{revoked}", SQL["revoked"]),
        "ended": _ended(),
        "as_of": SQL["as_of"],
        "since": since,
        "about": about or SQL["about_nothing"],
        "rows": rows or SQL["no_rows"],
    }
    texts = {name: _bare(text) for name, text in chosen.items()}
    names = tuple(dict.fromkeys(_PARAMETER.findall(TEMPLATE.format(**texts))))
    unmarked = texts | {"since": _bare(never)}
    unmarked_of = {
        holder: _numbered(unmarked | {"ended": _bare(SQL[f"ended_{holder or 'nobody'}"])}, names)
        for holder in (*HOLDERS, "")
    }
    return ReadStatement(
        _numbered(texts, names), _numbered(unmarked, names), unmarked_of, names, since != never,
        _row_names(selects[-1:], row),
    )  # fmt: skip


def _ended() -> bytes:
    """Whether the rights have ended of whomever the read is for."""
    cases = " ".join(
        f"WHEN me.{holder} <> '' THEN ({_bare(SQL[f'ended_{holder}'])})" for holder in HOLDERS
    )
    return f"SELECT CASE {cases} ELSE false END AS ended".encode()


def _bare(text: bytes) -> str:
    return _COMMENT.sub("", text.decode())


def _row_names(selects: Sequence[exp.Select], row: type[BaseModel] | None) -> tuple[str, ...]:
    if row is None:
        return ()
    columns, fields = selects[0].named_selects, [*row.model_fields]
    if columns != fields:
        raise ResponseMismatch(row.__name__, columns, fields)
    return tuple(field.alias or name for name, field in row.model_fields.items())


def since_of_selects(*texts: bytes) -> bytes:
    """Since when something has been missing of what these SELECTs rest on; NoWayToReader."""
    return since_of(reach().conditions(_parsed(*texts)))


def _parsed(*texts: bytes) -> list[exp.Select]:
    return [
        sqlglot.parse_one(text.decode(), read="postgres", into=exp.Select) for text in texts if text
    ]


def since_of(conditions: Mapping[str, Sequence[str]]) -> bytes:
    """Since when something has been missing of what an answer rests on.

    ``conditions``: by entity, what must hold of an incomplete subject's key. While nothing is
    incomplete no table but `incomplete` is read; else each list of keys is read once. Naming `me`
    has it looked at after it is said who that is.
    """
    if not conditions:
        return SQL["since_never"]
    return (
        "SELECT min(i.since)::timestamptz AS since FROM incomplete i "
        f"WHERE me.generation IS NOT NULL AND ({any_condition(conditions)})"
    ).encode()


def _numbered(texts: Mapping[str, str], names: tuple[str, ...]) -> bytes:
    """Numbered once: psycopg would read names anew out of so long a text at each execution."""
    numbered = _PARAMETER.sub(lambda f: f"${names.index(f[1]) + 1}", TEMPLATE.format(**texts))
    return numbered.encode()


def read_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> ReadResult | None:
    """What a composed statement returned; None where no generation is live."""
    if not rows:
        return None
    generation, there, revoked, ended, as_of, is_incomplete, since = rows[0][:OF_EVERY_READ]
    first = names.index("is_row")
    about = None
    if rows[0][OF_EVERY_READ]:
        about = dict(
            zip(names[OF_EVERY_READ + 1 : first], rows[0][OF_EVERY_READ + 1 : first], strict=True)
        )
    of_row = names[first + 1 :]
    listed = [dict(zip(of_row, r[first + 1 :], strict=True)) for r in rows if r[first]]
    return ReadResult(generation, there, revoked, ended, as_of, is_incomplete, since, about, listed)
