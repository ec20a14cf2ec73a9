"""The application, the settings and the options that all commands share."""

import getpass
import os
import signal
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from homeroom.cli.help import Application, CommandGroup
from homeroom_kit.spelling import did_you_mean

# A module of commands imports at its top only what `homeroom --help` needs. Each command imports
# the rest itself: importing everything takes two seconds.
if TYPE_CHECKING:
    from homeroom.settings import Settings
    from homeroom.settings.databases import Process

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    # Without rich: importing it takes most of the time that `--help` takes.
    rich_markup_mode=None,
    cls=Application,
)


def command_group(name: str, help: str, **options: Any) -> typer.Typer:  # noqa: A002 - Typer's name
    """A group of commands, `homeroom NAME …`; ``options`` are Typer's."""
    group = typer.Typer(help=help, cls=CommandGroup, **options)
    app.add_typer(group, name=name)
    return group


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"homeroom {version('homeroom')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_print_version, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Exact school dashboards in PostgreSQL from domain events in Kafka."""


# The exit code by which shells report a process that SIGTERM ended.
ENDED_BY_SIGTERM = 128 + signal.SIGTERM

# An option of one name is one thing in every command.
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]
By = Annotated[
    str,
    typer.Option("--by", help="Who decides.", default_factory=getpass.getuser, show_default="you"),
]
Why = Annotated[str, typer.Option("--why", help="Is recorded, with who and when.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def configured() -> "Settings":
    """The settings from the environment; configures the logs by them.

    Logs a warning of each variable that is misspelt.
    """
    import structlog

    from homeroom import logs
    from homeroom.settings import get_settings, unknown_variables

    settings = get_settings()
    logs.configure(settings)
    for sentence in unknown_variables(os.environ):
        structlog.get_logger(__name__).warning("unknown setting", problem=sentence)
    return settings


def warn_of_owner(settings: "Settings", *processes: "Process") -> None:
    """Logs a warning of each process that would use the login of the database's owner."""
    import structlog

    for process in processes:
        if not settings.own_database(process):
            structlog.get_logger(__name__).warning(
                "the owner's login is used",
                process=process,
                problem=f"HOMEROOM_{process.upper()}_DATABASE_URL is not set: whoever breaks into "
                "this process may do all that the owner of the database may.",
            )


def as_json_text(value: Any) -> str:
    """JSON for scripts: times in UTC with ``Z``."""
    import orjson

    return orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()


def say(as_json: bool, values: Any, sentence: str) -> None:
    """Prints what a command has done: for people a sentence, for scripts the values as JSON."""
    print(as_json_text(values) if as_json else sentence)


def counted(number: int, what: str) -> str:
    """`1 event`, `2 events`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def require_known(what: str, name: str, existing: Collection[str]) -> None:
    """Refuses the name of something that does not exist; says what exists."""
    if name not in existing:
        hint = did_you_mean(name, existing)
        raise typer.BadParameter(
            f"there is no {what} {name}.{hint} There are: {', '.join(sorted(existing))}"
        )


def confirm(question: str, yes: bool) -> None:
    """Asks for confirmation on a terminal, unless ``--yes`` is given; a no ends the command."""
    if not yes and sys.stdin.isatty() and sys.stdout.isatty():
        typer.confirm(question, abort=True)


def as_share(text: str) -> float:
    """`5%` or `0.05` as a number from 0 to 1."""
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise typer.BadParameter(f"{text} is no share: give one like 5% or 0.05")
    return share


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Makes SIGTERM end the block like Ctrl-C, so that the block cleans up."""

    def end(*_: object) -> None:
        raise SystemExit(ENDED_BY_SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


UNITS_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}


def as_seconds(text: str) -> int:
    """`90s`, `30m`, `24h` or `7d` in seconds."""
    number, unit = text[:-1], text[-1:]
    if not number.isdigit() or unit not in UNITS_SECONDS:
        raise typer.BadParameter(f"{text} is no duration: give one like 90s, 30m, 24h or 7d")
    return int(number) * UNITS_SECONDS[unit]


AcceptDifferences = Annotated[
    bool, typer.Option(help="Swap even if rows go or change of tables that nothing has changed.")
]
KeepPrevious = Annotated[
    int,
    typer.Option(
        parser=as_seconds, metavar="DURATION", help="How long `homeroom rollback` is possible."
    ),
]
