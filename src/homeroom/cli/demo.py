"""``homeroom demo``: everything on this machine."""

from pathlib import Path
from typing import Annotated

import typer

from homeroom.cli.app import app


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Project, verify, print the summary, and end.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--from", help="Folder with the data set's CSV files, or a part of them."),
    ] = None,
) -> None:
    """Run everything on this machine with real data: Kafka, PostgreSQL, worker and service.

    Publishes the Open University data set, and for the students of one of
    its classes a made-up year of missions, habits and goals that ends today.
    Prints a token and curl lines for a teacher and for a student.
    The next run finds it all again.

    Example: homeroom demo --once
    """
    from homeroom.local.demo import run as demo_run

    raise typer.Exit(demo_run.run(folder, once=once))
