"""Values over time as a line, in the units of a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

WIDTH, HEIGHT = 300, 60


@dataclass(frozen=True, slots=True)
class TrendLine:
    """``points``: as an SVG `polyline` has them; ``end``: the last one, as a `path` has it.

    ``low``, ``high``: the values at the bottom and at the top of the drawing.
    """

    points: str
    end: str
    low: float
    high: float
    width: int = WIDTH
    height: int = HEIGHT


def trend_line(values: Sequence[tuple[float, float]], step: float = 10) -> TrendLine | None:
    """The line through pairs of a time and a value, the oldest first; None where there are none.

    Bottom and top are the nearest multiples of ``step``.
    """
    if not values:
        return None
    numbers = [value for _, value in values]
    low = step * floor(min(numbers) / step)
    high = max(step * ceil(max(numbers) / step), low + step)
    begin, end = values[0][0], values[-1][0]
    places = [
        (
            f"{WIDTH * ((at - begin) / (end - begin) if end > begin else 1):.1f}",
            f"{HEIGHT * (high - value) / (high - low):.1f}",
        )
        for at, value in values
    ]
    last_x, last_y = places[-1]
    return TrendLine(" ".join(f"{x},{y}" for x, y in places), f"M{last_x} {last_y}h0", low, high)
