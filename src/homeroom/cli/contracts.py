"""``homeroom contracts``: the JSON Schemas of all events."""

from pathlib import Path
from typing import Annotated

import typer

from homeroom.cli.app import AsJson, as_json_text, command_group, counted, say

contracts_app = command_group(
    "contracts", "The contract in machine-readable form.", no_args_is_help=True
)


@contracts_app.command("export")
def contracts_export(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("schemas/events"),
    as_json: AsJson = False,
) -> None:
    """Write a JSON Schema for each event type.

    Example: homeroom contracts export schemas/events
    """
    from homeroom.contracts import export

    written = export.export(folder)
    changed = [str(path) for path in written]
    say(as_json, {"changed": changed}, f"Changed {counted(len(changed), 'file')} in {folder}.")


@contracts_app.command("check")
def contracts_check(
    folder: Annotated[Path, typer.Argument(help="Where they are.")] = Path("schemas/events"),
    as_json: AsJson = False,
) -> None:
    """Exit 1 where the files differ from the contract.

    Example: homeroom contracts check schemas/events
    """
    from homeroom.contracts import export

    differences = export.differences(folder)
    if as_json:
        print(as_json_text({"differences": differences}))
    else:
        print("\n".join(differences) or f"{folder} is current.")
    raise typer.Exit(bool(differences))
