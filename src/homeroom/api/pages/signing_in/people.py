"""The people of the demo, who sign in with one click and without a password.

That may never be on where others reach the service: the settings must keep it on this machine, and
each request must come from there without a proxy between.
"""

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from homeroom.api.pages.sessions import LOOPBACK
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via")
LOOPBACK_CLIENTS = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


class DemoPerson(BaseModel, extra="forbid", frozen=True):
    """Somebody to be signed in as. ``about``: what there is to see, in a few words."""

    sub: str = Field(min_length=1)
    role: str = Field(min_length=1)
    name: str = Field(min_length=1)
    about: str = ""


_PEOPLE = TypeAdapter(tuple[DemoPerson, ...])


def demo_people(settings: Settings) -> tuple[DemoPerson, ...]:
    """Those of the settings; ConfigurationError where others could use them, or none can."""
    if not settings.demo_people:
        return ()
    if problem := demo_people_problem(settings):
        raise ConfigurationError(
            f"HOMEROOM_DEMO_PEOPLE lets anybody in without a password, and {problem}. Only the "
            "demo sets it; people sign in at HOMEROOM_OIDC_ISSUER."
        )
    try:
        return _PEOPLE.validate_json(settings.demo_people)
    except ValidationError as error:
        raise ConfigurationError(f"HOMEROOM_DEMO_PEOPLE cannot be read: {error}") from None


def demo_people_problem(settings: Settings) -> str:
    """Why nobody may be let in without a password with these settings; empty where it is fine."""
    if settings.host not in LOOPBACK:
        return f"HOMEROOM_HOST is {settings.host}, where others reach the service"
    if settings.trusted_proxies:
        return "HOMEROOM_TRUSTED_PROXIES is set: others reach the service through a proxy"
    if settings.oidc_issuer:
        return "HOMEROOM_OIDC_ISSUER is set, at which people sign in"
    return ""


def is_of_this_machine(request: Request) -> bool:
    """Whether a request was sent here, to this machine by its own name, and came through nobody."""
    if request.client is not None and request.client.host not in LOOPBACK_CLIENTS:
        return False
    if request.url.hostname not in LOOPBACK:
        return False
    return not any(name in request.headers for name in FORWARDED)
