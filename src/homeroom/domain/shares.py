"""How much of something is done, rounded half up, and never to 100 while something is left."""

from decimal import Decimal

# A portfolio of so many items is complete.
PORTFOLIO_ITEMS_FULL = 10
WHOLE = 100
TENTHS = 10


def rounded(numerator: int, denominator: int, steps: int) -> int:
    """A percentage in steps, half up; but one below 100 is rounded down where that would make it
    100. ``steps``: how many of them are one percent.

    Whole numbers are as exact as fractions, and computed in a tenth of the time.
    """
    nearest = (2 * numerator * steps + denominator) // (2 * denominator)
    if numerator < WHOLE * denominator:
        nearest = min(nearest, WHOLE * steps - 1)
    return nearest


def whole_percent(score: Decimal | float | None) -> str:
    """Without decimals, as on the wire; none is 0%."""
    return f"{rounded(*(score or 0).as_integer_ratio(), 1)}%"


def portfolio_health(items: int, approved: int) -> float:
    """100 × (0.7 × the share that was accepted + 0.3 × how full the portfolio is)."""
    if not items:
        return 0.0
    filled = min(items, PORTFOLIO_ITEMS_FULL)
    health = 70 * approved * PORTFOLIO_ITEMS_FULL + 30 * filled * items
    return rounded(health, items * PORTFOLIO_ITEMS_FULL, TENTHS) / TENTHS


def goals_completed(completed: int, active: int) -> float:
    """The percentage of goals that are completed, of these and the active ones."""
    every = completed + active
    return rounded(WHOLE * completed, every, TENTHS) / TENTHS if every else 0.0


def completion(percents: Decimal | float, modules: int) -> float:
    """The mean of the modules' percentages, of which ``percents`` is the sum."""
    if not modules:
        return 0.0
    numerator, denominator = percents.as_integer_ratio()
    return rounded(numerator, denominator * modules, TENTHS) / TENTHS
