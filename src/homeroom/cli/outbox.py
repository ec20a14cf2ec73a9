"""`homeroom outbox`: what operators do about the write side."""

import typer

from homeroom.cli.app import Yes, app, configured, confirm

outbox_app = typer.Typer(help="The events of commands, before they are in the log.",
                         no_args_is_help=True)  # fmt: skip
app.add_typer(outbox_app, name="outbox")


@outbox_app.callback()
def _outbox() -> None:
    """The events of commands, before they are in the log."""


@outbox_app.command("level")
def level(yes: Yes = False) -> None:
    """Bring numbers level with the log, after a snapshot of the database's disk was put back.

    Commands are refused until a worker has done so; other kinds of restore are noticed by
    themselves. Example: homeroom outbox level
    """
    from homeroom.commands import numbering

    settings = configured()
    confirm("Refuse commands until numbers are level with the log?", yes)
    numbering.ask(settings.require_database())
    print("Commands are refused until a worker has brought numbers level with the log.")
