"""How much of something is done, rounded half up, and never to 100 while something is left."""

TENTHS = 10
WHOLE = 100 * TENTHS


def goals_completed(completed: int, active: int) -> float:
    """The percentage of goals that are completed, of these and the active ones."""
    every = completed + active
    if not active:
        return 100.0 if completed else 0.0
    # In whole numbers, since a quotient would be rounded twice.
    nearest = (2 * WHOLE * completed + every) // (2 * every)
    return min(nearest, WHOLE - 1) / TENTHS
