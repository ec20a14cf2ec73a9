"""Each topic's lag now and over the last hour, and whether it is too much."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from homeroom.api.pages.console.state import OperatorsConsole
from homeroom.api.pages.console.watching import HISTORY_SECONDS, by_topic, lag_seconds
from homeroom.operations.status.status import SystemStatus
from homeroom.settings.lag_thresholds import LagLevel, LagThreshold

LINE_WIDTH, LINE_HEIGHT = 240, 36
MINUTES = 60


@dataclass(frozen=True, slots=True)
class TopicLag:
    """A topic as the broker names it. ``name``: without the prefix.

    ``line``: the lag over the last hour as points of a polyline; ``most_seconds``: what its height
    stands for.
    """

    topic: str
    name: str
    partitions: int
    events: int | None
    seconds: float | None
    rate: float | None
    level: LagLevel
    threshold: LagThreshold
    line: str
    most_seconds: float


def topic_lags(console: OperatorsConsole, status: SystemStatus | None) -> list[TopicLag]:
    """The topics, those that are furthest behind first."""
    lags = []
    for topic, partitions in (by_topic(status) if status else {}).items():
        name = topic.removeprefix(console.settings.topic_prefix)
        threshold = console.thresholds.of(name)
        seconds = lag_seconds(partitions)
        events = [p.lag_events for p in partitions]
        known = sum(e for e in events if e is not None) if None not in events else None
        line, most = _line(console, topic, threshold)
        lags.append(TopicLag(
            topic, name, len(partitions), known, seconds, console.status.rates.get(topic),
            threshold.level(seconds), threshold, line, most,
        ))  # fmt: skip
    return sorted(lags, key=lambda lag: (-(lag.seconds or 0), lag.topic))


def _line(
    console: OperatorsConsole, topic: str, threshold: LagThreshold
) -> tuple[str, float]:  # fmt: skip
    now = time.monotonic()
    points: Sequence[tuple[float, float]] = [
        (now - sample.at_seconds, seconds)
        for sample in console.status.samples
        if (seconds := sample.seconds.get(topic)) is not None
    ]
    # A line that never comes near the threshold stays near the ground.
    most = max([threshold.warning_seconds, *(seconds for _, seconds in points)])
    return line_of(points, most), most


def line_of(points: Iterable[tuple[float, float]], most_seconds: float) -> str:
    """The line through the highest of each minute, as whole numbers: few of them say as much.

    ``points``: how many seconds ago, and the lag in seconds. ``most_seconds``: the line's height.
    """
    highest: dict[int, int] = {}
    for age_seconds, seconds in points:
        minute = round(MINUTES * min(age_seconds / HISTORY_SECONDS, 1))
        y = LINE_HEIGHT - 1 - round((LINE_HEIGHT - 2) * seconds / (most_seconds or 1))
        highest[minute] = min(y, highest.get(minute, LINE_HEIGHT))
    line = sorted((LINE_WIDTH - LINE_WIDTH * minute // MINUTES, y) for minute, y in highest.items())
    # Where it goes straight on, nothing needs to be said.
    kept = [
        (x, y) for number, (x, y) in enumerate(line)
        if not (0 < number < len(line) - 1 and line[number - 1][1] == y == line[number + 1][1])
    ]  # fmt: skip
    return " ".join(f"{x},{y}" for x, y in kept)
