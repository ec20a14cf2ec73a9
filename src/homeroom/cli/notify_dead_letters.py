"""``homeroom notify dead-letters``: lists, retries and discards what could not be delivered."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import (
    AsJson,
    By,
    Why,
    Yes,
    as_json_text,
    configured,
    confirm,
    counted,
    require_known,
    say,
)
from homeroom.cli.help import CommandGroup
from homeroom.cli.notify import notify_app
from homeroom_kit.errors import HomeroomError

if TYPE_CHECKING:
    from homeroom.notifying.dead_letters import UndeliveredMessage

STATES = ("failed", "uncertain")
CHANNELS = ("email", "web_push", "webhook")

undelivered_app = typer.Typer(
    help="Messages that could not be delivered, or of which nobody knows whether they were.",
    cls=CommandGroup,
    no_args_is_help=True,
)
notify_app.add_typer(undelivered_app, name="dead-letters")

DeliveryId = Annotated[str, typer.Argument(help="The id of a delivery.")]
State = Annotated[
    str | None, typer.Option(help="Only these: failed, or uncertain (perhaps delivered).")
]


@undelivered_app.command("list")
def list_(
    state: State = None,
    channel: Annotated[
        str | None, typer.Option(help="Only of this channel: email, web_push or webhook.")
    ] = None,
    closed: Annotated[bool, typer.Option("--closed", help="Those that were discarded.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most rows of the table.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List messages that were not delivered, the oldest first.

    Example: homeroom notify dead-letters list --state uncertain
    """
    from rich.console import Group
    from rich.text import Text

    from homeroom.cli.printing import Listing, print_out
    from homeroom.notifying import dead_letters

    if state is not None:
        require_known("state", state, STATES)
    if channel is not None:
        require_known("channel", channel, CHANNELS)
    url = configured().require_database("operator")
    found = dead_letters.list_undelivered(url, state, channel, closed=closed)
    if as_json:
        print(as_json_text([asdict(one) for one in found]))
        return
    if not found:
        print_out(Text("No dead letters."))
        return
    listing = Listing("id", "state", "channel", "person", "kind", "since", "problem")
    for one in found[:limit]:
        listing.add(
            str(one.id), one.state, one.channel, f"{one.role} {one.person_id}", one.kind,
            one.since.strftime("%Y-%m-%d %H:%M:%S"), one.problem or "",
        )  # fmt: skip
    left = len(found) - limit
    more = [Text(f"… and {left:,} more: --limit, --state, --json")] if left > 0 else []
    print_out(Group(listing, *more))


@undelivered_app.command()
def show(identity: DeliveryId, as_json: AsJson = False) -> None:
    """Show a message that was not delivered, and what can be done.

    Example: homeroom notify dead-letters show 0199c0de-0000-7000-8000-000000000000
    """
    from homeroom.cli.printing import line, print_out
    from homeroom.notifying import dead_letters

    one = dead_letters.undelivered(configured().require_database("operator"), identity)
    if as_json:
        print(as_json_text(asdict(one)))
        return
    print_out(*(line(text) for text in _lines(one)))


def _lines(one: "UndeliveredMessage") -> list[str]:
    tried = counted(one.attempts, "attempt")
    lines = [
        f"{one.id}: {one.state}, by {one.channel} to {one.role} {one.person_id}, after {tried}",
        f"  {one.problem or ''}",
        f"  {one.kind}: {one.title} ({one.message_id})",
    ]
    if one.state == "discarded":
        return [*lines, f"  by {one.decided_by}: {one.why}"]
    if one.state == "uncertain":
        lines.append(
            "It may have arrived. Retry sends it again, with the same id; discard does not."
        )
    else:
        lines.append("Retry sends it, once what is wrong is put right; discard drops it.")
    return lines


@undelivered_app.command()
def retry(
    by: By,
    identity: Annotated[str | None, typer.Argument(help="The id of a delivery.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every one that failed.")] = False,
    state: State = None,
    why: Why = "retried",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Deliver messages again, with the same ids. Those that are uncertain may then arrive twice.

    Example: homeroom notify dead-letters retry --state failed --why "the mail server is back"
    """
    from homeroom.notifying import dead_letters

    if (identity is not None) + all_ + (state is not None) != 1:
        raise typer.BadParameter("give one ID, or --all, or --state")
    if state is not None:
        require_known("state", state, STATES)
    url = configured().require_database("operator")
    states = None
    if identity is not None:
        ids = [identity]
    else:
        # Nobody gets an e-mail twice who was not asked for by name.
        states = (state or "failed",)
        found = dead_letters.list_undelivered(url, *states)
        ids = [str(one.id) for one in found]
        confirm(f"Deliver {counted(len(ids), 'message')} again?", yes)
    _decide(url, "retry", ids, (by, why), "Will be delivered again", as_json, states)


@undelivered_app.command()
def discard(
    identity: DeliveryId, by: By, why: Why, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Drop a message for ever.

    Example: homeroom notify dead-letters discard 0199c0de-0000-7000-8000-000000000000 --why "old"
    """
    url = configured().require_database("operator")
    confirm(f"Discard {identity} for ever?", yes)
    _decide(url, "discard", [identity], (by, why), "Discarded", as_json)


def _decide(
    url: str,
    decision: str,
    ids: list[str],
    whose: tuple[str, str],
    said: str,
    as_json: bool,
    states: Sequence[str] | None = None,
) -> None:
    from homeroom.notifying import dead_letters

    done = dead_letters.decide(url, decision, ids, *whose, states or dead_letters.OPEN)
    if len(ids) == 1 and not done:
        one = dead_letters.undelivered(url, ids[0])
        raise HomeroomError(f"The message {one.id} is already closed ({one.state}).")
    say(as_json, {decision: done}, f"{said}: {counted(len(done), 'message')}.")
