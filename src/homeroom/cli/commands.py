"""The commands: one function each, which asks the part that does the work."""

import json
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, app, configured

if TYPE_CHECKING:
    import asyncio

    from homeroom.engine.consuming.progress import Drift
    from homeroom.engine.consuming.worker import Worker
    from homeroom.publishing.publisher import Published
    from homeroom.settings import Settings

token_app = typer.Typer(help="Issue and revoke tokens.", no_args_is_help=True)
contracts_app = typer.Typer(help="The contract in machine-readable form.", no_args_is_help=True)
app.add_typer(token_app, name="token")
app.add_typer(contracts_app, name="contracts")


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """Prepare an empty database and create missing topics; safe to run again.

    Example: HOMEROOM_DATABASE_URL=… HOMEROOM_KAFKA_BOOTSTRAP_SERVERS=… homeroom migrate
    """
    import asyncio

    from homeroom.operations.migrate import migrate as prepare
    from homeroom.readmodel import project_folder, read_model

    settings = configured()
    done = asyncio.run(prepare(settings, read_model(settings), project_folder("migrations")))
    if as_json:
        print(json.dumps(asdict(done)))
        return
    print(f"The live generation is {done.generation}.")
    created = ", ".join(done.topics_created)
    print(f"Created the topics {created}." if created else "All topics were there.")
    for warning in done.warnings:
        print(f"Warning: {warning}", file=sys.stderr)


@app.command()
def worker(
    from_log_start: Annotated[
        bool,
        typer.Option(help="Begin a partition without a position where its log begins, not at 0."),
    ] = False,
    rebuild: Annotated[
        bool,
        typer.Option("--rebuild", help="Where the live tables were made by other code, rebuild."),
    ] = False,
) -> None:
    """Project events into tables until SIGTERM or Ctrl-C. Start as many as there are partitions.

    Example: homeroom worker
    """
    import asyncio

    from homeroom.engine import process
    from homeroom.engine.consuming.consumer import WorkerOptions
    from homeroom.engine.consuming.progress import Drift
    from homeroom.engine.consuming.worker import Worker
    from homeroom.kafka import client_options
    from homeroom.monitoring.worker import observed
    from homeroom.readmodel import read_model

    settings = configured()
    options = WorkerOptions(
        settings.require_database(),
        client_options(settings),
        settings.topic_prefix,
        settings.batch_events_max,
        settings.batch_events_behind_max,
        settings.session_timeout_seconds,
        from_log_start,
    )
    model = read_model(settings)
    if rebuild:
        from homeroom.operations.rebuilding.by_itself import rebuild_if_needed

        rebuild_if_needed(settings, model)
    worker, drift = Worker(model, options), Drift()
    with observed(worker, drift, settings), process.rare_garbage_collection():
        asyncio.run(_until_signalled(worker, drift, settings))


async def _until_signalled(worker: "Worker", drift: "Drift", settings: "Settings") -> None:
    """The first signal lets the batch in hand finish; a second one is not waited for."""
    import asyncio

    from homeroom.commands.running import relaying
    from homeroom.operations.gentle_verify import verifying

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop_once, loop, worker)
    async with (
        verifying(
            settings.require_database(),
            settings.verify_interval_seconds,
            drift,
            settings.verify_share,
        ),
        relaying(settings),
    ):
        await worker.run()


def _stop_once(loop: "asyncio.AbstractEventLoop", worker: "Worker") -> None:
    worker.stop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_DFL)


@app.command()
def serve(
    generation: Annotated[
        str | None,
        typer.Option(help="Read this one, not the live one: as of a moment, or the previous."),
    ] = None,
) -> None:
    """Answer dashboard clients over HTTP until SIGTERM or Ctrl-C.

    Example: HOMEROOM_PORT=8000 homeroom serve
    """
    from homeroom.api import server

    server.run(configured(), generation)


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
    from homeroom.publishing.files import publish_file

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
    print(f"Published {done.count:,} events.")
    print(f"Homeroom-Wait-For: {done.wait_for}")


@token_app.command("issue")
def token_issue(
    sub: Annotated[str, typer.Option(help="Whose token: the teacher's or student's id.")],
    role: Annotated[str, typer.Option(help="teacher, student, admin or service.")],
    organization_id: Annotated[
        str | None, typer.Option(help="The school's id; none for a standalone teacher.")
    ] = None,
    expires_in: Annotated[int, typer.Option(min=1, help="Seconds until it expires.")] = 3600,
) -> None:
    """Print a signed token (HS256, with HOMEROOM_JWT_SECRET).

    Example: homeroom token issue --sub T-AAA --role teacher
    """
    from homeroom.api import tokens

    print(tokens.issue(configured(), sub, role, organization_id, expires_in))


@token_app.command("revoke")
def token_revoke(jti: Annotated[str, typer.Argument(help="The token's `jti` claim.")]) -> None:
    """Refuse a token from now on. Example: homeroom token revoke 5c1f0f6e"""
    from homeroom.api import tokens

    tokens.revoke(configured(), jti)
    print(f"Tokens with the id {jti} are refused from now on.")


@contracts_app.command("export")
def contracts_export(
    folder: Annotated[Path, typer.Argument(help="Where to write them.")] = Path("schemas/events"),
) -> None:
    """Write a JSON Schema for each event type.

    Example: homeroom contracts export schemas/events
    """
    from homeroom.contract import export

    written = export.export(folder)
    print(f"Changed {len(written)} files in {folder}.")


@contracts_app.command("check")
def contracts_check(
    folder: Annotated[Path, typer.Argument(help="Where they are.")] = Path("schemas/events"),
) -> None:
    """Exit 1 where the files differ from the contract.

    Example: homeroom contracts check schemas/events
    """
    from homeroom.contract import export

    found = export.differences(folder)
    for difference in found:
        print(difference)
    raise typer.Exit(bool(found))


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Project, verify, print the summary, and end.")
    ] = False,
) -> None:
    """Run everything on this machine with real data: Kafka, PostgreSQL, worker and service.

    Publishes the Open University data set, and for the students of one of
    its classes a made-up year of missions, habits and goals that ends today.
    Prints a token and curl lines for a teacher and for a student.
    The next run finds it all again.

    Example: homeroom demo --once
    """
    from homeroom.local.demo import run as demo_run

    raise typer.Exit(demo_run.run(once=once))
