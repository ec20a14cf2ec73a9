"""Which service may publish on which topics over HTTP: HOMEROOM_INGESTION."""

from collections.abc import Mapping

import structlog

from homeroom.api.service_keys import ServiceKeys
from homeroom.settings import Settings
from homeroom_kit.contract import TOPICS
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.spelling import did_you_mean

SETTING = "HOMEROOM_INGESTION"
ALL = "*"
NO_TOPICS: frozenset[str] = frozenset()

log = structlog.get_logger(__name__)


class IngestionRights:
    """The topics of each service that the setting names; nobody else has any.

    Raises ConfigurationError for a malformed setting, an unknown topic, and where the brokers are
    not set.
    """

    def __init__(self, settings: Settings, keys: ServiceKeys) -> None:
        self._topics: Mapping[str, frozenset[str]] = _parsed(settings.ingestion)
        if self._topics:
            settings.require_kafka()
        for service in self._topics:
            if service not in keys:
                log.warning(
                    "ingestion_without_key",
                    service=service,
                    what=f"{SETTING} names it, and HOMEROOM_INTERNAL_API_KEYS has no key of it.",
                )

    def topics_of(self, service: str) -> frozenset[str]:
        """The topics, without prefix, that a service may publish on."""
        return self._topics.get(service, NO_TOPICS)


def _parsed(text: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for pair in filter(str.strip, text.split(",")):
        service, equals, names = (part.strip() for part in pair.partition("="))
        topics = [name.strip() for name in names.split("+")]
        if not (service and equals and all(topics)):
            raise ConfigurationError(
                f"{SETTING} must be `service=topic` pairs, by comma, several topics of a service "
                f"joined by +, or {ALL} for all: exams=exams+question-banks, import={ALL}."
            )
        for topic in topics:
            if topic not in TOPICS and topic != ALL:
                raise ConfigurationError(
                    f"{SETTING} names the topic {topic!r} for {service}, which there is none of."
                    f"{did_you_mean(topic, TOPICS)} Topics stand there without the prefix."
                )
        of_service = frozenset(TOPICS if ALL in topics else topics)
        found[service] = found.get(service, NO_TOPICS) | of_service
    return found
