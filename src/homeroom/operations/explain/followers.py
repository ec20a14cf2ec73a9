"""Which tables follow when columns of an entity change, by what their definitions read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from homeroom.engine.catalog import Entity
from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import Definition

Column = tuple[str, str]


class TableFollowers:
    """The columns of projections that rest on each column of a relation, from step to step."""

    def __init__(self, definitions: Sequence[Definition], entities: Iterable[Entity]) -> None:
        """``definitions``: each after what it reads."""
        columns: dict[str, Sequence[str]] = {e.name: e.column_names for e in entities}
        self._readers: defaultdict[Column, set[Column]] = defaultdict(set)
        self._order = {definition.name: i for i, definition in enumerate(definitions)}
        for definition in definitions:
            columns[definition.name] = lineage.outputs(definition)
            for output in columns[definition.name]:
                for relation, column in _read(definition, output, columns):
                    self._readers[relation, column].add((definition.name, output))

    def of(self, relation: str, columns: Iterable[str]) -> list[str]:
        """The projections that a change of these columns may reach, those nearest to it first."""
        reached: set[Column] = set()
        left = [(relation, column) for column in columns]
        while left:
            for reader in self._readers.get(left.pop(), ()):
                if reader not in reached:
                    reached.add(reader)
                    left.append(reader)
        return sorted({table for table, _ in reached}, key=self._order.__getitem__)


def _read(
    definition: Definition, output: str, columns: Mapping[str, Sequence[str]]
) -> Iterator[Column]:
    """What one output of a definition is made of."""
    if definition.kind in ("rows", "view", "top"):
        sources: Iterable[lineage.ReadRelation] = lineage.joined(definition, [output]).sources
    elif definition.kind == "totals":
        sources = [counted.source for counted in lineage.counted(definition, [output])]
    else:
        sources = lineage.touched(definition, columns)
    for source in sources:
        for column in source.columns:
            yield source.relation, column
