"""``homeroom contracts``: the contract as files, and what changes of it break."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, as_json_text, command_group, counted, say

if TYPE_CHECKING:
    from homeroom.contracts.compatibility.findings import Finding

contracts_app = command_group(
    "contracts", "The contract in machine-readable form.", no_args_is_help=True
)


@contracts_app.command("export")
def contracts_export(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("schemas"),
    as_json: AsJson = False,
) -> None:
    """Write the OpenAPI and AsyncAPI documents, a JSON Schema for each event type, and TypeScript.

    Example: homeroom contracts export schemas
    """
    from homeroom.contracts import export

    changed = [str(path) for path in export.export(folder)]
    say(as_json, {"changed": changed}, f"Changed {counted(len(changed), 'file')} in {folder}.")


@contracts_app.command("check")
def contracts_check(
    folder: Annotated[
        Path | None, typer.Argument(help="Where they are; `schemas` if not said.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            "--against",
            help="An older contract, or a folder of releases, of which the newest counts. What is "
            "compared with it is this installation's, or that in FOLDER where it is named.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Exit 1 where the files differ from the contract, or with --against, where a change breaks.

    Example: homeroom contracts check --against schemas/released
    """
    if against is not None:
        _check_against(against, folder, as_json)
    from homeroom.contracts import export

    folder = folder or Path("schemas")
    differences = export.differences(folder)
    if as_json:
        print(as_json_text({"differences": differences}))
    else:
        print("\n".join(differences) or f"{folder} is current.")
    raise typer.Exit(bool(differences))


def _check_against(against: Path, folder: Path | None, as_json: bool) -> None:
    from homeroom.contracts.compatibility import check

    release = check.latest_release(against)
    old = check.of_folder(release)
    new = check.of_folder(folder) if folder else check.of_the_code()
    found = check.accepted(check.compared(old, new), against / check.ACCEPTED)
    breaks = check.breaks(found)
    if as_json:
        print(as_json_text({"against": str(release), "breaking": breaks, "changes": found}))
    else:
        for one in found:
            _print_finding(one)
        breaking = sum(one.breaking and not one.accepted for one in found)
        print(f"{counted(len(found), 'change')} since {release}, {breaking:,} breaking.")
    raise typer.Exit(breaks)


def _print_finding(one: "Finding") -> None:
    verdict = "accepted" if one.accepted else "breaking" if one.breaking else "compatible"
    print(f"{verdict}  {one.kind}  {one.where}\n  {one.what}")
    if one.accepted:
        print(f"  Accepted: {one.accepted}")
    elif one.breaking:
        print(f"  Instead: {one.instead}")
