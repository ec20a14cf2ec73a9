"""Signing in: at an identity provider, and in the demo as one of its people."""

from homeroom.api.pages.signing_in.attempts import Attempts
from homeroom.api.pages.signing_in.people import DemoPerson, demo_people, demo_people_problem
from homeroom.api.pages.signing_in.provider import IdentityProvider, provider_of

__all__ = [
    "Attempts",
    "DemoPerson",
    "IdentityProvider",
    "demo_people",
    "demo_people_problem",
    "provider_of",
]
