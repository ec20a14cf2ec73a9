"""The environment of the tests themselves and of the commands that they start."""

import os

from pydantic import SecretStr

from homeroom.settings import Settings

# Where downloads are kept is the machine's matter; no test's result depends on it.
KEPT = frozenset({"HOMEROOM_LOCAL_CACHE"})
# Tests ask as often as they like, in whatever minute; a test of a limit says its own.
UNLIMITED = {
    "HOMEROOM_DASHBOARD_REQUESTS_PER_MINUTE_MAX": "0",
    "HOMEROOM_NOTIFICATION_REQUESTS_PER_MINUTE_MAX": "0",
}


def take_ambient() -> dict[str, str]:
    """Remove the HOMEROOM_ variables from this process, so that no test sees them."""
    names = [name for name in os.environ if name.startswith("HOMEROOM_") and name not in KEPT]
    ambient = {name: os.environ.pop(name) for name in names}
    os.environ.update(UNLIMITED)
    return ambient


def environment_of(settings: Settings) -> dict[str, str]:
    """Environment variables under which a command has exactly these settings."""
    return dict(os.environ) | variables_of(settings)


def variables_of(settings: Settings) -> dict[str, str]:
    """The variables that say these settings, and no others."""
    variables = {}
    for name in sorted(settings.model_fields_set):
        value = getattr(settings, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
        variables[f"HOMEROOM_{name.upper()}"] = plain
    return variables
