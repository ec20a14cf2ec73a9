"""What a schema says of values of one type, and how that differs between two schemas."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from homeroom.contracts.compatibility.findings import ChangeKind

Schema = Mapping[str, Any]
TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
# Of each limit whether a greater value of it takes more.
LIMITS = {
    "maxLength": True, "maximum": True, "exclusiveMaximum": True, "maxItems": True,
    "maxProperties": True, "minLength": False, "minimum": False, "exclusiveMinimum": False,
    "minItems": False, "minProperties": False,
}  # fmt: skip
FORMS = ("pattern", "format", "multipleOf", "uniqueItems")


class SchemaChange(NamedTuple):
    """A change at a place within a schema, ``#/properties/kind``."""

    path: str
    kind: ChangeKind
    what: str


def referred(root: Schema, reference: str) -> Schema:
    """The part of a document that a local reference, ``#/components/…``, names."""
    part: Any = root
    for step in reference.removeprefix("#/").split("/"):
        part = part[step.replace("~1", "/").replace("~0", "~")]
    made: Schema = part
    return made


def as_schema(value: Any) -> Schema:
    if isinstance(value, bool):
        return {} if value else {"enum": []}
    made: Schema = value
    return made


def types_of(schema: Schema) -> list[str]:
    said = schema.get("type")
    if said is not None:
        return [said] if isinstance(said, str) else list(said)
    values = choices(schema)
    if values is not None:
        return sorted({_type_of_value(value) for value in values})
    return [t for t in TYPES if t != "integer"]


def _type_of_value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    kinds = {str: "string", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds[type(value)]


def choices(schema: Schema) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    values = schema.get("enum")
    return None if values is None else list(values)


def value_changes(before: list[Schema], after: list[Schema], path: str) -> Iterator[SchemaChange]:
    """Values to choose from that came or went; None stands for any value."""
    had, has = _all_choices(before), _all_choices(after)
    if had is None and has is None:
        return
    if had is None:
        what = f"only {listed(has or [])} is taken"
        yield SchemaChange(path, ChangeKind.TYPE_NARROWED, what)
    elif has is None:
        what = f"a value may be any, besides {listed(had)}"
        yield SchemaChange(path, ChangeKind.VALUE_ADDED, what)
    else:
        for value in had:
            if value not in has:
                what = f"the value {json.dumps(value)} is gone"
                yield SchemaChange(path, ChangeKind.VALUE_REMOVED, what)
        for value in has:
            if value not in had:
                what = f"there is a new value {json.dumps(value)}"
                yield SchemaChange(path, ChangeKind.VALUE_ADDED, what)


def _all_choices(schemas: list[Schema]) -> list[Any] | None:
    values = [choices(schema) for schema in schemas]
    if any(chosen is None for chosen in values):
        return None
    return [
        value for chosen in values if chosen is not None for value in chosen if value is not None
    ]


def paired(
    before: list[Schema], after: list[Schema]
) -> Iterator[tuple[Schema | None, Schema | None]]:
    """Alternatives of one type that belong together: equal ones, those of a title, then in turn."""
    if all(choices(schema) is not None for schema in (*before, *after)):
        return
    left = list(after)
    rest: list[Schema] = []
    for old in before:
        same = next((new for new in left if new == old), None) or next(
            (new for new in left if old.get("title") and new.get("title") == old["title"]), None
        )
        if same is None:
            rest.append(old)
        else:
            left.remove(same)
            yield old, same
    for i in range(max(len(rest), len(left))):
        yield rest[i] if i < len(rest) else None, left[i] if i < len(left) else None


def limit_changes(old: Schema, new: Schema, path: str) -> Iterator[SchemaChange]:
    for name, greater_takes_more in LIMITS.items():
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        widened = (
            after is None
            or (before is not None and (after > before) is greater_takes_more)
        )  # fmt: skip
        kind = ChangeKind.LIMIT_WIDENED if widened else ChangeKind.LIMIT_NARROWED
        yield SchemaChange(path, kind, f"`{name}` was {_said(before)}, and is {_said(after)}")
    for name in FORMS:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        kind = (
            ChangeKind.LIMIT_NARROWED if before is None
            else ChangeKind.LIMIT_WIDENED if after is None
            else ChangeKind.FORM_CHANGED
        )  # fmt: skip
        yield SchemaChange(path, kind, f"`{name}` was {_said(before)}, and is {_said(after)}")


def renamed_fields(old: Schema, new: Schema) -> dict[str, str]:
    """Fields that are gone, with those that came in their place: of the same schema."""
    before, after = old.get("properties", {}), new.get("properties", {})
    gone = [name for name in before if name not in after]
    came = [name for name in after if name not in before]
    found: dict[str, str] = {}
    for name in gone:
        alike = [
            other for other in came
            if other not in found.values()
            and _bare(after[other]) == _bare(before[name])
            and (name in old.get("required", ())) == (other in new.get("required", ()))
        ]  # fmt: skip
        near = get_close_matches(name, alike, n=1, cutoff=0.3)
        if near or (len(alike) == 1 and len(gone) == len(came) == 1):
            found[name] = near[0] if near else alike[0]
    return found


def _bare(schema: Any) -> Any:
    """A schema without what only describes it."""
    if not isinstance(schema, dict):
        return schema
    return {k: v for k, v in schema.items() if k not in ("title", "description", "examples")}


def merged(parts: list[Schema]) -> Schema:
    """The schema of what is of all these schemas, as far as fields go."""
    made: dict[str, Any] = {}
    for part in parts:
        for name, value in part.items():
            if name == "properties":
                made[name] = made.get(name, {}) | value
            elif name == "required":
                made[name] = [*made.get(name, ()), *value]
            else:
                made[name] = value
    return made


def _said(value: Any) -> str:
    return "not said" if value is None else json.dumps(value)


def listed(names: Any) -> str:
    return " or ".join(str(name) for name in names)
