"""Revoking tokens, for the command line: what an operator has in hand is a token or its id.

Sessions of the pages are revoked as tokens are, by whoever signs out.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
import psycopg

from homeroom.api.auth import NOT_A_TOKEN
from homeroom.commands.database import CommandDatabase
from homeroom.database import connect_sync
from homeroom.errors import NotMigrated
from homeroom.settings import Settings
from homeroom.statements import load
from homeroom_kit.errors import HomeroomError

SQL = load("tokens", "homeroom.queries")
SCHEME = "bearer"
# What the header of a token begins with: `{"` in Base64.
BEGINNING = "eyJ"


class NothingToRevoke(HomeroomError):
    """What was given is no token, no token's id and nobody's."""


@dataclass(frozen=True, slots=True)
class RevokedToken:
    """The token that is refused from now on; what it says of itself, where it was given whole.

    ``again``: whether it was revoked before.
    """

    jti: str
    again: bool
    subject: str | None = None
    expires_at: datetime | None = None

    @property
    def shown(self) -> dict[str, object]:
        """For scripts."""
        shown: dict[str, object] = {"revoked": self.jti, "again": self.again}
        if self.subject is not None:
            shown["sub"] = self.subject
        return shown

    @property
    def told(self) -> str:
        """For people."""
        whose = "" if self.subject is None else f" of {self.subject}"
        told = f"The token{whose} with the id {self.jti} is refused from now on."
        if self.again:
            told = f"The token{whose} with the id {self.jti} was revoked before, and stays refused."
        if self.expires_at is not None and self.expires_at < datetime.now(UTC):
            told += f" It has expired on {self.expires_at:%Y-%m-%d at %H:%M} (UTC)."
        return told


def revoke(settings: Settings, token_or_jti: str) -> RevokedToken:
    """Refuse a token from now on, as the owner of the database. It may be given whole, or its
    ``jti``.

    Raises NothingToRevoke, NotMigrated, ConfigurationError without a database, HomeroomError where
    it does not answer.
    """
    scheme, _, token = token_or_jti.strip().partition(" ")
    text = token.strip() if scheme.lower() == SCHEME else token_or_jti.strip()
    if text.startswith(BEGINNING):
        claims = _claims_of(text)
        jti, subject, expires_at = claims.get("jti"), str(claims.get("sub")), claims.get("exp")
    else:
        jti, subject, expires_at = text, None, None
    if not jti and subject is not None:
        raise NothingToRevoke(
            f"this token has no `jti`, so that it cannot be revoked alone: `--sub {subject}` "
            "revokes all of the person. HOMEROOM_JWT_JTI_REQUIRED refuses such tokens"
        )
    # What no token that is accepted can have.
    if not isinstance(jti, str) or not jti or not jti.isprintable():
        raise NothingToRevoke("what was given is no token and no `jti` of one")
    is_new = _execute(settings, SQL["revoke_token"], {"jti": jti})
    return RevokedToken(jti, not is_new, subject, _time_of(expires_at))


def revoke_subject(settings: Settings, subject: str) -> None:
    """Refuse every token of the person with this ``sub`` that was issued until now, to the second,
    or does not say when. Raises what `revoke` raises.
    """
    if not subject.strip() or not subject.isprintable():
        raise NothingToRevoke("what was given is nobody's `sub`")
    _execute(settings, SQL["revoke_subject"], {"subject": subject})


async def revoke_session(commands: CommandDatabase, jti: str) -> None:
    """Refuse a session of the pages from now on, at every query service.

    Raises DatabaseUnavailable, NotMigrated.
    """
    async with commands.connection() as connection:
        await connection.execute(SQL["revoke_token"], {"jti": jti})


def _claims_of(token: str) -> dict[str, Any]:
    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except NOT_A_TOKEN:
        raise NothingToRevoke(
            "what was given begins as a token does and is none: copy it whole, or give its `jti`"
        ) from None
    return claims


def _time_of(seconds: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)  # type: ignore[arg-type] # or whatever it is
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _execute(settings: Settings, statement: bytes, parameters: dict[str, str]) -> bool:
    """Whether it changed something."""
    try:
        with connect_sync(
            settings.require_database("operator"), "homeroom tokens", autocommit=True
        ) as connection:
            row = connection.execute(statement, parameters).fetchone()
            return row is not None and bool(row[0])
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise NotMigrated from error
    except psycopg.OperationalError as error:
        raise HomeroomError(f"The database does not answer: {error}") from error
