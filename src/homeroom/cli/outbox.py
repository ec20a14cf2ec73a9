"""``homeroom outbox``: operations on the write side."""

from homeroom.cli.app import AsJson, Yes, command_group, configured, confirm, say

outbox_app = command_group(
    "outbox", "The events of commands, before they are in the log.", no_args_is_help=True
)


@outbox_app.callback()
def _outbox() -> None:
    """The events of commands, before they are in the log."""


@outbox_app.command("level")
def level(yes: Yes = False, as_json: AsJson = False) -> None:
    """Refuse commands until sequence numbers have caught up with the log.

    Needed after a snapshot of the database's disk was restored; homeroom notices other kinds of
    restore by itself. A worker lets the numbers catch up.

    Example: homeroom outbox level
    """
    from homeroom.commands import numbering

    settings = configured()
    confirm("Refuse commands until sequence numbers have caught up with the log?", yes)
    numbering.request_levelling(settings.require_database("operator"))
    sentence = "Commands are refused until sequence numbers have caught up with the log."
    say(as_json, {"levelling": True}, sentence)
