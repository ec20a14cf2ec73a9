"""``homeroom kit``: what teams that publish events need."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from homeroom.cli.app import AsJson, as_json_text, command_group, configured, counted

if TYPE_CHECKING:
    import asyncio

    from homeroom.operations.topic_check.findings import FaultKind, FoundExample, TopicReport
    from homeroom.progress_bars import ProgressBars
    from homeroom.settings import Settings

ENDING = (signal.SIGINT, signal.SIGTERM)

kit_app = command_group("kit", "What teams that publish events need.", no_args_is_help=True)


@kit_app.command("check")
def kit_check(
    topic: Annotated[str, typer.Option(help="The topic, without its prefix.")],
    from_start: Annotated[
        bool, typer.Option("--from-start", help="Begin with the first record, also to watch.")
    ] = False,
    follow: Annotated[
        bool, typer.Option("--follow", help="Watch what comes, until Ctrl-C.")
    ] = False,
    seconds: Annotated[
        float | None, typer.Option(help="Watch what comes, for so many seconds.", min=0)
    ] = None,
    examples: Annotated[int, typer.Option(help="How many examples of each kind.", min=0)] = 5,
    strict: Annotated[
        bool, typer.Option("--strict", help="What is odd and harmless counts as wrong, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what the events of a topic do: holes, wrong keys, invalid data, conflicts and more.

    Reads what the topic holds, or watches what comes, and judges it as a worker
    does. Needs the brokers alone, and changes nothing. Exits 1 where something
    is wrong.

    Example: homeroom kit check --topic exams
    """
    import asyncio

    from homeroom.progress_bars import ProgressBars

    watching = follow or seconds is not None
    whole = from_start or not watching
    settings = configured()
    with ProgressBars() as bars:
        report = asyncio.run(
            _check(settings, topic, whole, watching, seconds, examples, bars, told=not as_json)
        )
    print(as_json_text(_values(report)) if as_json else "\n".join(_lines(report)))
    raise typer.Exit(report.wrong or (strict and bool(report.findings)))


async def _check(
    settings: "Settings",
    topic: str,
    whole: bool,
    watching: bool,
    seconds: float | None,
    examples: int,
    bars: "ProgressBars",
    *,
    told: bool,
) -> "TopicReport":
    import asyncio

    from homeroom.operations.topic_check.check import check_topic

    if not watching:
        reading = bars.bar("Reading")
        return await check_topic(settings, topic, examples_max=examples, on_progress=reading)
    ended = asyncio.Event()
    with _ended_by(ended, seconds):
        return await check_topic(
            settings,
            topic,
            from_start=whole,
            watch=ended,
            examples_max=examples,
            on_finding=_tell if told else None,
        )


@contextmanager
def _ended_by(ended: "asyncio.Event", seconds: float | None) -> Iterator[None]:
    """Sets it at Ctrl-C, at SIGTERM, or when the time is over."""
    import asyncio

    loop = asyncio.get_running_loop()
    for number in ENDING:
        loop.add_signal_handler(number, ended.set)
    timer = None if seconds is None else loop.call_later(seconds, ended.set)
    try:
        yield
    finally:
        if timer is not None:
            timer.cancel()
        for number in ENDING:
            loop.remove_signal_handler(number)


def _tell(kind: "FaultKind", example: "FoundExample") -> None:
    print(f"{kind} at {_where(example)}", flush=True)


def _where(example: "FoundExample") -> str:
    from homeroom.terminal import one_line

    subject = f" {example.subject}" if example.subject else ""
    return one_line(f"{example.partition}:{example.offset}{subject}: {example.detail}")


def _values(report: "TopicReport") -> dict[str, object]:
    from dataclasses import asdict

    findings = [
        {
            "kind": str(finding.kind),
            "wrong": finding.wrong,
            "count": finding.count,
            "what": finding.what,
            "advice": finding.advice,
            "examples": [asdict(example) for example in finding.examples],
        }
        for finding in report.findings
    ]
    return {**asdict(report), "wrong": report.wrong, "findings": findings}


def _lines(report: "TopicReport") -> Iterator[str]:
    read = f"{counted(report.records, 'record')} in {counted(report.partitions, 'partition')}"
    yield (
        f"{report.topic}: {read}, {counted(report.events, 'event')} of "
        f"{counted(report.subjects, 'subject')}, of which {report.waiting:,} wait."
    )
    if not report.whole:
        yield "What was there before was not read: subjects begin with what came first."
    for finding in report.findings:
        yield ""
        mark = "wrong" if finding.wrong else "harmless"
        yield f"{finding.what}: {finding.count:,} ({finding.kind}, {mark})"
        yield f"  {finding.advice}"
        for example in finding.examples:
            yield f"  at {_where(example)}"
        if finding.count > len(finding.examples) and finding.examples:
            yield "  …"
    if not report.findings:
        yield "Nothing is odd."
