"""``homeroom dead-letters``: lists, retries, discards and purges what could not be applied."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homeroom.cli import completion
from homeroom.cli.app import (
    AsJson,
    By,
    Why,
    Yes,
    as_json_text,
    command_group,
    configured,
    confirm,
    counted,
    require_known,
    say,
)
from homeroom.terminal import one_line
from homeroom_kit.errors import HomeroomError

if TYPE_CHECKING:
    from homeroom.operations.dead_letters.actions import Decision
    from homeroom.operations.dead_letters.outcomes import ActionResult

dead_letters_app = command_group(
    "dead-letters",
    "Events that could not be applied, and numbers that are missing.",
    no_args_is_help=True,
)

# What a terminal gets of a record's value, and of each header.
RECORD_CHARACTERS_MAX = 4_000

Id = Annotated[
    str, typer.Argument(help="TOPIC:PARTITION:OFFSET, or ENTITY/SUBJECT@SEQUENCE of a gap.")
]


@dead_letters_app.command("list")
def list_(
    reason: Annotated[
        str | None, typer.Option(help="Only these: not_an_event, invalid_data, hole, …")
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option(help="Only of this topic, with its prefix.", autocompletion=completion.topics),
    ] = None,
    closed: Annotated[
        bool, typer.Option("--closed", help="Those that were retried, discarded or superseded.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most rows of the table.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List open dead letters and gaps, the oldest first.

    Example: homeroom dead-letters list --reason invalid_data
    """
    from homeroom.cli import dead_letter_tables as tables
    from homeroom.cli.printing import print_out
    from homeroom.operations.dead_letters import listing as dead_letters
    from homeroom.readmodel import read_model

    settings = configured()
    if reason is not None:
        require_known("reason", reason, dead_letters.REASONS)
    if topic is not None:
        require_known("topic", topic, read_model(settings).catalog.topics)
    url = settings.require_database("operator")
    if as_json:
        every = dead_letters.list_kept(url, reason, topic, closed)
        print(as_json_text([asdict(one) for one in every]))
        return
    kept = dead_letters.list_kept(url, reason, topic, closed, limit)
    count = (
        len(kept) if len(kept) < limit else dead_letters.count_listed(url, reason, topic, closed)
    )
    print_out(tables.of_list(kept, count))


