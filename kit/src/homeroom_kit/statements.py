"""Loads ``.sql`` files: statements with a name and a description."""

import re
from importlib.resources import files

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


def load_for(schema: str, module: str, package: str) -> dict[str, bytes]:
    """The same, with the tables of this schema of PostgreSQL where the file has ``{schema}``.

    ``{channel}`` is the channel on which the relay of that schema is woken.
    """
    names = {b"{schema}": _quoted(schema), b"{channel}": _quoted(channel(schema))}
    statements = load(module, package)
    for placeholder, name in names.items():
        statements = {at: text.replace(placeholder, name) for at, text in statements.items()}
    return statements


def channel(schema: str) -> str:
    """On which PostgreSQL notifies the relay of a schema's outbox."""
    return f"{schema}_outbox"


def _quoted(name: str) -> bytes:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'.encode()
