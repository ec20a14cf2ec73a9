"""What the rows below a group of a ``totals`` projection come to."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from homeroom.engine.planning.totals import Extreme, Total

Key = tuple[str, ...]


@dataclass(slots=True)
class GroupValues:
    """Sums, different values and extremes, by group and name.

    ``groups``: those that have rows; ``rows``: of each value how many rows of which relation;
    ``names``: what each is called, for people.
    """

    groups: set[Key] = field(default_factory=set)
    rows: defaultdict[tuple[Key, str], dict[str, int]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    names: dict[str, str] = field(default_factory=dict)
    _sums: defaultdict[tuple[Key, str], Any] = field(default_factory=lambda: defaultdict(int))
    _values: defaultdict[tuple[Key, str], set[tuple[str, Any]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    _first: dict[tuple[Key, str], Any] = field(default_factory=dict)
    _extremes: set[str] = field(default_factory=set)

    def add(self, group: Key, total: Total, term: Any, relation: str) -> None:
        """One row of a group that counts for a total, and what it adds."""
        at = group, total.name
        if total.distinct:
            self._values[at].add((relation, term))
        else:
            self._sums[at] += term
        self._note(at, relation)

    def first(self, group: Key, name: str, value: Any, relation: str) -> None:
        """The row that has an extreme of a group."""
        self._first[group, name] = value
        self._note((group, name), relation)

    def _note(self, at: tuple[Key, str], relation: str) -> None:
        self.rows[at][relation] = self.rows[at].get(relation, 0) + 1

    def name(self, of: Iterable[Total | Extreme], columns: Collection[str]) -> None:
        """Notes what is looked for: by its column's name, or by its label if it is hidden."""
        for one in of:
            self.names[one.name] = one.name if one.name in columns else one.label
            if isinstance(one, Extreme):
                self._extremes.add(one.name)

    def value(self, group: Key, name: str) -> Any:
        """What the rows come to: 0 where nothing adds up, None where there is no extreme."""
        at = group, name
        if name in self._extremes:
            return self._first.get(at)
        return self._sums.get(at, 0) + len(self._values.get(at, ()))
