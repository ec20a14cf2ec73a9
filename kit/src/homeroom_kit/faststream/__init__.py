"""Events from services that use FastStream, in its own idiom (the extra ``faststream``).

``new_broker(settings)`` is a ``KafkaBroker`` that publishes as the kit's own publisher does.
``ServiceEvents(broker, settings, source=…)`` makes a typed publisher for each event type, and the
AsyncAPI document of the service, which holds the contract's channels of what it publishes.
"""

from homeroom_kit.faststream.broker import new_broker
from homeroom_kit.faststream.document import ContractDocument
from homeroom_kit.faststream.events import EventPublisher, NumberedEvent, ServiceEvents

__all__ = ["ContractDocument", "EventPublisher", "NumberedEvent", "ServiceEvents", "new_broker"]
