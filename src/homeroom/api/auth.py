"""Who asks: the caller that a JSON Web Token (RFC 7519) names, and what the caller may."""

import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import jwt
from starlette.requests import Request

from homeroom.api.claims import ID, claim_at, id_at
from homeroom.api.errors import unauthenticated
from homeroom.api.keys import Key, Keys
from homeroom.queries.database import NOBODY as NO_HOLDER
from homeroom.queries.database import ReadScope, TokenIdentity
from homeroom.settings import Settings

# Tokens that are known at a time; the first to come is the first to be forgotten.
KNOWN_MAX = 10_000
Counting = Callable[[Request, str, str, TokenIdentity], Awaitable[None]]
NOBODY: tuple[None, None] = (None, None)
# No id looks like it.
NO_ID = "?"
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
    ``expires_at_seconds``: when the token does no more, in seconds since 1970.
    """

    role: str
    organization_id: object
    teacher_id: str | None
    student_id: str | None
    token: TokenIdentity
    expires_at_seconds: float = float("inf")

    @property
    def standalone(self) -> bool:
        """Whether the token names no school."""
        return self.organization_id is None


class Authenticator:
    """Verifies tokens: their signature, `exp`, `sub` and the role, and `iss` and `aud` where set.

    A token that comes again, as those of dashboards do, is known until its end, and not by other
    keys: verifying takes as long as half of a read. Whether it was revoked is asked of the
    database all the same.

    ``count``: told of each request of a caller, by role, id and token; it may raise ApiError.
    """

    def __init__(self, settings: Settings, keys: Keys, count: Counting | None = None) -> None:
        self._count = count
        self.keys = keys
        self._known: dict[str, tuple[Principal, object]] = {}
        self._issuer = settings.jwt_issuer or None
        self._audience = settings.jwt_audience or None
        self._settings = settings
        self._required = ["sub", "exp"]
        self._required += ["iss"] if self._issuer else []
        self._required += ["aud"] if self._audience else []
        self._required += ["jti"] if settings.jwt_jti_required else []

    async def principal(self, request: Request) -> Principal:
        """The caller of a request, who is kept with it as `request.state.caller`.

        Raises ApiError 401 for no token or one that does not do, 429 for one request too many.
        A page has found out already, by its session, and counted the request.
        """
        known: Principal | None = request.scope["state"].get("session_caller")
        if known is not None:
            return known
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise unauthenticated()
        caller = await self.verify(token.strip())
        request.state.caller = caller
        await self.count(request, caller)
        return caller

    async def count(self, request: Request, caller: Principal) -> None:
        """Count a request of a caller; ApiError 429 for one too many."""
        if self._count is not None:
            known = caller.teacher_id if caller.role == "teacher" else caller.student_id
            await self._count(request, caller.role, known or "", caller.token)

    async def verify(self, token: str) -> Principal:
        """The caller whom a token names; ApiError 401 for one that does not do."""
        caller, keys = self._known.get(token, NOBODY)
        if (
            caller is None
            or caller.expires_at_seconds <= time.time()
            or keys is not self.keys.in_force()
        ):
            caller = await self._verified(token)
        return caller

    async def _verified(self, token: str) -> Principal:
        try:
            claims = await self._claims(token)
            caller = self.caller_of(claims)
        except NOT_A_TOKEN as error:
            raise unauthenticated(_reason(error)) from None
        if len(self._known) >= KNOWN_MAX:
            del self._known[next(iter(self._known))]
        self._known[token] = caller, self.keys.in_force()
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

    def caller_of(self, claims: dict[str, Any]) -> Principal:
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
        if settings.jwt_jti_required and not jti:
            raise InvalidClaims("the claim jti is missing")
        subject = claims["sub"] if claims["sub"].isprintable() else None
        organization_id = claim_at(claims, settings.jwt_organization_claim)
        teacher_id = id_at(claims, settings.jwt_teacher_id_claim)
        student_id = id_at(claims, settings.jwt_student_id_claim)
        holder = _holder(role, teacher_id, student_id, subject, organization_id)
        issued_seconds = None if issued_at is None else max(0, int(issued_at))
        return Principal(
            role, organization_id, teacher_id, student_id,
            TokenIdentity(jti, subject, issued_seconds, holder),
            claims["exp"] + settings.jwt_leeway_seconds,
        )  # fmt: skip


def _holder(
    role: str, teacher_id: str | None, student_id: str | None, subject: str | None,
    organization_id: object,
) -> ReadScope:  # fmt: skip
    """Whom a token names, by its role; nobody where that can be nobody's id."""
    if role == "teacher":
        return ReadScope(teacher_id=_known_form(teacher_id))
    if role == "student":
        return ReadScope(student_id=_known_form(student_id))
    if role == "admin":
        return ReadScope(organization_id=_realm(organization_id), admin_id=subject or NO_ID)
    return NO_HOLDER


def _known_form(text: str | None) -> str:
    return text if text is not None and ID.fullmatch(text) else ""


def _realm(organization_id: object) -> str:
    """The organization that an admin is of, empty for the platform's; what can be no
    organization's id is a realm of nothing."""
    if organization_id is None:
        return ""
    if isinstance(organization_id, int) and not isinstance(organization_id, bool):
        return str(organization_id)
    return _known_form(organization_id if isinstance(organization_id, str) else None) or NO_ID


def _reason(error: Exception) -> str:
    """What a client is told; nothing that stood in the token, which may hold anything."""
    if isinstance(error, jwt.MissingRequiredClaimError):
        return f"the claim {error.claim} is missing"
    if isinstance(error, InvalidClaims):
        return str(error)
    return REASONS.get(type(error), "malformed")
