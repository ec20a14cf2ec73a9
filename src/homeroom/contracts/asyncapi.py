"""The AsyncAPI 3 document: every topic, its messages with headers, key, data and an example.

AsyncAPI 3.0.0, and version 0.5.0 of its bindings for Kafka; headers are those of CloudEvents' Kafka
protocol binding in binary mode.
"""

from typing import Any

import homeroom
from homeroom.contracts import event_schemas, examples
from homeroom.operations.migrating.topics import TOPIC_CONFIGURATION
from homeroom_kit.contract import ENTITIES, TOPICS
from homeroom_kit.contract.coaching import HabitLogRecorded
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import ID_PATTERN
from homeroom_kit.contract.notifications import (
    NotificationCreated,
    NotificationDismissed,
    NotificationRead,
)
from homeroom_kit.contract.nudges import NudgeDue
from homeroom_kit.contract.resources import (
    ResourceRemoved,
    ResourceScanned,
    ResourceShared,
    ResourceUpdated,
    ResourceUploaded,
)
from homeroom_kit.contract.teaching import (
    ClassAssignmentMade,
    ClassAssignmentRemoved,
    MarkRecorded,
    SubjectAssignmentMade,
    SubjectAssignmentRemoved,
)

BINDING = {"bindingVersion": "0.5.0"}
# What commands publish; all other types are received alone.
SENT: frozenset[type[EventData]] = frozenset(
    {
        ClassAssignmentMade, ClassAssignmentRemoved, HabitLogRecorded, MarkRecorded,
        NotificationCreated, NotificationDismissed, NotificationRead, NudgeDue, ResourceRemoved,
        ResourceScanned, ResourceShared, ResourceUpdated, ResourceUploaded, SubjectAssignmentMade,
        SubjectAssignmentRemoved,
    }
)  # fmt: skip
HEADERS: dict[str, Any] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {
        "type": "string",
        "minLength": 1,
        "description": "The event's own id, unique for its source.",
    },
    "ce_source": {
        "type": "string",
        "minLength": 1,
        "format": "uri-reference",
        "description": "The service that publishes.",
    },
    "ce_time": {
        "type": "string",
        "format": "date-time",
        "description": "When it happened, with an offset.",
    },
    "ce_sequence": {
        "type": "string",
        "pattern": "^[0-9]{1,100}$",
        "description": "The event's number within its subject, from 1 to 2^63 - 1, without gaps.",
    },
    "content-type": {"type": "string", "pattern": "^application/json"},
    "ce_traceparent": {
        "type": "string",
        "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "The trace, as in W3C Trace Context.",
    },
}
OPTIONAL_HEADERS = {"content-type", "ce_traceparent"}
DESCRIPTION = (
    "Events about schools, in and out of homeroom: CloudEvents 1.0 in Kafka. A record's key is the "
    "event's subject: the key fields of its row, joined by `/`. With HOMEROOM_TOPIC_PREFIX each "
    "topic has the prefix in front. docs/contract.md has all rules."
)


def document() -> dict[str, Any]:
    """The document of all topics; it depends on no setting."""
    schemas = event_schemas.schemas()
    events = [event for entity in ENTITIES for event in entity.events]
    return {
        "asyncapi": "3.0.0",
        "id": "urn:homeroom:events",
        "info": {
            "title": "homeroom",
            "version": homeroom.__version__,
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {topic: _channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": {
            "messages": {event.type: _message(event, schemas[event.type]) for event in events},
            "schemas": {
                name: {k: v for k, v in schema.items() if not k.startswith("$")}
                for name, schema in schemas.items()
            },
        },
    }


def _events(topic: str) -> list[type[EventData]]:
    return [event for entity in ENTITIES if entity.topic == topic for event in entity.events]


def _channel(topic: str) -> dict[str, Any]:
    return {
        "address": topic,
        "messages": {
            event.type: {"$ref": f"#/components/messages/{event.type}"} for event in _events(topic)
        },
        "bindings": {
            "kafka": {
                "topic": topic,
                "topicConfiguration": {
                    name: [value] if name == "cleanup.policy" else int(value)
                    for name, value in TOPIC_CONFIGURATION.items()
                },
                **BINDING,
            }
        },
    }


def _operations() -> list[tuple[str, dict[str, Any]]]:
    """What homeroom does: it receives every event, and sends those that its commands make."""
    made = []
    for topic in TOPICS:
        events = _events(topic)
        made.append((f"receive-{topic}", _operation("receive", topic, events)))
        if sent := [event for event in events if event in SENT]:
            made.append((f"send-{topic}", _operation("send", topic, sent)))
    return made


def _operation(action: str, topic: str, events: list[type[EventData]]) -> dict[str, Any]:
    channel = f"#/channels/{topic}"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{event.type}"} for event in events],
    }


def _message(event: type[EventData], schema: dict[str, Any]) -> dict[str, Any]:
    key = "/".join(event.key_names)
    told = {
        "ce_type": {"type": "string", "const": event.type},
        "ce_subject": {"type": "string", "description": f"`{key}`, equal to the record's key."},
    }
    return {
        "name": event.type,
        "title": event.type,
        "summary": schema["description"],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "required": sorted(({*HEADERS} | {*told}) - OPTIONAL_HEADERS),
            "properties": HEADERS | told,
        },
        "payload": {"$ref": f"#/components/schemas/{event.type}"},
        "bindings": {"kafka": {"key": _key(event, schema), **BINDING}},
        "examples": [
            {
                "name": "example",
                "headers": examples.headers(event),
                "payload": examples.data(event),
            }
        ],
    }


def _key(event: type[EventData], schema: dict[str, Any]) -> dict[str, Any]:
    """The record's key: the key fields, joined by ``/``."""
    if len(event.key_names) == 1:
        return dict(schema["properties"][event.key_names[0]])
    part = ID_PATTERN.removeprefix("^").removesuffix("$")
    return {
        "type": "string",
        "description": "/".join(event.key_names),
        "pattern": f"^{'/'.join([part] * len(event.key_names))}$",
    }
