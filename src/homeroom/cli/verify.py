"""``homeroom verify`` and ``homeroom repair``: tables against their definitions."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from homeroom.cli.app import (
    AsJson,
    By,
    Yes,
    app,
    as_json_text,
    as_share,
    configured,
    confirm,
    counted,
)
from homeroom.cli.differences import print_differences

if TYPE_CHECKING:
    from homeroom.operations.verify import Compared


@app.command()
def verify(
    table: Annotated[
        list[str] | None, typer.Option(help="Only this table; may be given again.")
    ] = None,
    key: Annotated[
        str | None, typer.Option(help="Only this row of the table; columns joined by `/`.")
    ] = None,
    sample: Annotated[
        float, typer.Option(parser=as_share, metavar="SHARE", help="A share of all keys, as 5%.")
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
        print_differences([d for one in compared for d in one.differences])
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
    print_differences(repaired)
