"""An event of each type that a publisher could send as it stands."""

from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import SqlType

AT = "2026-03-01T09:00:00Z"
DAY = "2026-03-01"
# By the kind of a field (docs/contract.md, "Fields"); ids and texts are made of the field's name.
VALUES: dict[str, Any] = {
    "time": AT, "day": DAY, "integer": 3, "count": 20, "marks": 42.5, "marks above 0": 50,
    "score": 87.5, "amount": "25.50", "currency": "EUR", "flag": True, "flags": {"photos": True},
}  # fmt: skip


def data(event: type[EventData]) -> dict[str, Any]:
    """The data of an example, as it stands on the wire."""
    return {field.alias or name: _value(name, field) for name, field in event.model_fields.items()}


def subject(event: type[EventData]) -> str:
    """The subject of the same example."""
    made = data(event)
    return "/".join(str(made[name]) for name in event.key_names)


def headers(event: type[EventData]) -> dict[str, str]:
    """Its CloudEvents attributes in binary mode."""
    return {
        "ce_specversion": "1.0",
        "ce_id": "0190c2a4-7d1e-7b3a-9c55-3f0e6b1d2a10",
        "ce_source": f"/services/{event.topic}",
        "ce_type": event.type,
        "ce_time": AT,
        "ce_subject": subject(event),
        "ce_sequence": "1" if event.creates else "2",
        "content-type": "application/json",
    }


def _value(name: str, field: FieldInfo) -> Any:
    kind = _kind(field.annotation, field.metadata)
    if isinstance(kind, tuple):
        return kind[0]
    if kind in ("id", "ids"):
        made = f"{name.removesuffix('_id').removesuffix('s').replace('_', '-')}-1"
        return made if kind == "id" else [made]
    if kind in ("text", "texts"):
        made = name.removesuffix("s" if kind == "texts" else "").replace("_", " ").capitalize()
        return made if kind == "text" else [made]
    return VALUES[kind]


def _kind(annotation: Any, metadata: list[Any]) -> str | tuple[str, ...]:
    """The word for a field's kind, or the values to choose from."""
    for item in metadata:
        if isinstance(item, SqlType):
            return item.kind
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    (inner,) = (a for a in get_args(annotation) if a is not type(None))
    return _kind(inner, list(getattr(inner, "__metadata__", ())))
