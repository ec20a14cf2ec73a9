"""The project's pages, and the parts of them that tests hold against the code."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "deploy/**/*.md", "kit/*.md")
    for path in ROOT.glob(pattern)
)

# A comment before a block of commands says that tests run it, and under which name. The JSON block
# behind it, if there is one, is what its last line prints.
RUN = re.compile(
    r"<!-- run: (?P<name>[\w-]+) -->\n"
    r"```sh\n(?P<commands>.*?)```\n"
    r"(?:\n```json\n(?P<answer>.*?)```)?",
    re.DOTALL,
)
DRAWING_FLAGS = re.DOTALL | re.MULTILINE
FENCED = re.compile(r"^```.*?^```\n", DRAWING_FLAGS)
NAMED = re.compile(r"[\w.][\w./-]*(/|\.(py|sql|md|ya?ml|json|toml|sh|lock))")


@dataclass(frozen=True)
class Block:
    """Commands of a page, and the JSON that they print."""

    name: str
    commands: str
    answer: str | None


def run_blocks() -> list[Block]:
    """All commands that the pages say are run: those of the README first."""
    pages = [README, *(page for page in PAGES if page != README)]
    matches = [match for page in pages for match in RUN.finditer(page.read_text())]
    return [Block(m["name"], m["commands"], m["answer"]) for m in matches]


def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return FENCED.sub("", page.read_text())


def headings(page: Path) -> list[str]:
    """The texts of a page's headings."""
    return re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`, as GitHub makes it of the headings."""
    return {re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings(page)}


def column(page: Path) -> list[str]:
    """The first column of all tables of a page, without their heads."""
    cells = re.findall(r"^\| ([^|]+) \|", prose(page), re.MULTILINE)
    return [cell for cell in cells if cell not in {"package", "command"}]


def named_paths(page: Path) -> Iterator[str]:
    """Files and folders of the project that a page names, in backticks or in a drawing."""
    for name in re.findall(r"`([^`\s]+)`", prose(page)):
        path = name.split("::")[0]
        if "/" in path and NAMED.fullmatch(path):
            yield path
    for drawing in re.findall(r"^```mermaid\n(.*?)^```", page.read_text(), DRAWING_FLAGS):
        yield from re.findall(r"\w[\w/]*/\w+\.(?:py|sql)", drawing)
