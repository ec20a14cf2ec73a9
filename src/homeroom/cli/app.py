"""What all commands share: the application, its settings and its options."""

from typing import Annotated

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


def configured() -> Settings:
    """The settings from the environment, with logs set up by them."""
    settings = get_settings()
    logs.configure(settings)
    return settings
