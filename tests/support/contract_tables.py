"""The tables of event types in docs/contract.md, made from the contract.

``python -m tests.support.contract_tables`` writes them into the page (`make contracts`).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from homeroom_kit.contract import ENTITIES, TOPICS, fields
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import SqlType

PAGE = Path(__file__).parents[2] / "docs" / "contract.md"
HEAD = ("| type | subject | data besides the key | sets |", "|---|---|---|---|")
KINDS = {
    item.kind
    for field in vars(fields).values()
    for item in getattr(field, "__metadata__", ())
    if isinstance(item, SqlType)
}


def _kind(annotation: Any, metadata: list[Any]) -> str:
    """The word of the table *Kinds of fields* for a field's type."""
    for item in metadata:
        if isinstance(item, SqlType):
            return item.kind
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    (inner,) = (a for a in get_args(annotation) if a is not type(None))
    return _kind(inner, list(getattr(inner, "__metadata__", ())))


def _field(name: str, field: FieldInfo) -> str:
    nullable = type(None) in get_args(field.annotation)
    name = field.alias or name
    return f"{name}{'?' if nullable else ''}: {_kind(field.annotation, field.metadata)}"


def _constant(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else f"`{value}`"


def _row(event: type[EventData]) -> str:
    data = "; ".join(
        _field(name, field)
        for name, field in event.model_fields.items()
        if name not in event.key_names
    )
    sets = [f"{name} = {_constant(value)}" for name, value in event.sets.items()]
    sets += [f"{name} = `{f.alias}`" for name, f in event.model_fields.items() if f.alias]
    if event.upcast:
        sets.append(f"read as `{event.upcast.to.type}`")
    if event.timed:
        sets.append(f"{event.timed} = `time`")
    mark = ("**" if event.creates else "") + ("_" if event.keeps else "")
    cells = (
        f"{mark}`{event.type}`{mark[::-1]}",
        f"`{'/'.join(event.key_names)}`",
        data,
        ", ".join(sets),
    )
    return "| " + " | ".join(cells) + " |"


def tables() -> Iterator[str]:
    """All lines: a heading and a table for each topic, in the order of the contract."""
    for topic in TOPICS:
        yield from (f"### `{topic}`", "", *HEAD)
        for entity in ENTITIES:
            if entity.topic == topic:
                yield from (_row(event) for event in entity.events)
        yield ""


def with_tables(page: str) -> str:
    """The page with the tables of today, from the first topic's heading to the next section."""
    made = "\n".join(tables())
    return re.sub(
        r"(^## Event types\n.*?)^### .*?(?=^## )",
        lambda head: f"{head[1]}{made}\n",
        page,
        flags=re.DOTALL | re.MULTILINE,
    )


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text()))
