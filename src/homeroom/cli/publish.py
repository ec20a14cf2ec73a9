"""``homeroom publish`` and ``homeroom import-oulad``: events from files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, configured, counted

if TYPE_CHECKING:
    from homeroom_kit.publishing.publisher import Published


@app.command()
def publish(
    file: Annotated[str, typer.Argument(help="CloudEvents in JSON lines; `-` is standard input.")],
    as_json: AsJson = False,
) -> None:
    """Publish a file of events. Every line is checked first; if one is refused, nothing is sent.

    Example: homeroom publish events.jsonl
    """
    import asyncio

    from homeroom.progress_bars import ProgressBars
    from homeroom_kit.publishing.files import publish_file

    settings = configured()
    with ProgressBars() as bars:
        done = asyncio.run(publish_file(settings, file, on_progress=bars.bar("Publishing")))
    _say_published(done, as_json)


@app.command("import-oulad")
def import_oulad(
    folder: Annotated[
        Path | None, typer.Option("--from", help="Folder with the original CSV files.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Publish the Open University data set as events: the one that ships, or the original files.

    Example: homeroom import-oulad
    """
    import asyncio

    from homeroom.local import oulad
    from homeroom.progress_bars import ProgressBars

    settings = configured()
    with ProgressBars() as bars:
        done = asyncio.run(oulad.import_oulad(settings, folder, on_progress=bars.bar("Publishing")))
    _say_published(done, as_json)


def _say_published(done: "Published", as_json: bool) -> None:
    if as_json:
        print(json.dumps({"events": done.count, "wait_for": done.wait_for}))
        return
    if not done.count:
        print("No events: nothing was published.")
        return
    print(f"Published {counted(done.count, 'event')}.")
    print(f"Homeroom-Wait-For: {done.wait_for}")
