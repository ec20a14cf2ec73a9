"""Topic ``notifications``: what teachers are told, what became of it, and over which channels.

A receipt's event may be the first of its subject, and comes in any order with the other: each sets
its own time alone.
"""

from typing import Literal

from pydantic import Field

from homeroom_kit.contract.event import EventData
from homeroom_kit.contract.fields import Id, Instant, Text

Kind = Literal[
    "session_reminder",
    "session_cancelled",
    "new_student",
    "payment_processed",
    "school_announcement",
    "class_assigned",
    "subject_assigned",
    "membership_ended",
]
Channel = Literal["websocket", "email", "web_push", "webhook"]


class Notification(EventData, topic="notifications", entity="notification"):
    notification_id: Id


class NotificationCreated(Notification, type="notification.created.v1", creates=True):
    """A teacher, or without one a whole school, is told something."""

    teacher_id: Id | None
    school_id: Id | None
    kind: Kind
    title: Text
    message: Text
    action_url: Text | None
    created_at: Instant
    expires_at: Instant | None


class NotificationReceipt(EventData, topic="notifications", entity="notification_receipt"):
    notification_id: Id
    teacher_id: Id


class NotificationRead(
    NotificationReceipt, type="notification_receipt.read.v1", creates=True, keeps=True
):
    """A teacher read a notification."""

    read_at: Instant = Field(alias="at")


class NotificationDismissed(
    NotificationReceipt, type="notification_receipt.dismissed.v1", creates=True, keeps=True
):
    """A teacher put a notification away."""

    dismissed_at: Instant = Field(alias="at")


class NotificationDelivery(EventData, topic="notifications", entity="notification_delivery"):
    notification_id: Id
    teacher_id: Id
    channel: Channel


class NotificationDelivered(
    NotificationDelivery, type="notification_delivery.made.v1", creates=True, keeps=True
):
    """A notification was delivered over a channel."""

    made_at: Instant = Field(alias="at")
