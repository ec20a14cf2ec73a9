"""``homeroom serve``: the query service."""

from typing import Annotated

import typer

from homeroom.cli.app import app, configured, warn_of_owner


@app.command()
def serve(
    generation: Annotated[
        str | None,
        typer.Option(help="Read this one, not the live one: as of a moment, or the previous."),
    ] = None,
) -> None:
    """Answer dashboard clients over HTTP until SIGTERM or Ctrl-C.

    Example: HOMEROOM_PORT=8000 homeroom serve
    """
    from homeroom.api import server

    settings = configured()
    warn_of_owner(settings, "serve")
    server.run(settings, generation)
