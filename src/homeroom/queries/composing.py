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

from homeroom.statements import load

SQL = load("reading", __package__)
TEMPLATE = """
SELECT me.generation, me.there, me.revoked, t.as_of, t.is_incomplete, i.since, a.*, b.*
FROM ({me} OFFSET 0) AS me
CROSS JOIN LATERAL ({as_of} OFFSET 0) AS t
CROSS JOIN LATERAL ({since} OFFSET 0) AS i
LEFT JOIN LATERAL (SELECT true AS is_known, c.* FROM ({about}) AS c OFFSET 0) AS a ON true
LEFT JOIN LATERAL (SELECT true AS is_row, r.* FROM ({rows}) AS r OFFSET 0) AS b ON true
"""
OF_EVERY_READ = 6
_COMMENT = re.compile(r"^ *--.*\n", re.MULTILINE)
_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Read:
    """A whole read: a statement with ``$1``, ``$2`` …, and what each of them is called.

    ``unmarked``: the same without the part `since`, for while nothing at all is incomplete: that
    part has a branch for each entity, and making all of them ready takes as long as the rest.
    ``marks``: whether it has that part at all.
    """

    sql: bytes
    unmarked: bytes
    parameters: tuple[str, ...]
    marks: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one read found.

    ``there``: whether the session was as it must be; if not, nothing else means anything.
    ``is_incomplete``: whether anything is, of whomever; ``since``: what the answer rests on.
    ``about``: None where the statement `about` found nobody.
    """

    generation: str
    there: bool
    revoked: bool
    as_of: datetime | None
    is_incomplete: bool
    since: datetime | None
    about: dict[str, Any] | None
    rows: list[dict[str, Any]]


def compose(
    statements: Mapping[str, bytes],
    *,
    since: str = "",
    about: str = "",
    rows: str = "",
    parts: Sequence[str] = (),
) -> Read:
    """A read of the named statements of a module; what is not named is empty.

    ``parts`` stands in for ``{parts}``: what the answer rests on, names of ours.
    """
    listed = ", ".join(f"'{part}'" for part in parts)
    chosen = {
        "me": SQL["me"],
        "as_of": SQL["as_of"],
        "since": statements[since] if since else SQL["since_never"],
        "about": statements[about] if about else SQL["about_nothing"],
        "rows": statements[rows] if rows else SQL["no_rows"],
    }
    texts = {name: _COMMENT.sub("", text.decode()) for name, text in chosen.items()}
    texts["since"] = texts["since"].replace("{parts}", f"ARRAY[{listed}]::text[]")
    names = tuple(dict.fromkeys(_PARAMETER.findall(TEMPLATE.format(**texts))))
    never = texts | {"since": SQL["since_never"].decode()}
    return Read(_numbered(texts, names), _numbered(never, names), names, bool(since))


def _numbered(texts: Mapping[str, str], names: tuple[str, ...]) -> bytes:
    """Numbered once: psycopg would read names anew out of so long a text at each execution."""
    numbered = _PARAMETER.sub(lambda f: f"${names.index(f[1]) + 1}", TEMPLATE.format(**texts))
    return numbered.encode()


def read_rows(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> Found | None:
    """What a composed statement returned; None where no generation is live."""
    if not rows:
        return None
    generation, there, revoked, as_of, is_incomplete, since = rows[0][:OF_EVERY_READ]
    first = names.index("is_row")
    about = None
    if rows[0][OF_EVERY_READ]:
        about = dict(
            zip(names[OF_EVERY_READ + 1 : first], rows[0][OF_EVERY_READ + 1 : first], strict=True)
        )
    of_row = names[first + 1 :]
    listed = [dict(zip(of_row, r[first + 1 :], strict=True)) for r in rows if r[first]]
    return Found(generation, there, revoked, as_of, is_incomplete, since, about, listed)
