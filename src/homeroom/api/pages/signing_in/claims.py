"""What a session keeps of what the identity provider says of somebody."""

from collections.abc import Mapping
from typing import Any

from homeroom.api.claims import claim_at
from homeroom.api.pages.signing_in.people import DemoPerson
from homeroom.settings import Settings

# Services have no pages.
PAGE_ROLES = ("teacher", "student", "admin", "operator")
# OpenID Connect Core 1.0, section 5.1: the first that is there.
NAMES = ("name", "preferred_username", "email", "sub")


def session_claims(claims: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """The claims by which the API's tokens say who somebody is, from the same paths, as far as they
    are there."""
    paths = {
        "sub",
        settings.jwt_role_claim,
        settings.jwt_organization_claim,
        settings.jwt_teacher_id_claim,
        settings.jwt_student_id_claim,
    }
    # A dotted path is also looked for as one name.
    found = {path: claim_at(claims, path) for path in paths if path}
    return {path: value for path, value in found.items() if value is not None}


def claims_of_demo_person(person: DemoPerson, settings: Settings) -> dict[str, Any]:
    """The same of somebody of the demo."""
    claims = {"sub": person.sub, settings.jwt_role_claim: person.role}
    for path in (settings.jwt_teacher_id_claim, settings.jwt_student_id_claim):
        if path:
            claims[path] = person.sub
    return claims


def name_of(claims: Mapping[str, Any]) -> str:
    """What to call somebody."""
    texts = (claims.get(name) for name in NAMES)
    return next((text for text in texts if isinstance(text, str) and text), "")
