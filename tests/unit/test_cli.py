"""`homeroom --help` answers at once."""

import subprocess
import sys
from importlib.metadata import version

import typer.main
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.cli.help import SECTIONS

# What commands need, and their help does not: each takes from 30 to 300 ms of a processor.
HEAVY = {
    "aiokafka", "asyncio", "fastapi", "orjson", "psycopg", "pydantic", "rich", "sqlalchemy",
    "sqlglot", "structlog", "uvicorn",
}  # fmt: skip
PROGRAM = """
import atexit, sys
from homeroom.cli import main
atexit.register(lambda: print(*sys.modules, file=sys.stderr))
sys.argv = ["homeroom", "--help"]
main()
"""


def test_help_imports_nothing_that_only_commands_need() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "dead-letters" in done.stdout
    imported = set(done.stderr.split())
    assert "homeroom.cli.dead_letters" in imported
    assert imported & HEAVY == set()


def test_every_command_is_listed_once_under_what_it_is_for() -> None:
    names = [name for names in SECTIONS.values() for name in names]
    existing = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert sorted(names) == sorted(name for name, one in existing.items() if not one.hidden)
    shown = CliRunner().invoke(app, ["--help"], terminal_width=80).stdout
    headings = [line[:-1] for line in shown.splitlines() if line[:1].isupper() and line[-1] == ":"]
    assert headings == ["Options", *SECTIONS]
    # No summary is cut.
    assert "..." not in shown.partition("\n")[2]


def test_the_version_is_that_of_the_package() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.stdout) == (0, f"homeroom {version('homeroom')}\n")
