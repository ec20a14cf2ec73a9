"""``homeroom verify`` and ``homeroom repair``: tables against their definitions, or the log."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli import completion
from homeroom.cli.app import (
    AsJson,
    By,
    Why,
    Yes,
    app,
    as_json_text,
    as_share,
    configured,
    confirm,
    counted,
    ending_in_order,
)
from homeroom.cli.differences import print_differences
from homeroom.cli.rebuild import PhaseBars

if TYPE_CHECKING:
    from homeroom.cli.printing import Listing
    from homeroom.operations.differences import Compared, Scope
    from homeroom.operations.repairing.repair import Repaired
    from homeroom.settings import Settings


@app.command()
def verify(
    against_log: Annotated[
        bool,
        typer.Option("--against-log", help="The entities, against a fresh fold of the whole log."),
    ] = False,
    table: Annotated[
        list[str] | None,
        typer.Option(help="Only this table; may be given again.", autocompletion=completion.tables),
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Only the row with this KEY, as in `homeroom repair`.")
    ] = None,
    sample: Annotated[
        float, typer.Option(parser=as_share, metavar="SHARE", help="A share of all keys, as 5%.")
    ] = "100%",  # type: ignore[assignment]
    generation: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="Of this generation; else of the live one.",
            autocompletion=completion.generations,
        ),
    ] = "",
    against: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="All tables, against those of this generation, row by row.",
            autocompletion=completion.generations,
        ),
    ] = "",
    wait: Annotated[
        float,
        typer.Option(help="Seconds to look again at rows that differ, where Flink may be behind."),
    ] = 30.0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Compare every table with its definition, in one snapshot; exit 1 if anything differs.

    With --against-log the tables are those of the entities. It builds them once more beside the
    live ones, as a rebuild does, and removes them at the end: `homeroom rebuild status` shows it.

    With --against, and of a generation that Flink feeds, only what differs in every look counts:
    two generations are hardly ever equally far, and Flink's tables are not of one commit.

    Example: homeroom verify --table teacher_stats --key T-AAA
    """
    from homeroom.operations.differences import Scope

    if key is not None and len(table or ()) != 1:
        raise typer.BadParameter("--key needs one --table")
    if against_log and (generation or against):
        raise typer.BadParameter("--against-log is of the live generation, and takes no other")
    settings, scope = configured(), Scope(table or (), key, sample)
    if against_log:
        compared = _against_log(settings, scope)
    else:
        compared = _compared(settings, scope, generation, against, wait)
    if as_json:
        print(as_json_text([asdict(one) for one in compared]))
    else:
        from homeroom.cli.printing import print_out

        print_out(_listing(compared))
        print_differences([d for one in compared for d in one.differences])
    raise typer.Exit(any(one.differs for one in compared))


def _compared(
    settings: "Settings", scope: "Scope", generation: str, against: str, wait: float
) -> list["Compared"]:
    from homeroom.operations.verifying.against_generation import verify_against
    from homeroom.operations.verifying.settling import SettlingTime
    from homeroom.operations.verifying.verify import verify as compare

    url = settings.require_database("operator")
    if against:
        return verify_against(url, scope, generation, against, SettlingTime(wait))
    return compare(url, scope, generation=generation, wait=SettlingTime(wait))


def _against_log(settings: "Settings", scope: "Scope") -> list["Compared"]:
    from homeroom.operations.verifying.against_log import verify_against_log
    from homeroom.readmodel import read_model

    with ending_in_order(), closing(PhaseBars()) as bars:
        return verify_against_log(settings, read_model(settings), scope, bars)


def _listing(compared: Sequence["Compared"]) -> "Listing":
    """The comparison for people."""
    from rich.text import Text

    from homeroom.cli.printing import Listing

    numbers = ("rows", "unexpected", "missing")
    listing = Listing("table", *numbers, "", right=numbers)
    for one in compared:
        verdict = Text("differs", "red") if one.differs else Text("equal", "green")
        counts = (f"{one.rows:,}", f"{one.unexpected:,}", f"{one.missing:,}")
        listing.add(one.table, *counts, verdict)
    return listing


@app.command()
def repair(
    by: By,
    table: Annotated[
        str | None,
        typer.Argument(
            help="A projection's table; an entity's with --from-log.",
            autocompletion=completion.tables,
        ),
    ] = None,
    key: Annotated[
        str | None,
        typer.Argument(help="Only this row: its key's columns joined by `/`, or a JSON array."),
    ] = None,
    all_drifted: Annotated[
        bool, typer.Option("--all-drifted", help="Every row of every table that differs.")
    ] = False,
    from_log: Annotated[
        bool, typer.Option("--from-log", help="Entities from the log, and projections with them.")
    ] = False,
    why: Why = "repaired",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put rows right that differ from their definition, and record what was changed.

    Give a projection's table and a key for one row, a table alone for all its rows and those of the
    projections that read it, or --all-drifted for everything.

    Workers wait meanwhile, for as long as `homeroom verify` of the same takes. With --from-log rows
    of entities are put right from a fresh fold of the whole log, and then the rows of projections
    that were wrong because of them; workers do not wait while that is built.

    A key that begins with `-` comes last, after `--`.

    Example: homeroom repair teacher_stats T-AAA --why "edited by hand"
    """
    from homeroom.operations.differences import Scope

    if (table is not None) == all_drifted:
        raise typer.BadParameter("give TABLE, TABLE and KEY, or --all-drifted")
    settings = configured()
    if key is None:
        source = "the log" if from_log else "its definition"
        where = f" of {table}" if table else ""
        confirm(f"Write every row{where} anew that differs from {source}?", yes)
    repaired = _repair(settings, Scope([table] if table else (), key), by, why, from_log)
    if as_json:
        print(as_json_text([asdict(one) for one in repaired.differences]))
        return
    if not repaired.rows:
        print("Nothing differs: nothing was changed.")
        return
    print(f"Repaired {counted(repaired.rows, 'row')}.")
    print_differences(repaired.differences)
    if len({(one.table, one.key) for one in repaired.differences}) < repaired.rows:
        print("These are the first. The table homeroom.repair has them all.")


def _repair(settings: "Settings", scope: "Scope", by: str, why: str, from_log: bool) -> "Repaired":
    if not from_log:
        from homeroom.operations.repairing.repair import repair as from_definitions

        return from_definitions(settings.require_database("operator"), scope, by, why)
    from homeroom.operations.repairing.from_log import repair_from_log
    from homeroom.readmodel import read_model

    with ending_in_order(), closing(PhaseBars()) as bars:
        return repair_from_log(settings, read_model(settings), scope, by, why, bars)
