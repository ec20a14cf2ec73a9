"""One message on its way to one person over one channel, and what may become of an attempt."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

BeginSending = Callable[[], Awaitable[None]]
"""Notes that from here on only the sender knows the outcome; raises ClaimLost."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery that this process has claimed, as the statement `claim` returns it.

    ``wanted``: whether the person wants it over this channel now. ``name``: None where nobody of
    that id is registered. ``language``: None where none is known.
    ``endpoint``: None where the browser's subscription is gone.
    """

    id: UUID
    message_id: str
    role: str
    person_id: str
    channel: str
    target: str
    attempts: int
    claim: UUID
    kind: str
    title: str
    text: str
    url: str | None
    said_at: datetime
    expires_at: datetime | None
    traceparent: str | None
    wanted: bool
    name: str | None
    email: str | None
    time_zone: str | None
    quiet_from: str | None
    quiet_until: str | None
    language: str | None
    endpoint: str | None
    p256dh: str | None
    auth: str | None


class DeliveryProblem(Exception):
    """Why an attempt did not deliver; its text is for operators.

    The other side may say anything: what PostgreSQL cannot store is replaced.
    """

    def __init__(self, problem: str) -> None:
        super().__init__(problem.encode(errors="replace").decode().replace("\x00", "\ufffd"))


class TryAgain(DeliveryProblem):
    """It may go well later. ``after_seconds``: not before, where the other side says so."""

    def __init__(self, problem: str, after_seconds: float = 0.0) -> None:
        super().__init__(problem)
        self.after_seconds = after_seconds


class NeverAgain(DeliveryProblem):
    """It will never go well as it is: a dead letter."""


class NotWanted(DeliveryProblem):
    """There is nobody to deliver it to any more, or not any longer."""


class SubscriptionGone(NotWanted):
    """The push service says that the browser takes no messages any more."""


class OutcomeUnknown(DeliveryProblem):
    """Nobody knows whether it arrived."""


class ClaimLost(Exception):
    """Somebody else has taken the delivery over."""


class Sender(Protocol):
    """What delivers over one channel."""

    async def send(self, delivery: Delivery, begin: BeginSending) -> None:
        """Delivers, or raises DeliveryProblem, ClaimLost and the errors of ``begin``."""

    async def close(self) -> None:
        """Closes connections."""
