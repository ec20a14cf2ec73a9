"""Texts that stand in Python, for the catalogs."""


def _(text: str) -> str:
    """Mark a text that a template later shows with the filter ``translated``."""
    return text
