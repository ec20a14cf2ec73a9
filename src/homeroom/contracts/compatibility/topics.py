"""Compares two AsyncAPI documents beside the data of events: topics, headers, keys, and who sends.

The data of events is compared by their JSON Schemas (``events.py``).
"""

from collections.abc import Iterator
from typing import Any

from homeroom.contracts.compatibility.alternatives import Schema
from homeroom.contracts.compatibility.findings import ChangeKind, ContractSide, Finding, finding
from homeroom.contracts.compatibility.schemas import SchemaComparison

FILE = "asyncapi.json"


def compared(old: Schema, new: Schema) -> Iterator[Finding]:
    """The changes of topics and messages between two documents."""
    before, after = old["channels"], new["channels"]
    for topic, channel in before.items():
        where = f"#/channels/{topic}"
        if topic not in after:
            yield _finding(where, ChangeKind.TOPIC_REMOVED, f"the topic {topic} is gone")
        elif channel["address"] != after[topic]["address"]:
            what = f"the topic is called {after[topic]['address']} now"
            yield _finding(f"{where}/address", ChangeKind.TOPIC_REMOVED, what)
    for topic in after:
        if topic not in before:
            what = f"there is a new topic {topic}"
            yield _finding(f"#/channels/{topic}", ChangeKind.TOPIC_ADDED, what)
    yield from _messages(old, new)
    yield from _sent(old, new)


def _messages(old: Schema, new: Schema) -> Iterator[Finding]:
    before, after = old["components"]["messages"], new["components"]["messages"]
    comparison = SchemaComparison(old, new)
    for name in before.keys() & after.keys():
        where = f"#/components/messages/{name}"
        was, is_ = before[name], after[name]
        for change in comparison.changes(was["headers"], is_["headers"]):
            place = f"{where}/headers{change.path.removeprefix('#')}"
            yield _finding(place, change.kind, change.what)
        keys = _key(was), _key(is_)
        for change in comparison.changes(*keys):
            what = f"the record's key: {change.what}"
            yield _finding(f"{where}/bindings/kafka/key", ChangeKind.KEY_CHANGED, what)


def _key(message: dict[str, Any]) -> Schema:
    made: Schema = message.get("bindings", {}).get("kafka", {}).get("key", {})
    return made


def _sent(old: Schema, new: Schema) -> Iterator[Finding]:
    """What homeroom published for others to read, and does no longer."""
    after = new["components"]["messages"]
    still = set(_names_sent(new))
    for name in _names_sent(old):
        if name not in still and name in after:
            where = f"#/components/messages/{name}"
            yield _finding(where, ChangeKind.NO_LONGER_SENT, f"homeroom no longer publishes {name}")


def _names_sent(document: Schema) -> Iterator[str]:
    for operation in document["operations"].values():
        if operation["action"] == "send":
            yield from (message["$ref"].rsplit("/", 1)[1] for message in operation["messages"])


def _finding(where: str, kind: ChangeKind, what: str) -> Finding:
    return finding(f"{FILE}{where}", kind, what, ContractSide.EVENT)
