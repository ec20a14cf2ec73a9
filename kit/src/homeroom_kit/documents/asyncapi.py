"""The parts of an AsyncAPI 3 document: a topic's channel, and its messages.

AsyncAPI 3.0.0, and version 0.5.0 of its bindings for Kafka; headers are those of CloudEvents' Kafka
protocol binding in binary mode.
"""

from collections.abc import Collection, Iterable
from typing import Any, Literal

from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import ID_PATTERN
from homeroom_kit.documents import event_schemas, examples
from homeroom_kit.kafka import TOPIC_CONFIGURATION

BINDING = {"bindingVersion": "0.5.0"}
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


def events_of(topic: str) -> list[type[EventData]]:
    """The event types of a topic, in the contract's order."""
    return [event for event in EVENT_TYPES.values() if event.topic == topic]


def channel(topic: str, prefix: str = "") -> dict[str, Any]:
    """A topic with all of its messages; ``prefix`` stands in front of its address."""
    return {
        "address": prefix + topic,
        "messages": {
            event.type: {"$ref": f"#/components/messages/{event.type}"}
            for event in events_of(topic)
        },
        "bindings": {
            "kafka": {
                "topic": prefix + topic,
                "topicConfiguration": {
                    name: [value] if name == "cleanup.policy" else int(value)
                    for name, value in TOPIC_CONFIGURATION.items()
                },
                **BINDING,
            }
        },
    }


def operation(
    action: Literal["send", "receive"], topic: str, events: Iterable[type[EventData]]
) -> dict[str, Any]:
    """What a program does with events of a topic, of the channel that has the topic's name."""
    of = f"#/channels/{topic}"
    return {
        "action": action,
        "channel": {"$ref": of},
        "messages": [{"$ref": f"{of}/messages/{event.type}"} for event in events],
    }


def components(topics: Collection[str]) -> dict[str, Any]:
    """The messages of topics, and the schemas of their data."""
    events = [event for event in EVENT_TYPES.values() if event.topic in topics]
    schemas = event_schemas.schemas()
    return {
        "messages": {event.type: _message(event, schemas[event.type]) for event in events},
        "schemas": {
            event.type: {k: v for k, v in schemas[event.type].items() if not k.startswith("$")}
            for event in events
        },
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
