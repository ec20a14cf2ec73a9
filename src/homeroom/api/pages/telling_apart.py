"""Choices of the same name are told apart by their ids."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any


def told_apart(
    rows: Iterable[Mapping[str, Any]], name: str = "name", key: str = "id"
) -> list[tuple[str, str]]:
    """Each row's id and what it is called, in their order: with the id where others are called so.

    ``name``, ``key``: the columns that hold them.
    """
    listed = [(str(row[key]), str(row[name])) for row in rows]
    called = Counter(label for _, label in listed)
    return [(one, f"{label} ({one})" if called[label] > 1 else label) for one, label in listed]