@dead_letters_app.command()
def show(
    identity: Id,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the record's value, byte by byte."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a dead letter or gap: its record, the events that wait behind it, and what can be done.

    A terminal gets the beginning of a long record; a pipe, a file and --json get all of it.

    Example: homeroom dead-letters show exams:0:41
    """
    from homeroom.cli import dead_letter_tables as tables
    from homeroom.cli.printing import print_out
    from homeroom.operations.dead_letters import listing as dead_letters

    url = configured().require_database("operator")
    if out is not None:
        _write_value(dead_letters.value_of(url, identity), out, as_json)
        return
    one = dead_letters.show(url, identity)
    if as_json:
        details = asdict(one)
        print(as_json_text(details.pop("kept") | details))
        return
    print_out(tables.of_one(one, RECORD_CHARACTERS_MAX if sys.stdout.isatty() else None))


def _write_value(value: bytes, file: Path, as_json: bool) -> None:
    try:
        file.write_bytes(value)
    except OSError as error:
        raise HomeroomError(f"{file} cannot be written: {error.strerror}.") from None
    written = {"file": str(file), "bytes": len(value)}
    say(as_json, written, f"Wrote {counted(len(value), 'byte')} to {file}.")


@dead_letters_app.command()
def retry(
    by: By,
    identity: Annotated[str | None, typer.Argument(help="TOPIC:PARTITION:OFFSET.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every open dead letter.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="Every open dead letter with this reason.")
    ] = None,
    why: Why = "retried",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Decode dead letters again, and apply them and the events that wait behind them, in order.

    Exits 1 where one is still refused. Workers may run at the same time.

    Example: homeroom dead-letters retry --reason invalid_data --why "fixed in 1.4"
    """
    import asyncio

    from homeroom.cli.dead_letter_results import as_json_values, print_retried
    from homeroom.operations.dead_letters import listing as dead_letters
    from homeroom.operations.dead_letters.actions import Decision

    if (identity is not None) + all_ + (reason is not None) != 1:
        raise typer.BadParameter("give one ID, or --all, or --reason")
    if reason is not None:
        require_known("reason", reason, set(dead_letters.REASONS) - {dead_letters.GAP})
    url = configured().require_database("operator")
    if identity is not None:
        dead_letter = dead_letters.parse_id(identity)
        if not isinstance(dead_letter, dead_letters.DeadLetterId):
            raise HomeroomError("A gap has no record to retry: wait for the event, or discard it.")
        letters = [dead_letter]
        _require_open(dead_letters.show(url, identity).kept)
    else:
        letters = dead_letters.open_ids(url, reason)
        confirm(f"Retry {counted(len(letters), 'dead letter')}?", yes)
    done = asyncio.run(_retried(letters, Decision(by, why), quiet=as_json))
    refused = [one for one in done.retried if one.outcome == "refused"]
    if as_json:
        print(
            as_json_text(
                {
                    "retried": [as_json_values(r) for r in done.retried],
                    "let_go": done.let_go,
                    "became_dead_letters": done.became_dead_letters,
                }
            )
        )
    else:
        print_retried(done, len(refused))
        for one in refused[:10]:
            print(one_line(f"  {':'.join(map(str, one.dead_letter))}: {one.detail}"))
    raise typer.Exit(bool(refused))


def _require_open(kept: Any) -> None:
    if kept.closed_as is not None:
        raise HomeroomError(f"The dead letter {kept.id} is already closed ({kept.closed_as}).")


async def _retried(letters: list[Any], decision: "Decision", *, quiet: bool) -> "ActionResult":
    from homeroom.operations.dead_letters.actions import operator
    from homeroom.progress_bars import ProgressBars
    from homeroom.readmodel import read_model

    settings = configured()
    async with operator(settings.require_database("operator"), read_model(settings)) as live:
        if quiet or len(letters) == 1:
            return await live.retry(letters, decision)
        with ProgressBars() as bars:
            return await live.retry(letters, decision, bars.bar("Retrying"))


@dead_letters_app.command()
def discard(
    identity: Id,
    by: By,
    why: Why,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Drop a dead letter or a gap for ever, and apply the events that wait behind it.

    It becomes an empty event in every generation; an event with its sequence number that comes
    later is ignored as old.

    Example: homeroom dead-letters discard exam/E1@3 --why "never sent, says exams"
    """
    import asyncio

    from homeroom.cli.dead_letter_results import print_let_go
    from homeroom.operations.dead_letters import listing as dead_letters
    from homeroom.operations.dead_letters.actions import Decision, operator
    from homeroom.operations.dead_letters.advice import discard_warnings
    from homeroom.readmodel import read_model

    settings = configured()
    target = dead_letters.parse_id(identity)
    for warning in discard_warnings(
        dead_letters.show(settings.require_database("operator"), identity)
    ):
        print(one_line(warning), file=sys.stderr)
    confirm(f"Discard {identity} for ever?", yes)

    async def discarded() -> "ActionResult":
        async with operator(settings.require_database("operator"), read_model(settings)) as live:
            return await live.discard([target], Decision(by, why))

    done = asyncio.run(discarded())
    if as_json:
        refused = done.became_dead_letters
        values = {"discarded": [identity], "let_go": done.let_go, "became_dead_letters": refused}
        print(as_json_text(values))
        return
    print(f"Discarded {identity}.")
    print_let_go(done)


@dead_letters_app.command()
def purge(
    by: By,
    older_than: Annotated[
        int | None,
        typer.Option(min=0, help="Days. [default: HOMEROOM_LETTER_RETENTION_DAYS]"),
    ] = None,
    open_too: Annotated[
        bool, typer.Option("--open", help="Discard open dead letters and gaps of that age too.")
    ] = False,
    subject: Annotated[
        str | None,
        typer.Option(help="Erase one person: all dead letters that hold this id, of any age."),
    ] = None,
    why: Why = "purged",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete closed dead letters that are older than the retention, or all that hold a person's id.

    Example: homeroom dead-letters purge --subject 28400 --why "erasure request"
    """
    import asyncio

    from homeroom.cli.dead_letter_results import what_is_left
    from homeroom.operations.dead_letters.actions import Decision, operator
    from homeroom.operations.dead_letters.purging import Purge, purge
    from homeroom.readmodel import read_model

    settings = configured()
    days = settings.letter_retention_days if older_than is None else older_than
    if subject is not None and (older_than is not None or open_too):
        raise typer.BadParameter(
            "--subject excludes --older-than and --open: it purges every letter with the id"
        )
    if open_too or subject is not None:
        confirm("Discard what is open for ever, and delete the dead letters?", yes)
    wanted = Purge(days, open_too, subject, Decision(by, why))

    async def purged() -> Any:
        async with operator(settings.require_database("operator"), read_model(settings)) as live:
            return await purge(live, wanted)

    done = asyncio.run(purged())
    if as_json:
        print(json.dumps(asdict(done)))
        return
    discarded = f"{done.discarded:,} that were open"
    print(f"Deleted {counted(done.deleted, 'letter')}; discarded {discarded}.")
    for sentence in what_is_left(done, days):
        print(sentence, file=sys.stderr)
