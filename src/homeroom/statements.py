"""Loads ``.sql`` files: statements with a name and a description."""

import re
from importlib.resources import files

from psycopg import sql

_HEADING = re.compile(r"^-- (\w+) --$", re.MULTILINE)


def load(module: str, package: str) -> dict[str, bytes]:
    """The statements of a package's ``<module>.sql`` by name.

    A statement begins with the line ``-- name --``, goes on with comment lines that describe it,
    and ends where the next one begins. A semicolon at its end is left out, since one statement
    may be part of another. Bytes, as psycopg takes SQL that is no literal of Python.
    """
    text = files(package).joinpath(f"{module}.sql").read_text(encoding="utf-8")
    _, *parts = _HEADING.split(text)
    return {
        name: body.strip().removesuffix(";").encode()
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }


def composable(statement: str | bytes) -> sql.SQL:
    """A statement into whose ``{}`` identifiers can be put (``sql.SQL.format``).

    For text that a file of the package or the planner wrote: it holds nothing from outside.
    """
    return sql.SQL(statement.decode() if isinstance(statement, bytes) else statement)
