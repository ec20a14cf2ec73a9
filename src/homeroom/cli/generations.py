"""``homeroom rollback`` and ``homeroom generations``."""

import sys
from typing import Annotated

import typer

from homeroom.cli import completion
from homeroom.cli.app import (
    AcceptDifferences,
    AsJson,
    KeepPrevious,
    Yes,
    app,
    as_json_text,
    as_seconds,
    command_group,
    configured,
    confirm,
    say,
)
from homeroom.terminal import one_line

generations_app = command_group(
    "generations", "List, swap in and remove generations.", no_args_is_help=True
)


@app.command()
def rollback(
    keep_previous: Annotated[
        int,
        typer.Option(
            parser=as_seconds, metavar="DURATION", help="How long the one left now is kept and fed."
        ),
    ] = "24h",  # type: ignore[assignment]
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for workers of another version to catch up.")
    ] = 60.0,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Make the previous generation live again, at once and exactly.

    Example: homeroom rollback
    """
    from homeroom.operations.rebuilding.rollback import rollback as go_back
    from homeroom.readmodel import read_model

    settings = configured()

    def tell(generation: str, previous: str) -> None:
        say(
            as_json,
            {"generation": generation, "previous": previous},
            f"{generation} is live again. {previous} is kept: `homeroom rollback` goes back to it.",
        )
        sys.stdout.flush()

    go_back(
        settings,
        read_model(settings),
        keep_previous,
        wait,
        lambda message: print(one_line(message), file=sys.stderr),
        lambda left, back: confirm(f"Leave {left}, and make {back} live again?", yes),
        tell,
    )


@app.command(
    hidden=True, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
def refresh(table: Annotated[str, typer.Argument()] = "TABLE") -> None:
    """Names the commands that replace it."""
    print(
        "homeroom: There is no `homeroom refresh` any more.\n"
        f"`homeroom repair {table}` puts right what differs in a table and in those that read it.\n"
        "`homeroom rebuild --from live` derives all tables anew, where a definition has changed.",
        file=sys.stderr,
    )
    raise typer.Exit(2)


@generations_app.command("list")
def list_generations(as_json: AsJson = False) -> None:
    """Which generations there are, and what for. Example: homeroom generations list"""

    from homeroom.database import connect_sync
    from homeroom.engine.generations.registry import registered
    from homeroom.readmodel import read_model

    settings = configured()
    own = read_model(settings).fingerprint()
    with connect_sync(
        settings.require_database("operator"), "homeroom generations", autocommit=True
    ) as connection:
        generations = registered(connection)
    as_dicts = [
        {
            "name": g.name,
            "state": g.state,
            "made_at": g.made_at,
            "as_of": g.as_of,
            "keep_until": g.keep_until,
            "by_this_code": g.stored.fingerprint == own,
            "fed_by": "flink" if g.stored.is_fed_by_flink else "workers",
        }
        for g in generations
    ]
    if as_json:
        print(as_json_text(as_dicts))
        return
    from homeroom.cli.printing import Listing, print_out

    listing = Listing("generation", "state", "made", "kept until", "")
    for g in generations:
        until = f"{g.keep_until:%Y-%m-%d %H:%M}" if g.keep_until else ""
        notes = [f"as of {g.as_of:%Y-%m-%dT%H:%M:%SZ}"] if g.as_of else []
        notes += ["fed by Flink"] if g.stored.is_fed_by_flink else []
        notes += ["made by other code"] if g.stored.fingerprint != own else []
        listing.add(g.name, g.state, f"{g.made_at:%Y-%m-%d %H:%M}", until, ", ".join(notes))
    print_out(listing)


@generations_app.command("swap")
def swap_generation(
    name: Annotated[
        str,
        typer.Argument(
            help="A generation that Flink feeds.", autocompletion=completion.generations
        ),
    ],
    accept_differences: AcceptDifferences = False,
    keep_previous: KeepPrevious = "24h",  # type: ignore[assignment]
    wait: Annotated[
        float, typer.Option(help="Seconds to wait for Flink to catch up, and to have equal rows.")
    ] = 60.0,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Compare a generation that Flink feeds with the live one, and make it live.

    Workers go on with the one left for as long as it is kept. Nothing can be recorded through
    homeroom while Flink's is live: its entities have no numbers to go on from.

    Example: homeroom generations swap flink
    """
    from dataclasses import asdict

    from homeroom.cli.rebuild_report import print_report
    from homeroom.errors import RebuildRefused
    from homeroom.operations.flink_fed.swapping import swap_in
    from homeroom.operations.rebuilding.comparing import Report, check_untouched
    from homeroom.operations.verifying.settling import SettlingTime
    from homeroom.readmodel import read_model

    settings = configured()
    shown: list[Report] = []

    def agree(report: Report) -> None:
        shown.append(report)
        if not as_json:
            print_report(report)
        check_untouched(report, accept_differences, "--accept-differences swaps all the same.")
        on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        if on_terminal and not yes and not typer.confirm("Make it live?"):
            raise RebuildRefused("Nothing was swapped: the answer was no.")

    left = swap_in(
        settings.require_database("operator"), read_model(settings), name, agree,
        keep_previous_seconds=keep_previous, wait=SettlingTime(wait),
    )  # fmt: skip
    if as_json:
        result = {"generation": name, "previous": left, "outcome": "swapped"}
        print(as_json_text(result | {"report": asdict(shown[0])}))
        return
    print(f"{name} is live. `homeroom rollback` goes back to {left}.")


@generations_app.command("drop")
def drop_generation(
    name: Annotated[
        str,
        typer.Argument(
            help="A generation that is not live.", autocompletion=completion.generations
        ),
    ],
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Remove a generation: one as of a moment, one of Flink's, or the previous one.

    Example: homeroom generations drop january
    """
    from homeroom.operations.generations import remove

    settings = configured()
    confirm(f"Remove the generation {name} and all its tables?", yes)
    removed = remove(settings.require_database("operator"), name)
    sentence = f"{name} is removed."
    if not removed:
        sentence = f"{name} is not kept any longer: workers leave it, and one of them removes it."
    say(as_json, {"generation": name, "removed": removed}, sentence)
