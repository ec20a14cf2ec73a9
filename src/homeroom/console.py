"""Rich's console for people, which styles text and shows the control characters in it."""

import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from homeroom.terminal import lines, unguarded


class GuardedConsole(Console):
    """Sends the escape sequences of its own styles, and none that is in a text."""

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        super().__init__(file=unguarded(sys.stderr if stderr else sys.stdout), **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """The segments of something; those that steer the terminal are rich's own."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=lines(segment.text))
