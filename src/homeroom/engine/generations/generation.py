"""What a generation is made with: the contract and the definitions, as code has them and as stored.

A generation holds entity tables, projections, dead letters, waiting events and positions in a
schema of its own, and a plan: the contract and the definitions that it was made with.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from homeroom.engine.catalog import Catalog, Entity
from homeroom.engine.planning.planner import Plan, make_plan


@dataclass(frozen=True)
class ReadModel:
    """Everything the engine is given: the catalog, and the definitions' texts by name."""

    catalog: Catalog
    definitions: Mapping[str, str]

    def plan(self) -> Plan:
        return _plan(self.catalog.entities, tuple(sorted(self.definitions.items())))

    def fingerprint(self) -> str:
        return self.catalog.fingerprint(self.definitions)


@lru_cache(maxsize=8)
def _plan(entities: tuple[Entity, ...], definitions: tuple[tuple[str, str], ...]) -> Plan:
    """Made once: it takes a third of a second, and every connection of a worker asks for it."""
    return make_plan(Catalog(entities, ()), dict(definitions))


@dataclass(frozen=True)
class StoredPlan:
    """What a generation was made with, as it says itself. ``contract``: Catalog.described."""

    fingerprint: str
    contract: Mapping[str, Any]
    definitions: Mapping[str, str]

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> "StoredPlan":
        """From the generation's row in ``plan``; older ones did not keep their contract."""
        return cls(plan["fingerprint"], plan.get("contract") or {}, plan["definitions"])

    def fits(self, catalog: Catalog) -> bool:
        """Whether code with this contract can feed the generation, by its stored definitions."""
        return bool(self.contract == catalog.described())

    def topics(self) -> set[str]:
        """Topics that it reads, without the prefix."""
        return {entity["topic"] for entity in self.contract.get("entities", {}).values()}


def differences(stored: StoredPlan, model: ReadModel) -> list[str]:
    """What differs between a generation and this code, a short phrase each."""
    own = model.catalog.described()
    if stored.contract.get("layout") != own["layout"]:
        return ["it was made by another version of homeroom"]
    return [
        *_between("entity", stored.contract["entities"], own["entities"]),
        *_between("event type", stored.contract["event_types"], own["event_types"]),
        *_between("definition", stored.definitions, model.definitions),
    ]


def _between(kind: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    return [
        f"the {kind} {name} "
        + ("is new" if name not in there else "is gone" if name not in here else "has changed")
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]
