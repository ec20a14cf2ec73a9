"""How keys of rows are written: what a command prints as a key, every command takes as a key.

A key of one column is the column's text. A key of several columns is their texts joined by ``/``
or, where that would be ambiguous, a JSON array of texts.
"""

import json
from collections.abc import Sequence

from psycopg import sql as pg

from homeroom.errors import WrongKey
from homeroom.statements import composable, load

SQL = load("keys", __package__)


def key_text(values: Sequence[str]) -> str:
    """The key with these values as text; ``key_expression`` is the same in SQL."""
    if len(values) == 1:
        return values[0]
    if "/" in "".join(values) or values[0].startswith("["):
        return json.dumps(list(values), ensure_ascii=False)
    return "/".join(values)


def key_expression(columns: Sequence[str]) -> pg.Composed:
    """The key as text, in SQL, from columns of the row."""
    identifiers = [pg.Identifier(column) for column in columns]
    if len(columns) == 1:
        return composable(SQL["one_column"]).format(identifiers[0])
    texts = pg.SQL(", ").join(pg.SQL("{}::text").format(column) for column in identifiers)
    return composable(SQL["several_columns"]).format(first=identifiers[0], texts=texts)


def read_key(table: str, columns: Sequence[str], text: str) -> tuple[str, ...]:
    """The values of a key, one for each column; raises WrongKey where the text has others."""
    values = (text,) if len(columns) == 1 else values_of(text)
    if not all(map(_is_text, (text, *values))):
        raise WrongKey(table, columns, ascii(text))
    if len(values) != len(columns):
        raise WrongKey(table, columns, text)
    return values


def _is_text(value: str) -> bool:
    """Whether PostgreSQL can hold it: neither NUL nor half of a surrogate pair."""
    return "\x00" not in value and value.encode(errors="ignore").decode() == value


def values_of(text: str) -> tuple[str, ...]:
    """The values of a key of several columns."""
    if text.startswith("["):
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if isinstance(values, list) and all(isinstance(value, str) for value in values):
            return tuple(values)
    return tuple(text.split("/"))
