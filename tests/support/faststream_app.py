"""A service that uses FastStream, and publishes events by the kit."""

from faststream import FastStream

from homeroom_kit.contract.exams import ExamCancelled, ExamStarted
from homeroom_kit.faststream import NumberedEvent, ServiceEvents, new_broker
from homeroom_kit.settings import KafkaSettings

SOURCE = "/services/exams"


def app_of(settings: KafkaSettings) -> FastStream:
    """An application that consumes and publishes, of the contract and beside it."""
    broker = new_broker(settings, logger=None)
    events = ServiceEvents(broker, settings, source=SOURCE)
    started = events.publisher(ExamStarted)

    @broker.subscriber("bookings")
    @broker.publisher("rooms")
    @started
    async def on_booking(exam_id: str) -> NumberedEvent:
        return NumberedEvent(ExamStarted(exam_id=exam_id), 2)

    app = FastStream(broker, specification=events.document(title="Exams", version="1"))
    # The document has what is published when it is asked for.
    events.publisher(ExamCancelled)
    return app
