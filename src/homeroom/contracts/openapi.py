"""The OpenAPI document of the query service as a file: what operations share stands there once."""

import json
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from homeroom.api.app import openapi_document

# Beyond it an operation's part is worth a name of its own.
TIMES_MIN = 2


def document() -> dict[str, Any]:
    """``/openapi.json``, with parameters and responses of several operations as components.

    There each operation repeats what nearly all may answer. The file has a third of that length,
    and says the same.
    """
    made = openapi_document()
    operations = [o for path in made["paths"].values() for o in path.values()]
    responses = _Shared("responses")
    parameters = _Shared("parameters")
    for status, response in _responses(operations):
        responses.count(HTTPStatus(int(status)).name.title().replace("_", ""), response)
    for operation in operations:
        for parameter in operation.get("parameters", ()):
            parameters.count(parameter["name"], parameter)
    for operation in operations:
        operation["responses"] = {
            status: responses.reference(response)
            for status, response in operation["responses"].items()
        }
        if "parameters" in operation:
            operation["parameters"] = [parameters.reference(p) for p in operation["parameters"]]
    made["components"] |= {"responses": responses.named, "parameters": parameters.named}
    return made


def _responses(operations: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for operation in operations:
        yield from operation["responses"].items()


class _Shared:
    """Parts that several operations have, by names that the first of a kind takes."""

    def __init__(self, component: str) -> None:
        self._component = component
        self._times: Counter[str] = Counter()
        self._hints: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self.named: dict[str, Any] = {}

    def count(self, hint: str, part: dict[str, Any]) -> None:
        text = json.dumps(part, sort_keys=True)
        self._times[text] += 1
        self._hints[text] = hint

    def reference(self, part: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(part, sort_keys=True)
        if self._times[text] < TIMES_MIN:
            return part
        if text not in self._names:
            hint = self._hints[text]
            taken = sum(name.rstrip("0123456789") == hint for name in self.named)
            self._names[text] = f"{hint}{taken + 1 if taken else ''}"
            self.named[self._names[text]] = part
        return {"$ref": f"#/components/{self._component}/{self._names[text]}"}
