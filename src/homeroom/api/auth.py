"""Who asks: the caller that a JSON Web Token (RFC 7519) names, and what the caller may."""

from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from homeroom.api.errors import unauthenticated
from homeroom.api.keys import Key, Keys
from homeroom.settings import Settings

ROLES = ("teacher", "student", "admin", "service")

# What PyJWT and the parsers below it raise, whatever somebody puts into a token.
NOT_A_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Caller:
    """What a verified token says. Whether it was revoked is known once the database was asked."""

    subject: str
    role: str
    organization_id: object
    jti: str | None

    @property
    def standalone(self) -> bool:
        """Whether the token names no school."""
        return self.organization_id is None


class Authenticator:
    """Verifies tokens: their signature, `exp`, `sub` and `role`, and `iss` and `aud` where set."""

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None

    async def caller(self, request: Request) -> Caller:
        """The caller of a request; ApiError 401 for no token or one that does not do."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        try:
            token = token.strip()
            key = await self._keys.find(token)
            caller = _caller(self._claims(token, key)) if key else None
        except NOT_A_TOKEN:
            raise unauthenticated() from None
        if caller is None:
            raise unauthenticated()
        return caller

    def _claims(self, token: str, key: Key) -> dict[str, Any]:
        required = ["sub", "role", "exp"]
        required += ["iss"] if self._issuer else []
        required += ["aud"] if self._audience else []
        claims: dict[str, Any] = jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            issuer=self._issuer,
            audience=self._audience,
            # Clocks differ: when a token was issued is no reason to refuse it, RFC 7519 4.1.6.
            options={
                "require": required,
                "verify_aud": self._audience is not None,
                "verify_iat": False,
            },
        )
        return claims


def _caller(claims: dict[str, Any]) -> Caller | None:
    """The caller that the claims name; None where a claim is not what it should be."""
    role, jti = claims["role"], claims.get("jti")
    if role not in ROLES or isinstance(claims["exp"], (bool, str)):
        return None
    # What PostgreSQL cannot even look up (NUL, half a surrogate pair) is nobody's token.
    if jti is not None and not jti.isprintable():
        return None
    return Caller(claims["sub"], role, claims.get("organization_id"), jti)
