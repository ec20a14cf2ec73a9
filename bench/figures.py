"""The figures that a benchmark comes to, each with what we hold it against.

A benchmark notes them as it finds them. `python -m bench` runs several, and prints all that they
noted in one table.
"""

import json
import os
from pathlib import Path
from typing import NamedTuple

# Where to, when several run for one table.
VARIABLE = "BENCH_FIGURES"


class Figure(NamedTuple):
    """``aim``: in words, what it should be; ``held``: whether it is."""

    what: str
    shown: str
    aim: str
    held: bool


def at_least(what: str, value: float, limit: float, unit: str = "") -> None:
    """Notes a figure of which more is better."""
    _note(Figure(what, _shown(value, unit), f"at least {_shown(limit, unit)}", value >= limit))


def at_most(what: str, value: float, limit: float, unit: str = "") -> None:
    """Notes a figure of which less is better."""
    _note(Figure(what, _shown(value, unit), f"at most {_shown(limit, unit)}", value <= limit))


def noted(file: Path) -> list[Figure]:
    """All that were noted into a file."""
    return [Figure(*json.loads(line)) for line in file.read_text().splitlines()]


def table(figures: list[Figure]) -> str:
    """A line for each, in columns."""
    widths = [max(map(len, of), default=0) for of in zip(*(f[:3] for f in figures), strict=True)]
    return "\n".join(
        f"{f.what:{widths[0]}}  {f.shown:>{widths[1]}}  {f.aim:{widths[2]}}  "
        f"{'' if f.held else 'MISSED'}".rstrip()
        for f in figures
    )


def _shown(value: float, unit: str) -> str:
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:,.{digits}f} {unit}".rstrip()


def _note(figure: Figure) -> None:
    file = os.environ.get(VARIABLE)
    if file:
        with Path(file).open("a") as lines:
            lines.write(json.dumps(figure) + "\n")
