"""``homeroom flink``: the same tables by Apache Flink."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, as_json_text, command_group, say

if TYPE_CHECKING:
    from homeroom.flink.script import Script

flink_app = command_group("flink", "The same tables by Apache Flink.", no_args_is_help=True)

Schema = Annotated[str, typer.Option("--schema", help="The schema of the tables.")]
Entities = Annotated[
    bool, typer.Option("--entities", help="Write the tables of the entities as well.")
]
Bounded = Annotated[
    bool, typer.Option("--bounded", help="End where the log ends now; else it goes on.")
]
Kafka = Annotated[
    str, typer.Option("--kafka", help="The brokers as the cluster reaches them; else the setting.")
]
Database = Annotated[
    str,
    typer.Option("--database", help="The database as the cluster reaches it; else the setting."),
]
Only = Annotated[
    list[str] | None,
    typer.Option(
        "--only", help="A table to keep, with all that it rests on; else all. May be repeated."
    ),
]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write; else it is printed.")]


@flink_app.command("sql")
def flink_sql(
    out: Out = None,
    schema: Schema = "flink",
    entities: Entities = False,
    bounded: Bounded = False,
    only: Only = None,
    kafka: Kafka = "",
    database: Database = "",
) -> None:
    """Write the script that keeps all tables, for Flink's SQL client or gateway.

    Passwords are not in it: a name as ${HOMEROOM_DATABASE_PASSWORD} stands for
    each, and `homeroom flink submit` needs no file.

    Example: homeroom flink sql --out homeroom.sql
    """
    script = _script(schema, entities, bounded, only, kafka, database, with_secrets=False)
    _write(out, script.text(), f"{len(script.tables)} tables")


@flink_app.command("tables")
def flink_tables(out: Out = None, schema: Schema = "flink", entities: Entities = False) -> None:
    """Write the statements that make the tables in PostgreSQL, in a schema of their own.

    Example: homeroom flink tables | psql "$HOMEROOM_DATABASE_URL"
    """
    from homeroom.flink.tables import create_tables
    from homeroom.readmodel import read_model
    from homeroom.settings import Settings

    model = read_model(Settings(sparse_topics=""))
    statements = list(create_tables(model, schema, entities=entities))
    text = "".join(f"{statement};\n" for statement in ("BEGIN", *statements, "COMMIT"))
    _write(out, text, f"schema {schema}")


@flink_app.command("create")
def flink_create(
    schema: Annotated[
        str, typer.Option("--schema", help="The generation's name, and that of its schema.")
    ] = "flink",
    as_json: AsJson = False,
) -> None:
    """Make a generation for the job to feed: its tables, empty, with the rights of readers.

    Workers do not feed it, and nobody reads it before `homeroom generations swap`. The job needs
    --entities to fill all of it.

    Example: homeroom flink create --schema flink
    """
    from homeroom.cli.app import configured
    from homeroom.operations.flink_fed.creating import create
    from homeroom.readmodel import read_model

    settings = configured()
    create(settings.require_database("operator"), read_model(settings), schema)
    sentence = (
        f"{schema} is made. Now start its job: homeroom flink submit --schema {schema} --entities"
    )
    say(as_json, {"generation": schema}, sentence)


@flink_app.command("submit")
def flink_submit(
    gateway: Annotated[str, typer.Option("--gateway", help="Flink's SQL gateway, a URL.")],
    schema: Schema = "flink",
    entities: Entities = False,
    bounded: Bounded = False,
    only: Only = None,
    kafka: Kafka = "",
    database: Database = "",
    from_checkpoint: Annotated[
        str,
        typer.Option("--from", help="The checkpoint or savepoint to go on from, a path of Flink."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Start the job by Flink's SQL gateway, and tell its id and page.

    Example: homeroom flink submit --gateway http://localhost:8083
    """
    from dataclasses import replace

    from homeroom.flink.gateway import submit

    script = _script(schema, entities, bounded, only, kafka, database, with_secrets=True)
    if from_checkpoint:
        going_on = {"execution.state-recovery.path": from_checkpoint}
        script = replace(script, settings={**script.settings, **going_on})
    job = submit(gateway, script)
    sentence = f"Job {job.id} runs{f': {job.page}' if job.page else '.'}"
    say(as_json, {"job": job.id, "page": job.page, "tables": script.tables}, sentence)


