"""What others wrote is shown on a terminal, and steers nothing there."""

import io
import json
import logging
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog
import typer
from rich.live import Live
from rich.text import Text

from homeroom import logs
from homeroom.cli.printing import line, output
from homeroom.progress_bars import ProgressBars
from homeroom.settings import Settings
from homeroom.terminal import guard, lines, one_line, unguarded
from tests.support.strength import at_full_strength, pick
from tests.support.terminal import harmful

# Hides text, clears the screen with one byte, rings, overwrites the line, turns what follows round.
ATTACK = "\x1b[8m\x9b2J\x07\rall is well\u202e\u2066\u200b\x7f\u2028\U000e0041"
SHOWN = r"\u001b[8m\u009b2J\u0007\rall is well\u202e\u2066\u200b\u007f\u2028" + r"\udb40\udc41"
ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "kit").rglob("*.py")]


def test_every_character_without_a_picture_is_shown_as_json_spells_it() -> None:
    # All that have a name of their own in most languages, and of the others one in so many.
    others = range(0x3100, sys.maxunicode + 1, pick(quick=61, thorough=1))
    for code in (*range(0x3100), *others):
        character = chr(code)
        shown = one_line(character)
        assert shown == "".join(c for c in shown if c.isprintable() or c.isspace())
        assert json.loads(f'"{shown}"') == character if code not in map(ord, '"\\') else True
        category = unicodedata.category(character)
        # Text of all languages remains, with its spaces.
        assert (shown == character) == (category[0] in "LMNPS" or category == "Zs")


def test_lines_keep_their_ends_and_a_part_of_a_line_has_none() -> None:
    assert one_line(f"{ATTACK}\n\tforged") == rf"{SHOWN}\n\tforged"
    assert lines(f"{ATTACK}\n\tforged") == f"{SHOWN}\n\tforged"


def test_json_remains_the_same_json() -> None:
    value = {ATTACK: [ATTACK, "\\", "\\" + ATTACK, '"']}
    for exact in (json.dumps(value, ensure_ascii=False), json.dumps(value, indent=1)):
        assert json.loads(lines(exact)) == value


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return "utf-8"


@pytest.fixture
def begin(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Terminal]:
    """Begins a command on a terminal, which is handed back."""

    def begin() -> Terminal:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stdout", terminal)
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setenv("TERM", "xterm-256color")
        guard()
        guard()
        assert unguarded(sys.stdout) is terminal
        return terminal

    return begin


def through_print() -> None:
    print(ATTACK, file=sys.stderr)
    print(ATTACK)


def through_the_frame_of_commands() -> None:
    typer.echo(ATTACK)
    typer.secho(ATTACK, err=True)
    typer.BadParameter(ATTACK).show()


def through_a_traceback() -> None:
    try:
        raise ValueError(ATTACK)
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]


def through_rich() -> None:
    console = output()
    console.print(Text(ATTACK, "red"), ATTACK, line(ATTACK), soft_wrap=True)
    with Live(line(ATTACK, "red"), console=console, auto_refresh=False):
        print(ATTACK)


def through_progress() -> None:
    with ProgressBars() as bars:
        bars.bar(ATTACK, 2)(1)
        print(ATTACK)


def through_logs() -> None:
    logs.configure(Settings())
    log = structlog.get_logger("tests")
    log.warning(ATTACK, value=ATTACK, many=[ATTACK], several={ATTACK: "a b" + ATTACK})
    logging.getLogger("somebody").warning("%s", ATTACK)
    try:
        raise ValueError(ATTACK)
    except ValueError:
        log.exception("failed")


@pytest.mark.usefixtures("unconfigured_logs")
@pytest.mark.parametrize(
    "way",
    [
        through_print, through_the_frame_of_commands, through_a_traceback, through_rich,
        through_progress, through_logs,
    ],
)  # fmt: skip
def test_every_way_to_the_terminal_shows_control_characters(
    way: Any, begin: Callable[[], Terminal]
) -> None:
    terminal = begin()
    way()
    sent = terminal.getvalue()
    assert "all is well" in sent
    assert harmful(sent) == []
    assert "\x1b[8m" not in sent


@pytest.fixture
def unconfigured_logs() -> Any:
    """Other tests find logging as it was."""
    root = logging.getLogger()
    before = root.handlers, root.level
    yield
    root.handlers, root.level = before
    structlog.reset_defaults()


def test_styles_of_our_own_reach_the_terminal(begin: Callable[[], Terminal]) -> None:
    terminal = begin()
    output().print(line("behind", "red"))
    assert terminal.getvalue() == "\x1b[31mbehind\x1b[0m\n"


@at_full_strength
def test_what_is_no_terminal_gets_the_same_text(tmp_path: Path) -> None:
    program = "from homeroom.cli import main; main()"
    folder = tmp_path / ATTACK
    folder.mkdir()
    command = [sys.executable, "-c", program, "contracts", "export", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.stdout.endswith(f" in {tmp_path}/{SHOWN}.\n")


def test_nothing_goes_around_the_guard() -> None:
    around = re.compile(
        r"__std(out|err)__|std(out|err)\.buffer|\bos\.write\(|/dev/(tty|stdout|stderr)"
        r"|(?<!Guarded)\bConsole\(|rich import print"
    )
    found = {
        (file.name, match[0]) for file in SOURCES for match in around.finditer(file.read_text())
    }
    assert found == set()
