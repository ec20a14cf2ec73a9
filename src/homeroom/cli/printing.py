"""Prints for people. Nothing is cut: neither on a terminal of any width nor in a file."""

import sys
from collections.abc import Collection, Iterable, Iterator, Sequence

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.text import Text

from homeroom.console import GuardedConsole
from homeroom.terminal import one_line

# What is no terminal has no width. Rich needs a number.
NO_WIDTH = 10**9
GAP = "  "
# A longer value moves the rest of its line, not the whole column.
ALIGNED_CHARACTERS_MAX = 60


def output() -> Console:
    """Standard output: as wide as the terminal, or without a width."""
    on_terminal = sys.stdout.isatty()
    return GuardedConsole(
        width=None if on_terminal else NO_WIDTH,
        force_terminal=on_terminal,
        highlight=False,
        markup=False,
        emoji=False,
    )


def print_out(*renderables: RenderableType) -> None:
    """Prints each. The terminal wraps long lines, so that what is copied from it is whole."""
    console = output()
    for renderable in renderables:
        console.print(renderable, soft_wrap=True)


def line(text: str, style: str = "") -> Text:
    """A line, whatever is in the text: what publishers wrote cannot begin another one."""
    return Text(one_line(text), style)


class Listing:
    """Rows of named values: columns where they fit, and below its row each value that does not.

    ``right``: the names of columns of numbers.
    """

    def __init__(self, *names: str, right: Collection[str] = ()) -> None:
        self._names = names
        self._right = frozenset(names.index(name) for name in right)
        self._rows: list[tuple[Text, ...]] = []

    def add(self, *values: str | Text) -> None:
        """Adds a row: a value for each name, with a style of its own if it is a Text."""
        texts = (v if isinstance(v, Text) else Text(one_line(v)) for v in values)
        self._rows.append(tuple(texts))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lengths = [
            [cell_len(name), *(cell_len(row[i].plain) for row in self._rows)]
            for i, name in enumerate(self._names)
        ]
        beside = _fitting([max(column) for column in lengths], options.max_width)
        widths = {i: min(max(lengths[i]), ALIGNED_CHARACTERS_MAX) for i in beside}
        if any(self._names[i] for i in beside):
            yield self._line([Text(name, "bold") for name in self._names], widths)
        for row in self._rows:
            if beside:
                yield self._line(row, widths)
            yield from self._below(row, beside)

    def _line(self, cells: Iterable[Text], widths: dict[int, int]) -> Text:
        line, pending = Text(), ""
        for i, cell in enumerate(cells):
            if i not in widths:
                continue
            padding = " " * (widths[i] - cell_len(cell.plain))
            before, after = (padding, "") if i in self._right else ("", padding)
            # Nothing follows the last value of a line.
            line = line.append(pending + before).append_text(cell)
            pending = after + GAP
        return line

    def _below(self, row: tuple[Text, ...], beside: Collection[int]) -> Iterator[Text]:
        for i, (name, cell) in enumerate(zip(self._names, row, strict=True)):
            if i not in beside and cell.plain:
                yield Text(f"{GAP}{name}{GAP}" if name else GAP).append_text(cell)


def _fitting(widths: Sequence[int], width_max: int) -> list[int]:
    """The columns that fit beside each other: all but the widest.

    The first one names the row, so it stays first unless it fills half of the line.
    """
    beside = list(range(len(widths)))
    by_width = sorted(beside, key=lambda i: (i > 0 or widths[0] > width_max / 2, widths[i]))
    while beside and sum(widths[i] + len(GAP) for i in beside) - len(GAP) > width_max:
        beside.remove(by_width.pop())
    return beside
