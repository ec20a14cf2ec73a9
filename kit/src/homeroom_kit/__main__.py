"""``homeroom-kit``: what a service that publishes runs beside itself."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from homeroom_kit.errors import ConfigurationError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code: 2 where a setting is wrong, or an extra missing."""
    parser = argparse.ArgumentParser(prog="homeroom-kit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("relay", help="publish what the outbox holds, until it is stopped")
    ddl = commands.add_parser("ddl", help="print the SQL that creates the outbox's tables")
    ddl.add_argument("--schema", help="the schema of the tables (homeroom_kit)")
    given = parser.parse_args(arguments)
    try:
        if given.command == "ddl":
            _print_ddl(given.schema)
        else:
            _relay()
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _print_ddl(schema: str | None) -> None:
    from homeroom_kit.outbox.tables import SCHEMA, ddl

    print(ddl(schema or SCHEMA), end="")


def _relay() -> None:
    try:
        from homeroom_kit.relaying.service import RelaySettings, relay
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise ConfigurationError(
            "The relay needs psycopg: install homeroom-kit[psycopg]."
        ) from None
    from homeroom_kit.settings import read_settings

    asyncio.run(relay(read_settings(RelaySettings)))


if __name__ == "__main__":
    sys.exit(main())
