"""A service's AsyncAPI document: FastStream's own, with the contract's channels in it."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from io import StringIO
from typing import Any

from faststream.kafka import KafkaBroker
from faststream.specification.asyncapi import AsyncAPI
from faststream.specification.base import Specification

from homeroom_kit.contract.event import EventData
from homeroom_kit.documents.asyncapi import channel, components, operation


@dataclass(frozen=True, slots=True)
class MergedDocument:
    """An AsyncAPI document as FastStream serves and prints it."""

    content: dict[str, Any]

    @property
    def title(self) -> str:
        """That of the application."""
        return str(self.content["info"]["title"])

    def to_jsonable(self) -> Any:
        """The document as what ``json`` takes."""
        return self.content

    def to_json(self) -> str:
        """The document as JSON."""
        return json.dumps(self.content, ensure_ascii=False)

    def to_yaml(self) -> str:
        """The document as YAML; needs PyYAML, as FastStream's own does."""
        import yaml

        text = StringIO()
        yaml.safe_dump(self.content, text, sort_keys=False, allow_unicode=True)
        return text.getvalue()


class ContractDocument(AsyncAPI):
    """Makes the document of an application; ``types`` may grow until it is asked for it.

    A topic that the application publishes to has the channel that homeroom's own document has, with
    all of the topic's messages; the operation ``send-…`` names those that the application sends.
    """

    def __init__(
        self, *brokers: KafkaBroker, types: Collection[type[EventData]], prefix: str, **about: Any
    ) -> None:
        super().__init__(*brokers, schema_version="3.0.0", **about)
        self._types, self._prefix = types, prefix

    def to_specification(self) -> Specification:
        """The merged document, in AsyncAPI 3."""
        own = super().to_specification().to_jsonable()
        return MergedDocument(merged(own, self._types, self._prefix))


def merged(
    document: dict[str, Any], types: Collection[type[EventData]], prefix: str = ""
) -> dict[str, Any]:
    """An AsyncAPI 3 document with the contract's channels, messages and schemas of event types.

    ``prefix`` is that of the topics. What the document has under the same name gives way.
    """
    topics = list(dict.fromkeys(event.topic for event in types))
    theirs = document.get("components", {})
    ours = components(topics)
    return {
        **document,
        "channels": document.get("channels", {}) | {t: channel(t, prefix) for t in topics},
        "operations": document.get("operations", {})
        | {f"send-{t}": operation("send", t, [e for e in types if e.topic == t]) for t in topics},
        "components": theirs | {name: theirs.get(name, {}) | ours[name] for name in ours},
    }
