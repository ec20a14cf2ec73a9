"""Making and revoking tokens, for the command line."""

import time
from secrets import token_hex

import jwt

from homeroom.api.auth import ROLES
from homeroom.api.keys import secret_key
from homeroom.api.revoking import revoke, revoke_subject
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError

__all__ = ["issue", "revoke", "revoke_subject"]


def issue(
    settings: Settings,
    sub: str,
    role: str,
    organization_id: str | None = None,
    expires_in_seconds: int = 3600,
) -> str:
    """A signed HS256 token with a random ``jti``; valid for ``expires_in_seconds`` from now.

    Raises ConfigurationError without a usable HOMEROOM_JWT_SECRET, HomeroomError for an unknown
    role.
    """
    if role not in ROLES:
        raise HomeroomError(f"{role} is no role: choose from {', '.join(ROLES)}.")
    key = secret_key(settings)
    now = int(time.time())
    # A dotted path is also looked for as one name.
    claims: dict[str, object] = {"sub": sub, settings.jwt_role_claim: role}
    for path in (settings.jwt_teacher_id_claim, settings.jwt_student_id_claim):
        if path:
            claims[path] = sub
    if organization_id is not None:
        claims[settings.jwt_organization_claim] = organization_id
    if settings.jwt_issuer:
        claims["iss"] = settings.jwt_issuer
    if settings.jwt_audience:
        claims["aud"] = settings.jwt_audience
    claims |= {"iat": now, "exp": now + expires_in_seconds, "jti": token_hex(12)}
    return jwt.encode(claims, key.material, key.algorithm)
