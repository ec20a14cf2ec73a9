"""``homeroom migrate``: prepares the database and the topics."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from homeroom.cli.app import AsJson, app, configured
from homeroom.terminal import one_line


@app.command()
def migrate(
    as_json: AsJson = False,
    logins: Annotated[
        Path | None,
        typer.Option(
            help="Make a login for each process that has no address of its own, and write the "
            "addresses, with their passwords, into this file. What it holds already stays so.",
        ),
    ] = None,
) -> None:
    """Prepare an empty database and create missing topics; safe to run again.

    Example: HOMEROOM_DATABASE_URL=… HOMEROOM_KAFKA_BOOTSTRAP_SERVERS=… homeroom migrate
    """
    import asyncio

    from homeroom.operations.migrating.migrate import migrate as prepare
    from homeroom.readmodel import project_folder, read_model

    settings = configured()
    if logins is not None:
        from homeroom.operations.migrating.addresses import are_written, with_addresses

        settings = with_addresses(settings, logins)
        told = f"The logins' addresses are in {logins}."
        if not are_written(logins):
            told = f"Every process has an address already: nothing was written into {logins}."
        print(told, file=sys.stderr)
    done = asyncio.run(prepare(settings, read_model(settings), project_folder("migrations")))
    if as_json:
        print(json.dumps(asdict(done)))
        return
    print(f"The live generation is {done.generation}.")
    created = ", ".join(done.topics_created)
    print(f"Created the topics {created}." if created else "All topics were there.")
    for warning in done.warnings:
        print(one_line(f"Warning: {warning}"), file=sys.stderr)
