"""The data of events as JSON Schemas (2020-12), one for each event type.

``x-homeroom`` holds the other properties of the event type.
"""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from homeroom_kit.contract import ENTITIES, EntityContract
from homeroom_kit.contract.event import EventData

DIALECT = "https://json-schema.org/draft/2020-12/schema"
PROPERTIES = "x-homeroom"


class _Untitled(GenerateJsonSchema):
    """Leaves out the titles that pydantic derives from names: they add nothing."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False


def schema(entity: EntityContract, event: type[EventData]) -> dict[str, Any]:
    """The JSON Schema of one event type's data."""
    generated = event.model_json_schema(schema_generator=_Untitled)
    head = {
        "$schema": DIALECT,
        "$id": identity_of(event.type),
        "title": event.type,
        "description": event.__doc__,
        PROPERTIES: {
            "topic": entity.topic,
            "entity": entity.name,
            "subject": "/".join(event.key_names),
            "creates": event.creates,
            **({"keeps": True} if event.keeps else {}),
            "sets": dict(event.sets),
            **({"timed": event.timed} if event.timed else {}),
            **({"dated": event.dated} if event.dated else {}),
            **({"upcast_to": event.upcast.to.type} if event.upcast else {}),
        },
    }
    return head | {name: value for name, value in generated.items() if name not in head}


def identity_of(type_name: str) -> str:
    """The ``$id`` of an event type's schema."""
    return f"urn:homeroom:event:{type_name}"


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas of all event types by their names."""
    return {event.type: schema(entity, event) for entity in ENTITIES for event in entity.events}
