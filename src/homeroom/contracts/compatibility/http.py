"""Compares two OpenAPI documents (3.1): what clients may ask, and what they are answered."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from homeroom.contracts.compatibility.alternatives import Schema, referred
from homeroom.contracts.compatibility.findings import ChangeKind, ContractSide, Finding, finding
from homeroom.contracts.compatibility.schemas import SchemaComparison

FILE = "openapi.json"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
ANY = "*/*"


def compared(old: Schema, new: Schema) -> Iterator[Finding]:
    """The changes between two documents."""
    yield from _Documents(old, new).findings()


class _Documents:
    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def findings(self) -> Iterator[Finding]:
        before, after = _by_form(self._old), _by_form(self._new)
        for form, (path, operations) in before.items():
            if form not in after:
                yield _found(path, "", ChangeKind.PATH_REMOVED, f"{path} is gone")
                continue
            others = after[form][1]
            for method, operation in operations.items():
                if method in others:
                    yield from self._operation(path, method, operation, others[method])
                else:
                    what = f"{method.upper()} {path} is gone"
                    yield _found(path, method, ChangeKind.METHOD_REMOVED, what)
        for form, (path, operations) in after.items():
            for method in operations:
                if form not in before or method not in before[form][1]:
                    what = f"there is a new {method.upper()} {path}"
                    yield _found(path, method, ChangeKind.OPERATION_ADDED, what)

    def _operation(self, path: str, method: str, old: Schema, new: Schema) -> Iterator[Finding]:
        yield from self._parameters(path, method, old, new)
        yield from self._body(path, method, old, new)
        yield from self._responses(path, method, old, new)
        had, has = old.get("security", []), new.get("security", [])
        if has and not had:
            yield _found(path, method, ChangeKind.TOKEN_NEEDED, "it needs a token now")
        elif had and not has:
            what = "it needs no token any more"
            yield _found(path, method, ChangeKind.TOKEN_NO_LONGER_NEEDED, what)

    def _parameters(self, path: str, method: str, old: Schema, new: Schema) -> Iterator[Finding]:
        before, after = self._named(old, self._old), self._named(new, self._new)
        for key, parameter in before.items():
            place = f"{key[0]} parameter {parameter['name']}"
            if key not in after:
                what = f"the {place} is gone"
                yield _found(path, method, ChangeKind.PARAMETER_REMOVED, what, place)
                continue
            other = after[key]
            if other.get("required") and not parameter.get("required"):
                what = f"the {place} is required"
                yield _found(path, method, ChangeKind.MADE_REQUIRED, what, place)
            if parameter.get("required") and not other.get("required"):
                what = f"the {place} may be left out"
                yield _found(path, method, ChangeKind.MADE_OPTIONAL, what, place)
            schemas = parameter.get("schema", {}), other.get("schema", {})
            yield from self._schemas(path, method, place, schemas, ContractSide.REQUEST)
        for key, parameter in after.items():
            if key not in before:
                required = parameter.get("required", False)
                kind = (
                    ChangeKind.REQUIRED_PARAMETER_ADDED if required else ChangeKind.PARAMETER_ADDED
                )
                place = f"{key[0]} parameter {parameter['name']}"
                what = f"there is a new {'required ' if required else ''}{place}"
                yield _found(path, method, kind, what, place)

    def _named(self, operation: Schema, root: Schema) -> dict[tuple[str, str], Schema]:
        """The parameters by their place and name; in a path the place alone says which it is."""
        made: dict[tuple[str, str], Schema] = {}
        in_path = 0
        for one in operation.get("parameters", ()):
            parameter = _resolved(one, root)
            name = parameter["name"]
            if parameter["in"] == "path":
                name, in_path = str(in_path), in_path + 1
            elif parameter["in"] == "header":
                name = name.lower()
            made[parameter["in"], name] = parameter
        return made

    def _body(self, path: str, method: str, old: Schema, new: Schema) -> Iterator[Finding]:
        before = _resolved(old.get("requestBody"), self._old)
        after = _resolved(new.get("requestBody"), self._new)
        if before and not after:
            yield _found(path, method, ChangeKind.BODY_REMOVED, "it takes no body any more")
        elif after and not before:
            required = after.get("required", False)
            kind = ChangeKind.REQUIRED_BODY_ADDED if required else ChangeKind.BODY_ADDED
            yield _found(path, method, kind, f"it {'needs' if required else 'takes'} a body")
        elif before and after:
            if after.get("required") and not before.get("required"):
                what = "the body is required"
                yield _found(path, method, ChangeKind.REQUIRED_BODY_ADDED, what)
            yield from self._content(path, method, "body", before, after, ContractSide.REQUEST)

    def _responses(self, path: str, method: str, old: Schema, new: Schema) -> Iterator[Finding]:
        before, after = old["responses"], new["responses"]
        for status, response in before.items():
            place = f"answer {status}"
            if status not in after:
                what = f"it never answers {status} any more"
                yield _found(path, method, ChangeKind.STATUS_REMOVED, what, place)
                continue
            was, is_ = _resolved(response, self._old), _resolved(after[status], self._new)
            yield from self._headers(path, method, place, was, is_)
            yield from self._content(path, method, place, was, is_, ContractSide.ANSWER)
        for status in after:
            if status not in before:
                what = f"it may answer {status}"
                yield _found(path, method, ChangeKind.STATUS_ADDED, what, f"answer {status}")

    def _headers(
        self, path: str, method: str, place: str, old: Schema, new: Schema
    ) -> Iterator[Finding]:
        before = {name.lower(): (name, h) for name, h in old.get("headers", {}).items()}
        after = {name.lower(): (name, h) for name, h in new.get("headers", {}).items()}
        for key, (name, header) in before.items():
            where = f"{place} header {name}"
            if key not in after:
                what = f"the header {name} is gone from {place}"
                yield _found(path, method, ChangeKind.HEADER_REMOVED, what, where)
                continue
            was, is_ = _resolved(header, self._old), _resolved(after[key][1], self._new)
            if was.get("required") and not is_.get("required"):
                what = f"the header {name} may be missing from {place}"
                yield _found(path, method, ChangeKind.HEADER_REMOVED, what, where)
            schemas = was.get("schema", {}), is_.get("schema", {})
            yield from self._schemas(path, method, where, schemas, ContractSide.ANSWER)
        for key, (name, _) in after.items():
            if key not in before:
                what = f"{place} has a new header {name}"
                where = f"{place} header {name}"
                yield _found(path, method, ChangeKind.HEADER_ADDED, what, where)

    def _content(
        self, path: str, method: str, place: str, old: Schema, new: Schema, side: ContractSide
    ) -> Iterator[Finding]:
        before: Mapping[str, Any] = old.get("content", {})
        after: Mapping[str, Any] = new.get("content", {})
        for media_type, content in before.items():
            if media_type in after:
                schemas = content.get("schema", {}), after[media_type].get("schema", {})
                yield from self._schemas(path, method, f"{place} {media_type}", schemas, side)
            else:
                what = f"{place} is no {media_type} any more"
                where = f"{place} {media_type}"
                yield _found(path, method, ChangeKind.MEDIA_TYPE_REMOVED, what, where, side)
        for media_type in after:
            if media_type not in before:
                what = f"{place} may be {media_type}"
                where = f"{place} {media_type}"
                yield _found(path, method, ChangeKind.MEDIA_TYPE_ADDED, what, where, side)

    def _schemas(
        self, path: str, method: str, place: str, schemas: tuple[Schema, Schema], side: ContractSide
    ) -> Iterator[Finding]:
        for change in SchemaComparison(self._old, self._new).changes(*schemas):
            where = f"{place} {change.path}"
            yield _found(path, method, change.kind, change.what, where, side)


def _by_form(document: Schema) -> dict[str, tuple[str, dict[str, Schema]]]:
    """Paths with their operations, by the path without the names of its parameters."""
    return {
        re.sub(r"\{[^}]*\}", "{}", path): (
            path,
            {
                method: {
                    **operation,
                    "parameters": [*item.get("parameters", ()), *operation.get("parameters", ())],
                }
                for method, operation in item.items() if method in METHODS
            },
        )
        for path, item in document["paths"].items()
    }  # fmt: skip


def _resolved(part: Any, root: Schema) -> Schema:
    while part and "$ref" in part:
        part = referred(root, part["$ref"])
    made: Schema = part or {}
    return made


def _found(
    path: str,
    method: str,
    kind: ChangeKind,
    what: str,
    place: str = "",
    side: ContractSide = ContractSide.REQUEST,
) -> Finding:
    where = " ".join(part for part in (FILE, method.upper(), path, place) if part)
    return finding(where, kind, what, side)
