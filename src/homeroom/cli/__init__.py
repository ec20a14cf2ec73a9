"""The command line. Exits 0 on success, 1 on failure, 2 on wrong usage (docs/contract.md)."""

import sys

import psycopg

from homeroom.cli import (  # noqa: F401 - they fill the application
    commands,
    dead_letters,
    explain,
    generations,
    outbox,
    rebuild,
    status,
    verify,
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
    except psycopg.Error as error:
        unreachable = error.sqlstate is None or error.sqlstate[:2] in ("08", "57")
        if isinstance(error, psycopg.OperationalError) and unreachable:
            print(f"homeroom: The database does not answer: {error}", file=sys.stderr)
            sys.exit(1)
        print(f"homeroom: The database refuses ({error.sqlstate}): {error}", file=sys.stderr)
        sys.exit(1)
