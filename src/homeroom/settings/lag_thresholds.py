"""For how long tables may be behind a topic before somebody should know, and must."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from pydantic import Field, field_validator

from homeroom.settings.section import SettingsSection

LagLevel = Literal["", "warning", "critical"]
DEFAULT_THRESHOLDS = "60/600"
_PART = re.compile(r"(?:([a-z0-9._-]+)=)?(\d{1,7}(?:\.\d{1,3})?)/(\d{1,7}(?:\.\d{1,3})?)")


@dataclass(frozen=True, slots=True)
class LagThreshold:
    """Seconds that a topic's oldest unapplied event may wait: beyond them it is late, or worse."""

    warning_seconds: float
    critical_seconds: float

    def level(self, seconds: float | None) -> LagLevel:
        """What it means to be so far behind; nothing where that is not known."""
        if seconds is None or seconds <= self.warning_seconds:
            return ""
        return "critical" if seconds > self.critical_seconds else "warning"


@dataclass(frozen=True, slots=True)
class LagThresholds:
    """The threshold of each topic, without its prefix; ``usual`` where a topic has none."""

    usual: LagThreshold
    topics: Mapping[str, LagThreshold] = field(default_factory=dict)

    def of(self, topic: str) -> LagThreshold:
        """That of a topic."""
        return self.topics.get(topic, self.usual)


def read_thresholds(text: str) -> LagThresholds:
    """The thresholds as the setting writes them; raises ValueError with what is wrong."""
    usual, topics = LagThreshold(60.0, 600.0), {}
    for part in filter(None, map(str.strip, text.split(","))):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(
                f"{part!r} is no threshold: write seconds as 60/600, or exams=30/120 for a topic"
            )
        threshold = LagThreshold(float(match[2]), float(match[3]))
        if threshold.critical_seconds < threshold.warning_seconds:
            raise ValueError(f"{part!r} is critical before it warns")
        if match[1] is None:
            usual = threshold
        else:
            topics[match[1]] = threshold
    return LagThresholds(usual, topics)


class LagSettings(SettingsSection):
    """When lag is too much, for the alerts and the operators' console."""

    lag_thresholds: str = Field(
        DEFAULT_THRESHOLDS,
        description="Seconds that a topic's oldest event may wait before alerts and the console "
        "warn, and before it is critical, by comma: `60/600, exams=30/120`.",
    )
    console_sample_seconds: float = Field(
        30.0,
        ge=0,
        le=600,
        description="How often the query service notes the lag for the operators' console, which "
        "shows an hour of it; 0: only while somebody looks.",
    )

    @field_validator("lag_thresholds")
    @classmethod
    def _thresholds(cls, value: str) -> str:
        read_thresholds(value)
        return value

    def thresholds(self) -> LagThresholds:
        """The thresholds of lag."""
        return read_thresholds(self.lag_thresholds)
