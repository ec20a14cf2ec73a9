"""How much of something is done, rounded half up, and never to 100 while something is left."""

from decimal import Decimal
from fractions import Fraction
from math import floor

# A portfolio of so many items is complete.
PORTFOLIO_ITEMS_FULL = 10
WHOLE = 100


def rounded(percentage: Fraction, decimals: int) -> Fraction:
    """Half up; but a percentage below 100 is rounded down where that would make it 100."""
    step = 10**decimals
    nearest = floor(percentage * step + Fraction(1, 2))
    if percentage < WHOLE:
        nearest = min(nearest, WHOLE * step - 1)
    return Fraction(nearest, step)


def whole_percent(score: Decimal | None) -> str:
    """Without decimals, as on the wire; none is 0%."""
    return f"{rounded(Fraction(score or 0), 0)}%"


def portfolio_health(items: int, approved: int) -> float:
    """100 × (0.7 × the share that was accepted + 0.3 × how full the portfolio is)."""
    if not items:
        return 0.0
    filled = min(items, PORTFOLIO_ITEMS_FULL)
    share = Fraction(70 * approved, items) + Fraction(30 * filled, PORTFOLIO_ITEMS_FULL)
    return float(rounded(share, 1))


def goals_completed(completed: int, active: int) -> float:
    """The percentage of goals that are completed, of these and the active ones."""
    every = completed + active
    return float(rounded(Fraction(100 * completed, every), 1)) if every else 0.0


def completion(percents: Decimal, modules: int) -> float:
    """The mean of the modules' percentages, of which ``percents`` is the sum."""
    return float(rounded(Fraction(percents) / modules, 1)) if modules else 0.0
