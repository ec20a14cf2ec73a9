"""Who asks: the caller that a JSON Web Token (RFC 7519) names, and what the caller may."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from homeroom.api.claims import claim_at, id_at
from homeroom.api.errors import unauthenticated
from homeroom.api.keys import Key, Keys
from homeroom.queries.database import TokenIdentity
from homeroom.settings import Settings

# A key that was taken out of use verifies no more after so long.
KNOWN_SECONDS = 30.0
KNOWN_MAX = 10_000
NOBODY: tuple[None, float] = (None, 0.0)
ROLES = ("teacher", "student", "admin", "service", "operator")

# What PyJWT and the parsers below it raise, whatever somebody puts into a token.
NOT_A_TOKEN = (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError)
# What a client is told of a token that does not do (RFC 6750, section 3).
REASONS: dict[type[Exception], str] = {
    jwt.ExpiredSignatureError: "expired",
    jwt.ImmatureSignatureError: "not valid yet",
    jwt.InvalidSignatureError: "the signature does not match",
    jwt.InvalidAlgorithmError: "wrong algorithm",
    jwt.InvalidIssuerError: "wrong issuer",
    jwt.InvalidAudienceError: "wrong audience",
}


class InvalidClaims(jwt.PyJWTError):
    """What PyJWT takes and we do not; says why, in words of ours."""


@dataclass(frozen=True, slots=True)
class Principal:
    """What a verified token says. Whether it was revoked is known once the database was asked.

    ``teacher_id`` and ``student_id``: who the caller is on the surface of teachers and of students.
    """

    role: str
    organization_id: object
    teacher_id: str | None
    student_id: str | None
    token: TokenIdentity

    @property
    def standalone(self) -> bool:
        """Whether the token names no school."""
        return self.organization_id is None


class Authenticator:
    """Verifies tokens: their signature, `exp`, `sub` and the role, and `iss` and `aud` where set.

    A token that comes again, as those of dashboards do, is known for a short while, and not
    beyond its end: verifying takes as long as half of a read. Whether it was revoked is
    asked of the database all the same.
    """

    def __init__(self, settings: Settings, keys: Keys) -> None:
        self.keys = keys
        self._known: dict[str, tuple[Principal, float]] = {}
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None
        self._settings = settings
        self._required = ["sub", "exp"]
        self._required += ["iss"] if self._issuer else []
        self._required += ["aud"] if self._audience else []

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
            claims = await self._claims(token)
            caller = self._caller(claims)
        except NOT_A_TOKEN as error:
            raise unauthenticated(_reason(error)) from None
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        until = claims["exp"] + self._settings.jwt_leeway_seconds
        self._known[token] = caller, min(until, time.time() + KNOWN_SECONDS)
        return caller

    async def _claims(self, token: str) -> dict[str, Any]:
        keys = await self.keys.find(token)
        try:
            return self._decode(token, keys)
        except jwt.InvalidSignatureError:
            if not await self.keys.renew():
                raise
            return self._decode(token, await self.keys.find(token))

    def _decode(self, token: str, keys: Sequence[Key]) -> dict[str, Any]:
        """The claims, by whichever of the keys has signed them; raises what PyJWT does."""
        if not keys:
            raise InvalidClaims("no key for it")
        for key in keys[:-1]:
            with suppress(jwt.InvalidSignatureError):
                return self._decode_with(token, key)
        return self._decode_with(token, keys[-1])

    def _decode_with(self, token: str, key: Key) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(
            token,
            key.material,
            algorithms=[key.algorithm],
            issuer=self._issuer,
            audience=self._audience,
            leeway=self._settings.jwt_leeway_seconds,
            options={"require": self._required, "verify_aud": self._audience is not None},
        )
        return claims

    def _caller(self, claims: dict[str, Any]) -> Principal:
        """The caller that the claims name; InvalidClaims where one is not what it should be."""
        settings = self._settings
        role, jti = claim_at(claims, settings.jwt_role_claim), claims.get("jti")
        if role not in ROLES:
            raise InvalidClaims("no known role")
        if isinstance(claims["exp"], (bool, str)):
            raise InvalidClaims("exp is no number")
        issued_at = claims.get("iat")
        # What PostgreSQL cannot even look up (NUL, half a surrogate pair) is nobody's token.
        if jti is not None and not jti.isprintable():
            raise InvalidClaims("jti is not printable")
        subject = claims["sub"] if claims["sub"].isprintable() else None
        return Principal(
            role,
            claim_at(claims, settings.jwt_organization_claim),
            id_at(claims, settings.jwt_teacher_id_claim),
            id_at(claims, settings.jwt_student_id_claim),
            TokenIdentity(jti, subject, None if issued_at is None else max(0, int(issued_at))),
        )


def _reason(error: Exception) -> str:
    """What a client is told; nothing that stood in the token, which may hold anything."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"the claim {error.claim} is missing"
    if isinstance(error, InvalidClaims):
        return str(error)
    return REASONS.get(type(error), "malformed")
