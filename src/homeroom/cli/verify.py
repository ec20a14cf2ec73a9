"""``homeroom verify`` and ``homeroom repair``: tables against their definitions."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from homeroom.cli.app import AsJson, By, Yes, app, as_json_text, configured, confirm, counted

if TYPE_CHECKING:
    from homeroom.operations.verify import Compared, Difference

SHOWN_MAX = 50


def _share(text: str) -> float:
    """`5%` or `0.05` as a number from 0 to 1."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise typer.BadParameter(f"{text} is no share: give one like 5% or 0.05")
    return share


@app.command()
def verify(
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be given again.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Only this row of the table; columns joined by `/`.")
    ] = None,
    sample: Annotated[
        float, typer.Option(parser=_share, metavar="SHARE", help="A share of all keys, as 5%.")
    ] = "100%",  # type: ignore[assignment]
    as_json: AsJson = False,
) -> None:
    """Compare every table with its definition, in one snapshot; exit 1 if anything differs.

    Example: homeroom verify --table teacher_stats --key T-AAA
    """
    from homeroom.operations.verify import Scope
    from homeroom.operations.verify import verify as compare

    if key is not None and len(table or ()) != 1:
        raise typer.BadParameter("--key needs one --table")
    compared = compare(configured().require_database(), Scope(table or (), key, sample))
    if as_json:
        print(as_json_text([asdict(one) for one in compared]))
    else:
        Console().print(_as_table(compared))
        _print_differences([d for one in compared for d in one.differences])
    raise typer.Exit(any(one.differs for one in compared))


def _as_table(compared: Sequence["Compared"]) -> Table:
    """The comparison for people."""
    shown = Table("table", "rows", "unexpected", "missing", "", box=None, pad_edge=False)
    for column in shown.columns[1:4]:
        column.justify = "right"
    for one in compared:
        verdict = "[red]differs" if one.differs else "[green]equal"
        counts = (f"{one.rows:,}", f"{one.unexpected:,}", f"{one.missing:,}")
        shown.add_row(one.table, *counts, verdict)
    return shown


def _print_differences(differences: Sequence["Difference"]) -> None:
    if not differences:
        return
    shown = Table("table", "key", "column", "have", "should be", box=None, pad_edge=False)
    for name in shown.columns[:2]:
        name.no_wrap = True
    for one in differences[:SHOWN_MAX]:
        have, should = (
            "(no row)" if one.column is None and value is None else json.dumps(value)
            for value in (one.have, one.should)
        )
        cells = (one.table, one.key, one.column or "(the row)", have, should)
        shown.add_row(*map(Text, cells))
    Console().print("", shown)
    if len(differences) > SHOWN_MAX:
        print(f"… and {len(differences) - SHOWN_MAX:,} more: --table, --key, --json")


@app.command()
def repair(
    by: By,
    table: Annotated[str | None, typer.Argument(help="A projection's table.")] = None,
    key: Annotated[str | None, typer.Argument(help="Its key's columns, joined by `/`.")] = None,
    all_drifted: Annotated[
        bool, typer.Option("--all-drifted", help="Every row of every table that differs.")
    ] = False,
    why: Annotated[str, typer.Option(help="Is recorded, with who and when.")] = "repaired",
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Put rows right that differ from their definition, and record what was changed.

    Workers wait meanwhile, for as long as `homeroom verify` of the same takes.

    Example: homeroom repair teacher_stats T-AAA --why "edited by hand"
    """
    from homeroom.operations.repair import repair as mend
    from homeroom.operations.verify import Scope

    if (key is not None) == all_drifted or (all_drifted and table is not None):
        raise typer.BadParameter("give TABLE and KEY, or --all-drifted")
    settings = configured()
    if all_drifted:
        confirm("Write every row anew that differs from its definition?", yes)
    scope = Scope([table] if table else (), key)
    repaired = mend(settings.require_database(), scope, by, why)
    if as_json:
        print(as_json_text([asdict(one) for one in repaired]))
        return
    rows = len({(one.table, one.key) for one in repaired})
    print(f"Repaired {counted(rows, 'row')}." if rows else "Nothing differs: nothing was changed.")
    _print_differences(repaired)
