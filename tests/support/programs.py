"""The programs of docs/publishing.md, run as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.node import installed, run_node
from tests.support.pages import DOCS

PROGRAMS = {
    name: (language, program)
    for name, language, program in re.findall(
        r"<!-- program: ([\w-]+) -->\n```(\w+)\n(.*?)```",
        (DOCS / "publishing.md").read_text(),
        re.DOTALL,
    )
}
# Requests of the page that are made with curl.
REQUESTS = dict(
    re.findall(
        r"<!-- request: ([\w-]+) -->\n```sh\n(.*?)```",
        (DOCS / "publishing.md").read_text(),
        re.DOTALL,
    )
)
# What its program in JavaScript imports.
MODULES = Path(__file__).with_name("javascript_publisher")


def run_program(name: str, folder: Path, variables: Mapping[str, str]) -> str:
    """Runs one from a file in the folder; returns the position that it prints."""
    language, program = PROGRAMS[name]
    file = folder / f"program.{'py' if language == 'python' else 'js'}"
    file.write_text(program)
    said = _run_python(file, variables) if language == "python" else _run_node(file, variables)
    (position,) = re.findall(r"^Homeroom-Wait-For: (\S+)$", said, re.MULTILINE)
    return str(position)


def _run_python(file: Path, variables: Mapping[str, str]) -> str:
    done = subprocess.run(
        [sys.executable, str(file)], env={**os.environ, **variables}, capture_output=True,
        text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def _run_node(file: Path, variables: Mapping[str, str]) -> str:
    modules = installed(MODULES) / "node_modules"
    return run_node(str(file), variables={**variables, "NODE_PATH": str(modules)})
