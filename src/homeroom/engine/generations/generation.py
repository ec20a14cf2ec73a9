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
from homeroom.errors import FedByFlink, FingerprintMismatch


@dataclass(frozen=True)
class ReadModel:
    """Everything the engine is given: the catalog, and the definitions' texts by name."""

    catalog: Catalog
    definitions: Mapping[str, str]

    def plan(self) -> Plan:
        """The statements. Whoever makes a generation checks the definitions before."""
        return _plan(self.catalog.entities, tuple(sorted(self.definitions.items())))

    def check(self) -> None:
        """Raises DefinitionError where a definition cannot be kept."""
        _check(self.catalog.entities, tuple(sorted(self.definitions.items())))

    def fingerprint(self) -> str:
        return self.catalog.fingerprint(self.definitions)


@lru_cache(maxsize=8)
def _plan(entities: tuple[Entity, ...], definitions: tuple[tuple[str, str], ...]) -> Plan:
    """Made once: it takes a third of a second, and every connection of a worker asks for it."""
    return make_plan(Catalog(entities, ()), dict(definitions), stored=True)


@lru_cache(maxsize=8)
def _check(entities: tuple[Entity, ...], definitions: tuple[tuple[str, str], ...]) -> None:
    """Once, where none is refused: whoever makes tables may do it before the transaction."""
    make_plan(Catalog(entities, ()), dict(definitions))


# What a generation's contract has besides where a job of Flink's writes the tables.
FED_BY_FLINK = {"fed_by": "flink"}


@dataclass(frozen=True)
class StoredPlan:
    """What a generation was made with, as it says itself.

    ``contract``: Catalog.described; of a generation that Flink feeds, with FED_BY_FLINK.
    """

    fingerprint: str
    contract: Mapping[str, Any]
    definitions: Mapping[str, str]

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> "StoredPlan":
        """From the generation's row in ``plan``; older ones did not keep their contract."""
        return cls(plan["fingerprint"], plan.get("contract") or {}, plan["definitions"])

    @property
    def is_fed_by_flink(self) -> bool:
        """Whether a job of Flink's writes the tables, and no worker does."""
        return self.contract.get("fed_by") == "flink"

    def fits(self, catalog: Catalog) -> bool:
        """Whether code with this contract can feed the generation, by its stored definitions.

        None can feed one that Flink feeds, whatever its version: this is part of its contract.
        """
        return bool(self.contract == catalog.described())

    def topics(self) -> set[str]:
        """Topics that it reads, without the prefix."""
        return {entity["topic"] for entity in self.contract.get("entities", {}).values()}


def differences(stored: StoredPlan, model: ReadModel) -> list[str]:
    """What differs between a generation and this code, a short phrase each."""
    own = StoredPlan(model.fingerprint(), model.catalog.described(), model.definitions)
    return differences_between(stored, own)


def differences_between(there: StoredPlan, here: StoredPlan) -> list[str]:
    """What differs between two generations, whoever feeds them, a short phrase each."""
    if there.contract.get("layout") != here.contract.get("layout"):
        return ["it was made by another version of homeroom"]
    return [
        *_between("entity", there.contract["entities"], here.contract["entities"]),
        *_between("event type", there.contract["event_types"], here.contract["event_types"]),
        *_between("definition", there.definitions, here.definitions),
    ]


def without_history(stored: StoredPlan, model: ReadModel) -> list[str]:
    """What this code keeps of topics that a generation reads, and that one does not.

    A short phrase each. A copy of its tables goes on behind what it has read, so it would know
    nothing of what was said of these before.
    """
    own, read = model.catalog.described(), stored.topics()
    there = {"entities": {}, "event_types": {}, **stored.contract}
    entities = {n: entity for n, entity in own["entities"].items() if entity["topic"] in read}
    of_type = {t.name: t.entity.name for t in model.catalog.event_types}
    types = {
        n: event_type for n, event_type in own["event_types"].items() if of_type[n] in entities
    }
    known = {
        n: _shared(there["entities"][n], e) for n, e in entities.items() if n in there["entities"]
    }
    known_types = {n: there["event_types"][n] for n in types if n in there["event_types"]}
    return [*_between("entity", known, entities), *_between("event type", known_types, types)]


def _shared(there: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    """An entity without what is gone of it, and whoever numbers its events."""
    columns = {name: of for name, of in there["columns"].items() if name in here["columns"]}
    return {**there, "columns": columns, "sparse": here["sparse"]}


def require_fits(name: str, stored: StoredPlan, model: ReadModel) -> None:
    """Raises FedByFlink or FingerprintMismatch where this code cannot write into a generation."""
    if stored.is_fed_by_flink:
        raise FedByFlink(name)
    if not stored.fits(model.catalog):
        raise FingerprintMismatch(name, differences(stored, model))


def changed_relations(stored: StoredPlan, model: ReadModel) -> frozenset[str]:
    """Entities and projections that this code may make otherwise than the generation has them.

    Those whose contract or definition differs, and what reads such a one. A type that is gone is
    of the entity that its name begins with.
    """
    own = model.catalog.described()
    there, there_types = (stored.contract.get(of, {}) for of in ("entities", "event_types"))
    of_type = {t.name: t.entity.name for t in model.catalog.event_types}
    changed = {name for name, entity in own["entities"].items() if there.get(name) != entity}
    changed |= set(there) - set(own["entities"])
    for name in {*own["event_types"], *there_types}:
        if own["event_types"].get(name) != there_types.get(name):
            changed.add(of_type.get(name, name.split(".")[0]))
    for name in {*stored.definitions, *model.definitions}:
        if stored.definitions.get(name) != model.definitions.get(name):
            changed.add(name)
    changed |= {p.name for p in model.plan().projections if p.file in changed}
    return frozenset(changed | {p.name for p in model.plan().touched_by(frozenset(changed))})


def _between(kind: str, there: Mapping[str, Any], here: Mapping[str, Any]) -> list[str]:
    return [
        f"the {kind} {name} "
        + ("is new" if name not in there else "is gone" if name not in here else "has changed")
        for name in sorted({*there, *here})
        if there.get(name) != here.get(name)
    ]
