"""What becomes of the events of one request, each by itself (docs/publishing.md, "Over HTTP")."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from homeroom.api.ingestion.messages import GivenEvent
from homeroom.api.ingestion.rights import SETTING, IngestionRights
from homeroom.commands.ingestion import Ingestion, Taken
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.errors import InvalidEvents
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.order import SequenceOrder
from homeroom_kit.publishing.structured import event_of

OTHER_CONTENT = (
    "id: another event of this source had this id before, and this one was not published: give "
    "each event an id of its own"
)


class IngestedEvent(BaseModel):
    """What became of one event."""

    id: str | None = Field(description="The event's id; null where none can be read.")
    status: Literal["accepted", "duplicate", "rejected"]
    error: str | None = Field(
        default=None, description="Why it was rejected, or what is odd about a duplicate."
    )
    position: str | None = Field(
        default=None,
        description="Where the brokers have it, to be sent as Homeroom-Wait-For; not there where "
        "they did not say.",
    )

    def shown(self) -> dict[str, Any]:
        """As JSON, without what is not there."""
        return {"id": self.id} | self.model_dump(exclude={"id"}, exclude_none=True)


class Judgement:
    """The events of a request: those that may be published, and what is said of each.

    ``results`` has a result for each that was rejected, and None for the others, which are in
    ``good``, in their order.
    """

    def __init__(self, rights: IngestionRights, service: str, given: Sequence[GivenEvent]) -> None:
        self._rights, self._service = rights, service
        self._order = SequenceOrder()
        self._seen: set[tuple[str, str]] = set()
        self._given = given
        # Out of order: that is no mistake where they were published before.
        self._doubtful: dict[int, OutgoingEvent] = {}
        self.good: list[OutgoingEvent] = []
        self.results: list[IngestedEvent | None] = [
            self._judge(number, one) for number, one in enumerate(given)
        ]

    def _judge(self, number: int, given: GivenEvent) -> IngestedEvent | None:
        event = None
        try:
            event = self._event(given)
            self._check_order(event)
        except InvalidEvents as error:
            if event is not None:
                self._doubtful[number] = event
            return IngestedEvent(id=given.id, status="rejected", error=str(error))
        self.good.append(event)
        return None

    def _event(self, given: GivenEvent) -> OutgoingEvent:
        self._check_right(given.attributes)
        if given.problem:
            raise InvalidEvents(given.problem)
        return event_of(given.attributes)

    def _check_order(self, event: OutgoingEvent) -> None:
        identity = event.source, event.id
        # One that is here twice is a duplicate, wherever it stands.
        if identity not in self._seen:
            self._order.check(event)
            self._seen.add(identity)

    def _check_right(self, attributes: object) -> None:
        type_name = attributes.get("type") if isinstance(attributes, dict) else None
        known = EVENT_TYPES.get(type_name) if isinstance(type_name, str) else None
        if known is not None and known.topic not in self._rights.topics_of(self._service):
            raise InvalidEvents(
                f"type: {type_name} goes to the topic {known.topic}, on which {SETTING} does not "
                f"let {self._service} publish"
            )

    async def publish(self, ingestion: Ingestion) -> list[IngestedEvent]:
        """Publishes the good ones; what became of all. Raises what Ingestion.take raises."""
        if self._doubtful:
            events = list(self._doubtful.values())
            remembered = await ingestion.remembered(self._service, events)
            for (number, event), before in zip(self._doubtful.items(), remembered, strict=True):
                if before is not None:
                    self.results[number] = _result(event, before)
        taken = iter(zip(self.good, await ingestion.take(self._service, self.good), strict=True))
        return [result or _result(*next(taken)) for result in self.results]

    def counts(self, results: Sequence[IngestedEvent]) -> Counter[tuple[str | None, str]]:
        """How many there were of each type, as it was sent, and status."""
        types = [
            one.attributes.get("type") if isinstance(one.attributes, dict) else None
            for one in self._given
        ]
        return Counter(
            (type_name if isinstance(type_name, str) else None, result.status)
            for type_name, result in zip(types, results, strict=True)
        )


def _result(event: OutgoingEvent, taken: Taken) -> IngestedEvent:
    topic, partition, offset = taken.place or ("", 0, -1)
    return IngestedEvent(
        id=event.id,
        status="duplicate" if taken.duplicate else "accepted",
        error=OTHER_CONTENT if taken.differs else None,
        position=f"{topic}:{partition}:{offset}" if taken.place else None,
    )
