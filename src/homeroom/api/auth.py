"""Who asks: the caller that a JSON Web Token (RFC 7519) names, and what the caller may."""

import time
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from homeroom.api.errors import unauthenticated
from homeroom.api.keys import Key, Keys
from homeroom.settings import Settings

# A key that was taken out of use verifies no more after so long.
KNOWN_SECONDS = 30.0
KNOWN_MAX = 10_000
NOBODY: tuple[None, float] = (None, 0.0)
ROLES = ("teacher", "student", "admin", "service")

# What PyJWT and the parsers below it raise, whatever somebody puts into a token.
NOT_A_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Principal:
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
    """Verifies tokens: their signature, `exp`, `sub` and `role`, and `iss` and `aud` where set.

    Who comes with the same token again, as dashboards do, is known for a short while, and not
    beyond the token's end: verifying takes as long as half of a read. Whether it was revoked is
    asked of the database all the same.
    """

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self._keys = keys
        self._known: dict[str, tuple[Principal, float]] = {}
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None

    async def principal(self, request: Request) -> Principal:
        """The caller of a request; ApiError 401 for no token or one that does not do."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        token = token.strip()
        caller, until = self._known.get(token, NOBODY)
        if caller is None or until <= time.time():
            caller = await self._verified(token)
        return caller

    async def _verified(self, token: str) -> Principal:
        try:
            key = await self._keys.find(token)
            claims = self._claims(token, key) if key else None
            caller = _caller(claims) if claims else None
        except NOT_A_TOKEN:
            raise unauthenticated() from None
        if claims is None or caller is None:
            raise unauthenticated()
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        self._known[token] = caller, min(claims["exp"], time.time() + KNOWN_SECONDS)
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


def _caller(claims: dict[str, Any]) -> Principal | None:
    """The caller that the claims name; None where a claim is not what it should be."""
    role, jti = claims["role"], claims.get("jti")
    if role not in ROLES or isinstance(claims["exp"], (bool, str)):
        return None
    # What PostgreSQL cannot even look up (NUL, half a surrogate pair) is nobody's token.
    if jti is not None and not jti.isprintable():
        return None
    return Principal(claims["sub"], role, claims.get("organization_id"), jti)
