"""`homeroom --help` answers at once."""

import subprocess
import sys

# What commands need, and their help does not: each takes from 30 to 300 ms of a processor.
HEAVY = {
    "aiokafka", "asyncio", "fastapi", "orjson", "psycopg", "pydantic", "sqlalchemy", "sqlglot",
    "structlog", "uvicorn",
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
