"""Making and revoking tokens, for the command line."""

import time
from secrets import token_urlsafe

import jwt
import psycopg

from homeroom.api.auth import ROLES
from homeroom.api.keys import secret_key
from homeroom.errors import HomeroomError, NotMigrated
from homeroom.settings import Settings
from homeroom.statements import load

SQL = load("tokens", "homeroom.queries")


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
    claims: dict[str, object] = {"sub": sub, "role": role}
    if organization_id is not None:
        claims["organization_id"] = organization_id
    if settings.jwt_issuer:
        claims["iss"] = settings.jwt_issuer
    if settings.jwt_audience:
        claims["aud"] = settings.jwt_audience
    claims |= {"iat": now, "exp": now + expires_in_seconds, "jti": token_urlsafe(12)}
    return jwt.encode(claims, key.material, key.algorithm)


def revoke(settings: Settings, jti: str) -> None:
    """Refuse the token with this ``jti`` from now on, as the owner of the database.

    Raises NotMigrated, ConfigurationError without a database, HomeroomError where it does not
    answer.
    """
    try:
        with psycopg.connect(settings.require_database(), autocommit=True) as connection:
            connection.execute(SQL["revoke_token"], {"jti": jti})
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
        raise NotMigrated from error
    except psycopg.OperationalError as error:
        raise HomeroomError(f"The database does not answer: {error}") from error
