"""Progress bars with rates and time left; plain lines where the output is not a terminal."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from homeroom.console import GuardedConsole

LINE_SECONDS = 5.0
RATE_SECONDS = 10.0


class ReportProgress(Protocol):
    """Called with the number done and the total, which may be left out or grow."""

    def __call__(self, done: int, total: int | None = None) -> None: ...


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        rate = task.finished_speed or task.speed
        return Text(f"{rate:,.0f}/s" if rate else "", style="progress.data.speed")


class _CountColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        total = "" if task.total is None else f"/{task.total:,.0f}"
        return Text(f"{task.completed:,.0f}{total}", style="progress.download")


class ProgressBars:
    """Several bars under each other. Use it as ``with``; its output goes to standard error.

    ``bar`` gives the function that moves one of them.
    """

    def __init__(self) -> None:
        self._console = GuardedConsole(stderr=True)
        self._bars: Progress | None = None
        if self._console.is_terminal:
            self._bars = Progress(
                SpinnerColumn(finished_text="✓"),
                TextColumn("{task.description}"),
                BarColumn(),
                _CountColumn(),
                _RateColumn(),
                TimeRemainingColumn(compact=True, elapsed_when_finished=True),
                console=self._console,
                speed_estimate_period=RATE_SECONDS,
                # Rich would read escape sequences in what is printed meanwhile.
                redirect_stdout=False,
                redirect_stderr=False,
            )

    def __enter__(self) -> Self:
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def bar(self, label: str, total: int | None = None, unit: str = "events") -> ReportProgress:
        """Adds a bar (or a kind of line); call the result with the number that is done."""
        if self._bars is None:
            return Lines(label, total, unit, self._print)
        return _Bar(self._bars, self._bars.add_task(label, total=total))

    def _print(self, line: str) -> None:
        self._console.print(line, highlight=False, soft_wrap=True, markup=False)


class _Bar:
    def __init__(self, bars: Progress, task: TaskID) -> None:
        self._bars = bars
        self._task = task

    def __call__(self, done: int, total: int | None = None) -> None:
        self._bars.update(self._task, completed=done, total=total)


class Lines:
    """One bar as lines, every few seconds and at the end: ``publish: 1,000 of 5,000 events, …``."""

    def __init__(
        self,
        label: str,
        total: int | None,
        unit: str,
        print_line: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label, self._total, self._unit = label, total, unit
        self._print, self._clock = print_line, clock
        self._began_at = self._printed_at = clock()
        self._ended = False

    def __call__(self, done: int, total: int | None = None) -> None:
        self._total = total if total is not None else self._total
        now = self._clock()
        at_end = self._total is not None and done >= self._total
        if (at_end and not self._ended) or now - self._printed_at >= LINE_SECONDS:
            self._print(self.line(done, now - self._began_at))
            self._printed_at = now
        self._ended = at_end

    def line(self, done: int, seconds: float) -> str:
        """The line for ``done`` after so many seconds."""
        rate = done / seconds if seconds > 0 else 0.0
        of_total = "" if self._total is None else f" of {self._total:,}"
        line = f"{self._label}: {done:,}{of_total} {self._unit}, {rate:,.0f}/s"
        if self._total is not None and rate > 0 and done < self._total:
            return f"{line}, {(self._total - done) / rate:.0f} s left"
        return f"{line}, {seconds:.1f} s"
