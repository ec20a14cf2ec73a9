"""``homeroom definitions``: what the planner says of definitions of projections."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, as_json_text

if TYPE_CHECKING:
    from homeroom.engine.generations.generation import ReadModel
    from homeroom.engine.planning.checking import Accepted, Refused

DEPLOY = (
    "To deploy: `homeroom rebuild` makes every table again from the log; with `--from live` it\n"
    "keeps the entities and makes every projection again. Only what is named above changes."
)

definitions_app = typer.Typer(help="The definitions of the tables.", no_args_is_help=True)
app.add_typer(definitions_app, name="definitions")


@definitions_app.command("check")
def definitions_check(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Files of definitions; else all in projections/.", metavar="[FILE]..."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say of each definition whether it can be kept, what it costs, and what rests on it.

    Needs neither Kafka nor a database. Where HOMEROOM_DATABASE_URL names one,
    PostgreSQL is asked too: it makes the tables, empty, plans what a change
    costs, and rolls back. A file takes the place of the projection of its name,
    or is one more. Exits 1 where one is refused.

    Example: homeroom definitions check projections/class_totals.sql
    """
    from homeroom.engine.generations.generation import ReadModel
    from homeroom.engine.planning.checking import Refused, check
    from homeroom.readmodel import definition_texts, read_model
    from homeroom.settings import Settings

    given = {file.stem: _text(file) for file in files or ()}
    texts = {**definition_texts(), **given}
    settings = Settings(sparse_topics="")
    catalog = read_model(settings).catalog
    verdicts = check(catalog, texts, tuple(given or texts))
    url = settings.own_database("operator") or settings.database_url
    if url and not any(isinstance(v, Refused) for v in verdicts):
        verdicts = _asked(url, ReadModel(catalog, texts), verdicts)
    refused = [verdict for verdict in verdicts if isinstance(verdict, Refused)]
    if as_json:
        definitions = [
            {**dataclasses.asdict(v), "accepted": not isinstance(v, Refused)} for v in verdicts
        ]
        print(as_json_text({"definitions": definitions}))
    else:
        print("\n".join(line for verdict in verdicts for line in _lines(verdict)))
        if not given and not refused:
            print(f"All {len(verdicts)} definitions are accepted.")
        if given and not refused:
            print(DEPLOY)
    raise typer.Exit(bool(refused))


def _asked(
    url: str, model: "ReadModel", verdicts: "list[Accepted | Refused]"
) -> "list[Accepted | Refused]":
    """The verdicts, once PostgreSQL was asked too."""
    from homeroom.database import connect_sync
    from homeroom.engine.generations.costs import refused
    from homeroom.engine.planning.checking import refused as verdict

    with connect_sync(url, "homeroom definitions check", autocommit=True) as connection:
        by_name = {error.projection: error for error in refused(connection, model)}
    return [verdict(by_name[v.name]) if v.name in by_name else v for v in verdicts]


def _text(file: Path) -> str:
    if file.suffix != ".sql":
        raise typer.BadParameter(f"{file} does not end with .sql: its name is the table's name")
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{file} cannot be read: {error}") from None


def _lines(verdict: "Accepted | Refused") -> list[str]:
    from homeroom.engine.planning.checking import Refused

    if isinstance(verdict, Refused):
        at = f" at `{verdict.where}`" if verdict.where else ""
        return [f"{verdict.name}: refused{at}", f"  {verdict.problem}.", f"  {verdict.instead}"]
    lines = [f"{verdict.name}: accepted, {verdict.kind} by {', '.join(verdict.key)}"]
    for source in verdict.sources:
        lines.append(f"  a change of {source.relation} ({', '.join(source.columns)})")
        lines.append(f"    {source.cost}")
    if verdict.indexes:
        lines.append(f"  indexes: {', '.join(verdict.indexes)}")
    followers = ", ".join(verdict.followers) or "no other projection"
    lines.append(f"  then follow: {followers}")
    return lines
