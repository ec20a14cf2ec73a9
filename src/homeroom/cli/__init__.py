"""The command line. Exits 0 on success, 1 on failure, 2 on wrong usage (docs/contract.md)."""

import sys

from homeroom.cli import (  # noqa: F401 - each adds its commands to the application
    assignments,
    completion,
    contracts,
    dead_letters,
    definitions,
    demo,
    explain,
    flink,
    generations,
    init,
    kit,
    migrate,
    notify,
    notify_dead_letters,
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
from homeroom.redaction import show_no_secret
from homeroom.terminal import guard
from homeroom_kit.errors import HomeroomError


def main() -> None:
    """Runs a command. Errors of homeroom or the database end it with a message, exit code 1."""
    completion.answer_shells()
    # In this order: what a console sends around the guard is redacted all the same.
    show_no_secret()
    guard()
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
    """The message for an error of the database; None for any other error."""
    # Imported here, because not every command needs the driver.
    import psycopg

    if not isinstance(error, psycopg.Error):
        return None
    unreachable = error.sqlstate is None or error.sqlstate[:2] in ("08", "57")
    if isinstance(error, psycopg.OperationalError) and unreachable:
        return f"The database does not answer: {error}"
    return f"The database refuses ({error.sqlstate}): {error}"
