"""``homeroom status``: the status of log, tables and workers, for people and for scripts."""

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
        bool, typer.Option("--watch", help="Look again every 2 seconds, until Ctrl-C.")
    ] = False,
) -> None:
    """Show how far the tables are, what they keep back, and who works on them.

    Where Kafka or the database does not answer, the other half is shown, and the exit code is 1.

    Example: homeroom status
    """
    import asyncio

    from homeroom.operations.status.status import StatusReader

    looking = StatusReader(configured())
    if watch:
        try:
            asyncio.run(_watch(looking, as_json))
        except KeyboardInterrupt:
            raise typer.Exit(0) from None
    found = asyncio.run(looking.look())
    if as_json:
        print(as_json_text(asdict(found)))
    else:
        from rich.console import Console

        from homeroom.cli.status_tables import render

        Console(soft_wrap=not sys.stdout.isatty()).print(render(found))
    for problem in found.problems:
        print(f"homeroom: {problem}", file=sys.stderr)
    raise typer.Exit(bool(found.problems))


async def _watch(looking: "StatusReader", as_json: bool) -> None:
    """Redraws the status at intervals, or prints a line of JSON each time."""
    import asyncio

    if as_json:
        while True:
            print(as_json_text(asdict(await looking.look())), flush=True)
            await asyncio.sleep(REDRAW_SECONDS)
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

    from homeroom.cli.status_tables import render

    with Live(Text("Looking …"), console=Console(), auto_refresh=False) as live:
        while True:
            found = await looking.look()
            problems = (Text(problem, "red") for problem in found.problems)
            live.update(Group(render(found), *problems), refresh=True)
            await asyncio.sleep(REDRAW_SECONDS)