@flink_app.command("check")
def flink_check(
    gateway: Annotated[
        str, typer.Option("--gateway", help="Flink's SQL gateway, a URL, which plans them.")
    ] = "",
    local: Annotated[
        bool,
        typer.Option("--local", help="Plan them by a Flink that is started for it (FLINK_HOME)."),
    ] = False,
    only: Only = None,
    as_json: AsJson = False,
) -> None:
    """Say of each definition whether Flink can compute it; if told so, have Flink plan them.

    Needs neither Kafka nor a database, and starts no job. Exits 1 where one is refused.

    Example: homeroom flink check --gateway http://localhost:8083
    """
    from homeroom.engine.planning.planner import in_order
    from homeroom.errors import NotForFlink
    from homeroom.flink.definitions import translated
    from homeroom.flink.script import Target, make_script
    from homeroom.readmodel import read_model
    from homeroom.settings import Settings

    model = read_model(Settings(sparse_topics=""))
    verdicts: dict[str, str] = {}
    for definition, found in translated(model.catalog, in_order(model.catalog, model.definitions)):
        why = str(found) if isinstance(found, NotForFlink) else ""
        verdicts[definition.file] = verdicts.get(definition.file) or why
    refused = {name: why for name, why in verdicts.items() if why}
    planned = bool(gateway or local) and not refused
    if planned:
        brokers = {"properties.bootstrap.servers": "localhost:9092"}
        nowhere = {"url": "jdbc:postgresql://localhost/homeroom"}
        target = Target(brokers, nowhere, entities=True, tables=tuple(only or ()))
        _plan(gateway, make_script(model, target))
    if as_json:
        print(as_json_text({"refused": refused, "planned": planned, "definitions": len(verdicts)}))
    else:
        for why in refused.values():
            print(why)
        done = "Flink plans them" if planned else "all can be translated"
        if planned and only:
            done = f"all can be translated, and Flink plans {', '.join(only)}"
        print(f"{len(verdicts) - len(refused)} of {len(verdicts)} definitions: {done}.")
    raise typer.Exit(bool(refused))


def _plan(gateway: str, script: "Script") -> None:
    """Has a gateway plan a script, or a Flink of its own where none is named."""
    from homeroom.flink.gateway import check

    if gateway:
        check(gateway, script)
        return
    from tempfile import TemporaryDirectory

    from homeroom.local.flink import LocalFlink, flink_home, flink_java

    with TemporaryDirectory() as folder:
        flink = LocalFlink(
            Path(folder), flink_home(), flink_java(),
            say=lambda line: print(line, file=sys.stderr),
        )  # fmt: skip
        flink.start()
        try:
            check(flink.url, script)
        finally:
            flink.kill()


def _script(
    schema: str, entities: bool, bounded: bool, only: list[str] | None, kafka: str, database: str,
    *, with_secrets: bool,
) -> "Script":  # fmt: skip
    from homeroom.cli.app import configured
    from homeroom.flink.connections import jdbc_options, kafka_options, shown, withheld
    from homeroom.flink.script import Target, make_script
    from homeroom.readmodel import read_model

    settings, secret = configured(), shown if with_secrets else withheld
    if kafka:
        settings = settings.model_copy(update={"kafka_bootstrap_servers": kafka})
    target = Target(
        kafka_options(settings, secret=secret, bounded=bounded),
        jdbc_options(database or settings.require_database("operator"), secret=secret),
        schema,
        entities,
        tables=tuple(only or ()),
    )
    return make_script(read_model(settings), target)


def _write(out: Path | None, text: str, what: str) -> None:
    if out is None:
        print(text, end="")
        return
    out.write_text(text)
    print(f"Wrote {what} to {out}.")
