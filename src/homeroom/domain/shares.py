"""How much of something is done, with one decimal, rounded half up."""

# A portfolio of so many items is complete.
PORTFOLIO_ITEMS_FULL = 10


def tenths(numerator: int, denominator: int) -> float:
    """A quotient with one decimal; both are whole and not negative."""
    return (20 * numerator + denominator) // (2 * denominator) / 10


def portfolio_health(items: int, approved: int) -> float:
    """100 × (0.7 × the share that was accepted + 0.3 × how full the portfolio is)."""
    if not items:
        return 0.0
    filled = min(items, PORTFOLIO_ITEMS_FULL)
    accepted = 70 * approved * PORTFOLIO_ITEMS_FULL
    return tenths(accepted + 30 * filled * items, items * PORTFOLIO_ITEMS_FULL)


def goals_completed(completed: int, active: int) -> float:
    """The percentage of goals that are completed, of these and the active ones."""
    every = completed + active
    return tenths(100 * completed, every) if every else 0.0
