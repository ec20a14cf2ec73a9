"""``homeroom init``: a configuration to start from."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from homeroom.cli.app import AsJson, Yes, app, confirm, say

NAME = "homeroom.env"
NEXT = """\
{file} has every setting, with keys of your own. Nobody else may read it.

Look at HOMEROOM_DATABASE_URL and HOMEROOM_KAFKA_BOOTSTRAP_SERVERS in it. Then:

  set -a; . {file}; set +a
  homeroom migrate      prepares the database and the topics
  homeroom worker       projects events into tables, until Ctrl-C
  homeroom serve        answers over HTTP, in a terminal of its own

`homeroom migrate --logins FILE` gives each process a login that may do no more than it needs."""


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where to write it.")] = Path(),
    database_url: Annotated[
        str,
        typer.Option(
            envvar="HOMEROOM_DATABASE_URL", help="PostgreSQL 18, for the database's owner."
        ),
    ] = "postgresql://homeroom:password@127.0.0.1:5432/homeroom",
    kafka: Annotated[
        str,
        typer.Option(
            envvar="HOMEROOM_KAFKA_BOOTSTRAP_SERVERS", help="Kafka brokers, HOST:PORT, by comma."
        ),
    ] = "127.0.0.1:9092",
    force: Annotated[
        bool,
        typer.Option("--force", help="Replace a file that is there, and keep it beside."),
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Write homeroom.env, a file of settings to start from.

    Every setting is in it, with what it means and its default; keys are
    drawn anew. A file that is there already is left as it is.

    Example: homeroom init
    """
    from homeroom.settings.starting_file import starting_file, starting_values, write_new

    path = folder / NAME
    if path.exists() and force:
        confirm(f"Replace {path}? Its keys are then no longer used.", yes)
    kept = write_new(path, starting_file(NAME, starting_values(database_url, kafka)), force=force)
    # A shell looks for what `.` reads on its path, unless a folder is named.
    told = NEXT.format(file=shlex.quote(str(path if path.is_absolute() else f"./{path}")))
    if kept:
        told = f"What was there is now {kept}.\n{told}"
    say(as_json, {"file": str(path), "kept": str(kept) if kept else None}, told)
