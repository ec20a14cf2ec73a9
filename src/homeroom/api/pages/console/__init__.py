"""The operators' console: what the commands of operators do, on pages.

Each part calls the function that the command calls. What takes long runs on in the service.
"""

from homeroom.api.pages.console import (
    board,
    generations,
    letters,
    subjects,
    verify,
)
from homeroom.api.pages.console.state import OperatorsConsole

ROUTERS = (
    board.router, letters.router, generations.router, verify.router, subjects.router,
)  # fmt: skip

__all__ = ["ROUTERS", "OperatorsConsole"]
