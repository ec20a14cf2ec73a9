"""``homeroom status``: the status of log, tables and workers, as text or as JSON."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, as_json_text, configured

if TYPE_CHECKING:
    from homeroom.operations.status.status import StatusReader

REDRAW_SECONDS = 2.0


@app.command()
def status(
    as_json: AsJson = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Refresh every 2 seconds, until Ctrl-C.")
    ] = False,
) -> None:
    """Show the lag of the tables, what is not applied, and which workers run.

    Where Kafka or the database does not answer, the command shows what the other one knows and
    exits 1.

    Example: homeroom status
    """
    import asyncio

    from homeroom.operations.status.status import StatusReader

    reader = StatusReader(configured())
    if watch:
        try:
            asyncio.run(_watch(reader, as_json))
        except KeyboardInterrupt:
            raise typer.Exit(0) from None
    current = asyncio.run(reader.read())
    if as_json:
        print(as_json_text(asdict(current)))
    else:
        from homeroom.cli.printing import print_out
        from homeroom.cli.status_tables import render

        print_out(render(current))
    for problem in current.problems:
        print(f"homeroom: {problem}", file=sys.stderr)
    raise typer.Exit(bool(current.problems))


async def _watch(reader: "StatusReader", as_json: bool) -> None:
    """Redraws the status at intervals, or prints a line of JSON each time."""
    import asyncio

    if as_json:
        while True:
            print(as_json_text(asdict(await reader.read())), flush=True)
            await asyncio.sleep(REDRAW_SECONDS)
    from rich.console import Group
    from rich.live import Live
    from rich.text import Text

    from homeroom.cli.printing import line, output, print_out
    from homeroom.cli.status_tables import render

    if not sys.stdout.isatty():
        while True:
            print_out(render(await reader.read()), "")
            sys.stdout.flush()
            await asyncio.sleep(REDRAW_SECONDS)
    with Live(
        Text("Reading …"),
        console=output(),
        auto_refresh=False,
        redirect_stdout=False,
        redirect_stderr=False,
    ) as live:
        while True:
            current = await reader.read()
            problems = (line(problem, "red") for problem in current.problems)
            live.update(Group(render(current), *problems), refresh=True)
            await asyncio.sleep(REDRAW_SECONDS)
