"""The AsyncAPI 3 document: every topic, its messages with headers, key, data and an example."""

from typing import Any

import homeroom
from homeroom_kit.contract import TOPICS
from homeroom_kit.contract.coaching import HabitLogRecorded
from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.notifications import (
    NotificationCreated,
    NotificationDelivered,
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
from homeroom_kit.documents.asyncapi import channel, components, events_of, operation

# What commands and the notifier publish; all other types are received alone.
SENT: frozenset[type[EventData]] = frozenset(
    {
        ClassAssignmentMade, ClassAssignmentRemoved, HabitLogRecorded, MarkRecorded,
        NotificationCreated, NotificationDelivered, NotificationDismissed, NotificationRead,
        NudgeDue, ResourceRemoved, ResourceScanned, ResourceShared, ResourceUpdated,
        ResourceUploaded, SubjectAssignmentMade, SubjectAssignmentRemoved,
    }
)  # fmt: skip
DESCRIPTION = (
    "Events about schools, in and out of homeroom: CloudEvents 1.0 in Kafka. A record's key is the "
    "event's subject: the key fields of its row, joined by `/`. With HOMEROOM_TOPIC_PREFIX each "
    "topic has the prefix in front. docs/contract.md has all rules."
)


def document() -> dict[str, Any]:
    """The document of all topics; it depends on no setting."""
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
        "channels": {topic: channel(topic) for topic in TOPICS},
        "operations": dict(_operations()),
        "components": components(TOPICS),
    }


def _operations() -> list[tuple[str, dict[str, Any]]]:
    """What homeroom does: it receives every event, and sends those that its commands make."""
    made = []
    for topic in TOPICS:
        events = events_of(topic)
        made.append((f"receive-{topic}", operation("receive", topic, events)))
        if sent := [event for event in events if event in SENT]:
            made.append((f"send-{topic}", operation("send", topic, sent)))
    return made
