"""``homeroom import-assignments``: teachers' assignments from a CSV file."""

import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, as_json_text, configured
from homeroom.terminal import one_line

if TYPE_CHECKING:
    from io import StringIO

    from homeroom.commands.assignment_import import ImportedLine
    from homeroom.commands.assignment_rules import Admin
    from homeroom.settings import Settings


@app.command("import-assignments")
def import_assignments(
    file: Annotated[str, typer.Argument(help="CSV with a header; `-` is standard input.")],
    made_by: Annotated[
        str,
        typer.Option(
            "--made-by",
            help="The id of the admin who assigns them.",
            default_factory=getpass.getuser,
            show_default="you",
        ),
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would become of each line.")
    ] = False,
    organization_id: Annotated[
        str, typer.Option("--organization-id", help="Assign only what is of this school.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Assign teachers to classes and subjects, line by line: `user_id,class_level_id,subject_id`.

    A line that is refused stops no other. What is assigned already stays as it is, so the same file
    may be imported again. The exit code is 1 if a line is refused.

    Example: homeroom import-assignments assignments.csv --dry-run
    """
    import asyncio

    from homeroom.api.access import ID
    from homeroom.commands.assignment_rules import Admin

    for name, text in (("--made-by", made_by), ("--organization-id", organization_id)):
        # No organization is that of the platform; there is always somebody who assigns.
        if not ID.fullmatch(text) and (text or name == "--made-by"):
            raise typer.BadParameter(f"{name} must be 1 to 64 of A-Z a-z 0-9 _ -, not {text!r}")
    done: list[ImportedLine] = []
    admin = Admin(made_by, organization_id)
    try:
        asyncio.run(_import(configured(), file, admin, done, dry_run=dry_run, as_json=as_json))
    except BaseException:
        # These lines are done, whatever ended the command.
        if as_json and done:
            _print_lines(done, dry_run=dry_run, stopped=True)
        raise
    refused = sum(line.status == "refused" for line in done)
    if as_json:
        _print_lines(done, dry_run=dry_run, stopped=False)
    else:
        counts = {s: sum(line.status == s for line in done) for s in ("assigned", "exists")}
        print(
            f"{counts['assigned']:,} {'would be ' if dry_run else ''}assigned, "
            f"{counts['exists']:,} there already, {refused:,} refused."
        )
    if refused:
        raise typer.Exit(1)


def _print_lines(done: "list[ImportedLine]", *, dry_run: bool, stopped: bool) -> None:
    lines = [{"line": one.line, "status": one.status, "detail": one.detail} for one in done]
    print(as_json_text({"dry_run": dry_run, "stopped": stopped, "lines": lines}))


async def _import(
    settings: "Settings",
    file: str,
    admin: "Admin",
    done: "list[ImportedLine]",
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Says of each line what became of it as soon as that is known, and adds it to those done."""
    from contextlib import nullcontext

    from homeroom.commands.assignment_import import import_assignments
    from homeroom.commands.database import explained
    from homeroom.database import connect
    from homeroom.errors import NumberingBehind

    text = _text(file)
    async with await connect(
        settings.require_database("operator"), "homeroom import"
    ) as connection:
        try:
            async for line in import_assignments(
                lambda: nullcontext(connection), admin, text, dry_run=dry_run
            ):
                if not as_json:
                    print(one_line(f"line {line.line}: {line.status}: {line.detail}"))
                done.append(line)
        except NumberingBehind as error:
            raise await explained(connection) from error


def _text(file: str) -> "StringIO":
    """The file's text, as `csv` takes it; spreadsheets put a byte order mark before it."""
    from io import StringIO

    from homeroom_kit.errors import HomeroomError
    from homeroom_kit.publishing.files import opened

    with opened(file) as source:
        source.seek(0)
        try:
            return StringIO(source.read().decode("utf-8-sig"), newline="")
        except UnicodeDecodeError as error:
            raise HomeroomError(f"{file} is no UTF-8: {error.reason}.") from None
