"""Compares two JSON Schemas (2020-12, as far as pydantic writes it), change by change.

A schema is looked at as its alternatives, one per type of JSON: `string | null` has two. So what
`anyOf`, `oneOf` and lists of types say is compared alike. Other keywords than those below are
annotations to it.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from homeroom.contracts.compatibility.alternatives import (
    Schema,
    SchemaChange,
    as_schema,
    limit_changes,
    listed,
    merged,
    paired,
    referred,
    renamed_fields,
    types_of,
    value_changes,
)
from homeroom.contracts.compatibility.findings import ChangeKind


class SchemaComparison:
    """Compares schemas of two documents, to which their references lead."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._roots = old, new
        self._within: set[tuple[str, str]] = set()

    def changes(self, old: Schema, new: Schema, path: str = "#") -> Iterator[SchemaChange]:
        """What has changed from one schema to the other."""
        if old == new and self._roots[0] is self._roots[1]:
            return
        pair = json.dumps(old, sort_keys=True), json.dumps(new, sort_keys=True)
        if pair in self._within:
            return
        self._within.add(pair)
        before, after = self._alternatives(old, 0), self._alternatives(new, 1)
        yield from self._types(before, after, path)
        for type_ in before.keys() & after.keys():
            yield from self._of_type(before[type_], after[type_], path)
        if "integer" in before and "integer" not in after and "number" in after:
            yield from self._of_type(before["integer"], after["number"], path)
        if "number" in before and "number" not in after and "integer" in after:
            yield from self._of_type(before["number"], after["integer"], path)
        self._within.discard(pair)

    def _alternatives(self, schema: Any, side: int) -> dict[str, list[Schema]]:
        """The schemas that a value may be of, by its type."""
        found: dict[str, list[Schema]] = {}
        for one in self._flat(schema, side):
            for type_ in types_of(one):
                found.setdefault(type_, []).append(one)
        return found

    def _flat(self, schema: Any, side: int) -> Iterator[Schema]:
        schema = self._resolved(schema, side)
        branches = schema.get("anyOf") or schema.get("oneOf")
        if not branches:
            yield schema
            return
        rest = {k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}
        for branch in branches:
            for one in self._flat(branch, side):
                yield {**rest, **one}

    def _resolved(self, schema: Any, side: int) -> Schema:
        if isinstance(schema, bool):
            return {} if schema else {"enum": []}
        made: Schema = schema
        while "$ref" in made:
            rest = {name: value for name, value in made.items() if name != "$ref"}
            made = {**referred(self._roots[side], made["$ref"]), **rest}
        if "allOf" in made:
            parts = [self._resolved(part, side) for part in made["allOf"]]
            rest = {name: value for name, value in made.items() if name != "allOf"}
            made = merged([*parts, rest])
        return made

    def _types(
        self, before: Mapping[str, Any], after: Mapping[str, Any], path: str
    ) -> Iterator[SchemaChange]:
        lost = [t for t in before if t not in after and not (t == "integer" and "number" in after)]
        new = [t for t in after if t not in before and not (t == "integer" and "number" in before)]
        if lost and new and "null" not in (*lost, *new) and len(before) == len(lost):
            what = f"a value was {listed(before)}, and is {listed(after)}"
            yield SchemaChange(path, ChangeKind.FORM_CHANGED, what)
            return
        if lost:
            yield SchemaChange(path, ChangeKind.TYPE_NARROWED, f"{listed(lost)} is refused")
        if new:
            yield SchemaChange(path, ChangeKind.TYPE_WIDENED, f"a value may be {listed(new)}")

    def _of_type(
        self, before: list[Schema], after: list[Schema], path: str
    ) -> Iterator[SchemaChange]:
        yield from value_changes(before, after, path)
        for i, (old, new) in enumerate(paired(before, after)):
            place = path if len(before) == 1 else f"{path}/anyOf/{i}"
            if old is None:
                yield SchemaChange(place, ChangeKind.TYPE_WIDENED, "there is one more alternative")
            elif new is None:
                yield SchemaChange(place, ChangeKind.TYPE_NARROWED, "an alternative is gone")
            else:
                yield from limit_changes(old, new, place)
                yield from self._fields(old, new, place)
                yield from self._items(old, new, place)

    def _fields(self, old: Schema, new: Schema, path: str) -> Iterator[SchemaChange]:
        before, after = old.get("properties", {}), new.get("properties", {})
        had, has = set(old.get("required", ())), set(new.get("required", ()))
        renamed = renamed_fields(old, new)
        for name in before:
            place = f"{path}/properties/{name}"
            if name in renamed:
                what = f"the field `{name}` is called `{renamed[name]}` now"
                yield SchemaChange(place, ChangeKind.FIELD_RENAMED, what)
            elif name not in after:
                what = f"the field `{name}` is gone"
                yield SchemaChange(place, ChangeKind.FIELD_REMOVED, what)
            else:
                if name in has - had:
                    what = f"the field `{name}` is required"
                    yield SchemaChange(place, ChangeKind.MADE_REQUIRED, what)
                if name in had - has:
                    what = f"the field `{name}` may be left out"
                    yield SchemaChange(place, ChangeKind.MADE_OPTIONAL, what)
                yield from self.changes(before[name], after[name], place)
        for name in after:
            if name in before or name in renamed.values():
                continue
            kind = ChangeKind.REQUIRED_FIELD_ADDED if name in has else ChangeKind.FIELD_ADDED
            what = f"there is a new {'required ' if name in has else ''}field `{name}`"
            yield SchemaChange(f"{path}/properties/{name}", kind, what)
        yield from self._others(old, new, path)

    def _others(self, old: Schema, new: Schema, path: str) -> Iterator[SchemaChange]:
        """Fields without a name in the schema, and how names are made."""
        before, after = old.get("additionalProperties", True), new.get("additionalProperties", True)
        place = f"{path}/additionalProperties"
        if before is False and after is not False:
            yield SchemaChange(place, ChangeKind.LIMIT_WIDENED, "other fields may be there")
        elif after is False and before is not False:
            yield SchemaChange(place, ChangeKind.LIMIT_NARROWED, "other fields are refused")
        elif before is not after:
            yield from self.changes(as_schema(before), as_schema(after), place)
        names = old.get("propertyNames"), new.get("propertyNames")
        if any(names):
            string = {"type": "string"}
            yield from self.changes(
                {**string, **(names[0] or {})}, {**string, **(names[1] or {})},
                f"{path}/propertyNames",
            )  # fmt: skip

    def _items(self, old: Schema, new: Schema, path: str) -> Iterator[SchemaChange]:
        before, after = old.get("items", True), new.get("items", True)
        if before is not after:
            yield from self.changes(as_schema(before), as_schema(after), f"{path}/items")
