"""Dead letters and gaps: list and show them, retry, discard and purge them."""
