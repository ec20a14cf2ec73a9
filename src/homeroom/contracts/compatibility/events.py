"""Compares the events of two contracts: their types, what each is about, and their data."""

from collections.abc import Iterator, Mapping
from typing import Any

from homeroom.contracts.compatibility.findings import ChangeKind, ContractSide, Finding, finding
from homeroom.contracts.compatibility.schemas import SchemaComparison
from homeroom_kit.documents.event_schemas import PROPERTIES

# Of what an event type is besides its data: the kind of a change of it.
ABOUT = {
    "topic": ChangeKind.TOPIC_CHANGED,
    "subject": ChangeKind.SUBJECT_CHANGED,
    "entity": ChangeKind.MEANING_CHANGED,
    "creates": ChangeKind.MEANING_CHANGED,
    "keeps": ChangeKind.MEANING_CHANGED,
    "sets": ChangeKind.MEANING_CHANGED,
    "timed": ChangeKind.MEANING_CHANGED,
    "dated": ChangeKind.MEANING_CHANGED,
}
Schemas = Mapping[str, dict[str, Any]]


def compared(old: Schemas, new: Schemas) -> Iterator[Finding]:
    """The changes between the schemas of all event types, given by their names."""
    came = [name for name in new if name not in old]
    for name, schema in old.items():
        if name in new:
            yield from _of_type(name, schema, new[name])
            continue
        alike = [other for other in came if _data(new[other]) == _data(schema)]
        if alike:
            came.remove(alike[0])
            what = f"{name} is called {alike[0]} now"
            yield _finding(name, ChangeKind.EVENT_TYPE_RENAMED, what)
        else:
            yield _finding(name, ChangeKind.EVENT_TYPE_REMOVED, f"{name} is gone")
    for name in came:
        yield _finding(name, ChangeKind.EVENT_TYPE_ADDED, f"there is a new type {name}")


def _of_type(name: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[Finding]:
    before, after = old.get(PROPERTIES, {}), new.get(PROPERTIES, {})
    for about, kind in ABOUT.items():
        was, is_ = before.get(about), after.get(about)
        if was != is_:
            what = f"its `{about}` was {_said(was)}, and is {_said(is_)}"
            yield _finding(f"{name}.json#/{PROPERTIES}/{about}", kind, what)
    for change in SchemaComparison(old, new).changes(old, new):
        yield _finding(f"{name}.json{change.path}", change.kind, change.what)


def _data(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without its names: what makes two event types alike."""
    return {k: v for k, v in schema.items() if k not in ("$id", "title", "description")}


def _said(value: Any) -> str:
    return "not said" if value is None else f"{value!r}" if isinstance(value, dict) else f"{value}"


def _finding(place: str, kind: ChangeKind, what: str) -> Finding:
    path = place if ".json" in place else f"{place}.json"
    return finding(f"events/{path}", kind, what, ContractSide.EVENT)
