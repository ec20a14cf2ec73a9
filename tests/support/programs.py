"""The programs of docs/publishing.md, run as they stand there."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

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
# Where `npm install kafkajs cloudevents` was run; without it the program is not tried.
NODE_MODULES = os.environ.get("TESTS_NODE_MODULES", "")


def run_program(name: str, folder: Path, variables: Mapping[str, str]) -> str:
    """Runs one from a file in the folder; returns the position that it prints."""
    language, program = PROGRAMS[name]
    file = folder / f"program.{'py' if language == 'python' else 'js'}"
    file.write_text(program)
    done = subprocess.run(
        [sys.executable if language == "python" else "node", str(file)],
        env={**os.environ, **variables, "NODE_PATH": NODE_MODULES},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    (position,) = re.findall(r"^Homeroom-Wait-For: (\S+)$", done.stdout, re.MULTILINE)
    return str(position)
