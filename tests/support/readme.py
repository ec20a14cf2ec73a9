"""The parts of the README that tests hold against the code."""

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"

# A comment before a block of commands says that it is run, by which name; the JSON block after
# it, if there is one, is what its last line prints.
RUN = re.compile(
    r"<!-- run: (?P<name>[\w-]+) -->\n"
    r"```sh\n(?P<commands>.*?)```\n"
    r"(?:\n```json\n(?P<answer>.*?)```)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """Commands of the README, and the JSON that they print."""

    name: str
    commands: str
    answer: str | None


def run_blocks() -> list[Block]:
    """All commands that the README says are run, in its order."""
    found = RUN.finditer(README.read_text())
    return [Block(m["name"], m["commands"], m["answer"]) for m in found]


def column(heading: str) -> list[str]:
    """The first column of the tables below a heading, without their heads."""
    section = README.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0]
    cells = re.findall(r"^\| ([^|]+) \|", section, re.MULTILINE)
    return [cell for cell in cells if cell not in {"package", "command"}]
