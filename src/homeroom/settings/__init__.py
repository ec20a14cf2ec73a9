"""Every setting: environment variables that begin with ``HOMEROOM_``, by what they are about."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from homeroom.settings.brokers import BrokerSettings
from homeroom.settings.databases import DatabaseSettings
from homeroom.settings.files import FileSettings
from homeroom.settings.ingestion import IngestionSettings
from homeroom.settings.lag_thresholds import LagSettings
from homeroom.settings.notifying import NotifySettings
from homeroom.settings.pages import PageSettings
from homeroom.settings.projecting import WorkerSettings
from homeroom.settings.serving import ServeSettings
from homeroom.settings.tokens import TokenSettings
from homeroom_kit.settings import PREFIX, read_settings
from homeroom_kit.spelling import did_you_mean

# Read where they are needed: the demo's folder of caches, and what the tests run on.
OTHER_VARIABLES = frozenset({"HOMEROOM_LOCAL_CACHE", "HOMEROOM_TEST_BACKEND"})
# What Kubernetes sets in every pod for a service whose name begins so.
SERVICE_LINK = re.compile(r"_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_\w+)?)?)$")


# The last one's fields come first.
class Settings(
    NotifySettings,
    FileSettings,
    PageSettings,
    IngestionSettings,
    ServeSettings,
    TokenSettings,
    LagSettings,
    WorkerSettings,
    BrokerSettings,
    DatabaseSettings,
):
    """The settings, with their defaults. docs/settings.md lists them.

    What is secret is a SecretStr; an address, which may hold a password, is not shown either
    (``repr=False``). `redaction` keeps all of them out of what is printed and logged.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, defer_build=False
    )

    environment: str = Field(
        "production", description="What this installation is, which feature flags may choose by."
    )
    feature_flags: str = Field(
        "",
        description="Feature flags as JSON, or the path of a file with them ([feature flags]"
        "(#feature-flags)).",
    )
    slow_request_seconds: float = Field(
        1.0, ge=0, description="An answer that takes longer is logged and counted; 0: none."
    )
    slow_query_seconds: float = Field(
        2.0,
        ge=0,
        description="A query that takes longer is logged with its plan and counted; 0: none.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="The least serious log line that is written."
    )


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once; ConfigurationError names the invalid ones."""
    return read_settings(Settings)


def unknown_variables(names: Iterable[str]) -> list[str]:
    """A sentence for each of the variables that looks like a setting and is none."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHER_VARIABLES
    return [
        f"{name} is no setting and has no effect.{did_you_mean(name.upper(), known)}"
        for name in sorted(names)
        if name.upper().startswith(PREFIX)
        and name.upper() not in known
        and not SERVICE_LINK.search(name.upper())
    ]
