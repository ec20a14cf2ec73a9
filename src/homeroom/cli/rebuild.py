"""``homeroom rebuild`` and its subcommands: build the tables anew beside live traffic."""

import sys
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import (
    AcceptDifferences,
    AsJson,
    KeepPrevious,
    Yes,
    as_json_text,
    as_share,
    command_group,
    configured,
    say,
)
from homeroom.cli.rebuild_report import check_limits, print_report
from homeroom.errors import RebuildRefused
from homeroom.terminal import one_line

if TYPE_CHECKING:
    from homeroom.operations.rebuilding.comparing import Report
    from homeroom.operations.rebuilding.record import RebuildOptions, RebuildStatus
    from homeroom.progress_bars import ProgressBars
    from homeroom.progress_bars import ReportProgress as Bar
    from homeroom.settings import Settings

rebuild_app = command_group(
    "rebuild",
    "Build the tables anew from the log, beside live traffic, and swap them in.",
    invoke_without_command=True,
)

ABORT_SECONDS_MAX = 60.0


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is no RFC 3339 time, as 2014-01-31T00:00:00Z") from None
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text} has no offset: write {moment.isoformat()}Z for UTC")
    return moment.astimezone(UTC)


@rebuild_app.callback()
def rebuild(
    context: typer.Context,
    source: Annotated[
        str, typer.Option("--from", help="log, or live: the live generation's entity tables.")
    ] = "log",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what it would take, and change nothing.")
    ] = False,
    require_equal: Annotated[
        bool, typer.Option("--require-equal", help="Do not swap if anything differs.")
    ] = False,
    max_changed: Annotated[
        float | None,
        typer.Option(parser=as_share, metavar="SHARE", help="Do not swap if more differs: 0.1%."),
    ] = None,
    accept_differences: AcceptDifferences = False,
    keep_previous: KeepPrevious = "24h",  # type: ignore[assignment]
    as_of: Annotated[
        datetime | None,
        typer.Option(parser=_moment, metavar="TIME", help="How things stood then; needs --into."),
    ] = None,
    into: Annotated[
        str | None, typer.Option(metavar="NAME", help="The name of the generation to build.")
    ] = None,
    processes: Annotated[
        int, typer.Option(min=0, help="Processes that load; 0 is one per processor, at most 4.")
    ] = 0,
    unfed: Annotated[
        bool, typer.Option("--unfed", help="Swap although no worker of this version runs yet.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Build the tables anew from the log, beside live traffic, and swap them in.

    An interrupted rebuild goes on where it was. On a terminal it asks before the swap.

    Example: homeroom rebuild --max-changed 0.1% --keep-previous 24h
    """
    if context.invoked_subcommand is not None:
        return
    from homeroom.operations.rebuilding.record import RebuildOptions

    if source not in ("log", "live"):
        raise typer.BadParameter("--from is log or live")
    if (as_of is None) != (into is None):
        raise typer.BadParameter("--as-of and --into belong together")
    if as_of is not None and source == "live":
        raise typer.BadParameter("--as-of needs the log: an entity table knows the present only")
    options = RebuildOptions(
        source=source,
        as_of=as_of,
        into=into,
        changed_max=0.0 if require_equal else max_changed,
        keep_previous_seconds=keep_previous,
        processes=processes,
        unfed=unfed,
        accept_differences=accept_differences,
    )
    if dry_run:
        _dry_run(options, as_json)
        return
    run_rebuild(options, yes, as_json)


def _dry_run(options: "RebuildOptions", as_json: bool) -> None:
    from rich.filesize import decimal

    from homeroom.operations.rebuilding.dry_run import dry_run
    from homeroom.readmodel import read_model

    settings = configured()
    estimate = dry_run(settings, read_model(settings), options)
    if as_json:
        print(as_json_text(asdict(estimate)))
        return
    for warning in estimate.warnings:
        _warn(warning)
    print(f"{estimate.events:,} events in {estimate.partitions} partitions.")
    print(
        f"Loading takes about {estimate.loading_seconds:.0f} s ({estimate.events_per_second:,.0f} "
        "events/s in a sample); indexing and deriving come on top."
    )
    size = decimal(estimate.tables_bytes, precision=0)
    print(f"Disk: about {size} for the new tables, and the write-ahead log of as much.")
    print(f"It would become {estimate.generation}. Nothing was changed.")


def _warn(warning: str) -> None:
    print(one_line(f"Warning: {warning}"), file=sys.stderr)


def run_rebuild(options: "RebuildOptions", yes: bool, as_json: bool) -> None:
    """Rebuilds; shows progress and the report, and asks before the swap on a terminal."""
    from homeroom.operations.rebuilding import comparing
    from homeroom.operations.rebuilding import rebuild as rebuilding
    from homeroom.readmodel import read_model

    settings = configured()
    options = options.continuing(_read_status(settings))
    report: Report | None = None

    def confirm_swap(comparison: "Report | None") -> None:
        nonlocal report
        bars.close()
        report = comparison
        if not as_json:
            print_report(report)
        check_limits(report, options)
        on_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        must_ask = on_terminal and not yes and options.changed_max is None
        if must_ask and not typer.confirm("Make it live?"):
            raise RebuildRefused(comparing.REFUSED.format("the answer was no"))

    def tell(generation: str, outcome: str, sentence: str) -> None:
        bars.close()
        result = {"generation": generation, "outcome": outcome}
        say(as_json, result | {"report": asdict(report) if report else None}, sentence)
        # Until workers have taken it over, a while may pass.
        sys.stdout.flush()

    def tell_swapped(name: str) -> None:
        tell(name, "swapped", f"{name} is live. `homeroom rollback` goes back.")

    with closing(PhaseBars()) as bars:
        generation, outcome = rebuilding.rebuild(
            settings, read_model(settings), options, bars, confirm_swap,
            warn=_warn, swapped=tell_swapped,
        )  # fmt: skip
    if outcome != "swapped":
        served = f"homeroom serve --generation {generation}"
        tell(generation, outcome, f"{generation} shows how things stood: {served}")


class PhaseBars:
    """Shows each phase as a bar, or as lines, from the moment that there is something to count."""

    def __init__(self) -> None:
        self._bars: ProgressBars | None = None
        self._phase = ""
        self._bar: Bar | None = None

    def __call__(self, phase: str, done: int, total: int | None) -> None:
        if total is None and done == 0:
            return
        if self._bars is None:
            from homeroom.progress_bars import ProgressBars

            self._bars = ProgressBars().__enter__()
        if phase != self._phase:
            unit = "steps" if phase in ("deriving", "indexing") else "events"
            self._phase, self._bar = phase, self._bars.bar(phase, total, unit)
        assert self._bar is not None
        self._bar(done, total)

    def close(self) -> None:
        if self._bars is not None:
            self._bars.__exit__(None, None, None)
        self._bars, self._phase = None, ""


@rebuild_app.command("status")
def show_status(as_json: AsJson = False) -> None:
    """How far the rebuild is, or how the last one ended. Example: homeroom rebuild status"""
    status = _read_status(configured())
    if as_json:
        values = None
        if status:
            values = asdict(status) | {"rate": status.rate, "seconds_left": status.seconds_left}
        print(as_json_text(values))
        return
    if status is None:
        print("There was no rebuild yet.")
        return
    print(_status_text(status))


def _status_text(status: "RebuildStatus") -> str:
    if status.ended_at is not None:
        seconds = (status.ended_at - status.began_at).total_seconds()
        return (
            f"{status.generation}: {status.outcome} at {status.ended_at:%Y-%m-%d %H:%M:%S} UTC, "
            f"after {seconds:,.0f} s."
        )
    counted = f"{status.done:,}" + (f" of {status.total:,}" if status.total is not None else "")
    text = f"{status.generation}: {status.phase}, {counted}"
    if status.running and status.rate:
        text += f", {status.rate:,.0f}/s"
        if status.seconds_left is not None:
            text += f", {status.seconds_left:,.0f} s left of this phase"
    if status.purpose != "rebuild":
        text += f" (for `homeroom {status.purpose}` against the log)"
    if status.refusal:
        return f"{status.generation}: {status.phase}. {status.refusal}{_limit_of(status)}"
    if not status.running and status.purpose != "rebuild":
        return f"{text}. No process works on it: the next one drops it, as `abort` does."
    if not status.running:
        return f"{text}. No process works on it: `homeroom rebuild` goes on, `abort` drops it."
    if status.asked == "pause":
        text += "; paused" if status.is_paused else "; pauses as soon as it can"
    return f"{text}. Process {status.process}, since {status.began_at:%H:%M:%S} UTC."


def _limit_of(status: "RebuildStatus") -> str:
    if status.changed_max is None:
        return ""
    return f" Its limit is {status.changed_max:.3%} of the rows, unless another one is given."


def _read_status(settings: "Settings") -> "RebuildStatus | None":
    from homeroom.database import connect_sync
    from homeroom.operations.rebuilding.record import read_status

    with connect_sync(
        settings.require_database("operator"), "homeroom rebuild", autocommit=True
    ) as connection:
        return read_status(connection)


@rebuild_app.command()
def pause(as_json: AsJson = False) -> None:
    """Have the running rebuild wait. Example: homeroom rebuild pause"""
    _request("pause")
    sentence = "The rebuild pauses as soon as it can. `homeroom rebuild resume` continues it."
    say(as_json, {"requested": "pause"}, sentence)


@rebuild_app.command()
def resume(as_json: AsJson = False) -> None:
    """Let a paused rebuild go on. Example: homeroom rebuild resume"""
    _request(None)
    say(as_json, {"requested": "resume"}, "The rebuild goes on.")


@rebuild_app.command()
def abort(yes: Yes = False, as_json: AsJson = False) -> None:
    """End the unfinished rebuild and drop what it has built. Example: homeroom rebuild abort"""
    from homeroom.cli.app import confirm
    from homeroom.operations.rebuilding.record import abort as end

    confirm("Drop what the rebuild has built so far?", yes)
    status = end(configured().require_database("operator"), ABORT_SECONDS_MAX)
    sentence = f"{status.generation} was dropped. The live generation is as it was."
    if status.purpose == "repair":
        # It may have committed while this waited for its locks.
        sentence = (
            f"{status.generation} was dropped. Rows that were repaired by then are in the table "
            "homeroom.repair."
        )
    say(as_json, {"dropped": status.generation}, sentence)


def _request(action: str | None) -> None:
    from homeroom.operations.rebuilding.record import ask

    ask(configured().require_database("operator"), action)
