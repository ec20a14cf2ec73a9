"""What the server does with statements of ``.sql`` files, beside loading them as the kit does."""

from psycopg import sql

from homeroom_kit.statements import load

__all__ = ["composable", "load"]


def composable(statement: str | bytes) -> sql.SQL:
    """A statement into whose ``{}`` identifiers can be put (``sql.SQL.format``).

    For text that a file of the package or the planner wrote: it holds nothing from outside.
    """
    return sql.SQL(statement.decode() if isinstance(statement, bytes) else statement)
