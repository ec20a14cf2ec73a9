"""What all commands share: the application, its settings and its options."""

import getpass
import sys
from typing import Annotated, Any

import orjson
import typer

from homeroom import logs
from homeroom.settings import Settings, get_settings

app = typer.Typer(
    help="Exact school dashboards in PostgreSQL from domain events in Kafka.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
By = Annotated[
    str,
    typer.Option("--by", help="Who decides.", default_factory=getpass.getuser, show_default="you"),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def configured() -> Settings:
    """The settings from the environment, with logs set up by them."""
    settings = get_settings()
    logs.configure(settings)
    return settings


def as_json_text(told: Any) -> str:
    """JSON for scripts: times in UTC with ``Z``."""
    return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()


def counted(number: int, what: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def confirm(question: str, yes: bool) -> None:
    """Asks, on a terminal only and never with ``--yes``; a no ends the command."""
    if not yes and sys.stdin.isatty() and sys.stdout.isatty():
        typer.confirm(question, abort=True)
