"""The command line. Exits 0 on success, 1 on failure, 2 on wrong usage (docs/contract.md)."""

import sys

# In the order in which `homeroom --help` lists them.
from homeroom.cli import (  # noqa: F401 - they fill the application
    contracts,
    dead_letters,
    demo,
    explain,
    generations,
    migrate,
    outbox,
    publish,
    rebuild,
    serve,
    status,
    token,
    verify,
    worker,
)
from homeroom.cli.app import app
from homeroom.errors import HomeroomError


def main() -> None:
    """Runs a command; what homeroom can name ends it with one clear message and exit code 1."""
    try:
        app()
    except HomeroomError as error:
        print(f"homeroom: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception as error:
        message = _database_message(error)
        if message is None:
            raise
        print(f"homeroom: {message}", file=sys.stderr)
        sys.exit(1)


def _database_message(error: Exception) -> str | None:
    """What the database has to say, or None where the error is not the database's."""
    # Not every command needs the driver.
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    unreachable = error.sqlstate is None or error.sqlstate[:2] in ("08", "57")
    if isinstance(error, psycopg.OperationalError) and unreachable:
        return f"The database does not answer: {error}"
    return f"The database refuses ({error.sqlstate}): {error}"
