"""The keys that verify tokens. The configured key fixes the algorithm; a token cannot choose it."""

import asyncio
import ssl
import time
from dataclasses import dataclass
from typing import Any, Protocol

import jwt
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from homeroom.api.errors import ApiError
from homeroom.errors import ConfigurationError
from homeroom.settings import Settings

# RFC 7518, sections 3.2 and 3.3.
SECRET_BYTES_MIN = 32
RSA_BITS_MIN = 2048

JWKS_LIFESPAN_SECONDS = 300.0
# Tokens with unknown key ids must not make us fetch the keys over and over.
JWKS_COOLDOWN_SECONDS = 10.0
JWKS_TIMEOUT_SECONDS = 5.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the one algorithm it is for."""

    algorithm: str
    material: Any


class Keys(Protocol):
    """A source of keys."""

    async def find(self, token: str) -> Key | None:
        """The key that must have signed this token; None if the source has none for it."""


class FixedKey:
    """The same key for every token."""

    def __init__(self, key: Key) -> None:
        self._key = key

    async def find(self, token: str) -> Key | None:  # noqa: ARG002 - the token has no say
        return self._key


class JwksKeys:
    """Keys from a JSON Web Key Set (RFC 7517), fetched in a thread and cached.

    If a new fetch fails, the cached set stays in use. Without any set, requests are answered 503.
    """

    def __init__(self, url: str) -> None:
        try:
            self._client = jwt.PyJWKClient(
                url,
                cache_jwk_set=False,
                timeout=JWKS_TIMEOUT_SECONDS,
                ssl_context=ssl.create_default_context(),
            )
        except jwt.PyJWTError as error:
            raise ConfigurationError(f"HOMEROOM_JWT_JWKS_URL cannot be used: {error}") from None
        self._keys: dict[str | None, Key] | None = None
        self._fetch_began_at = -JWKS_LIFESPAN_SECONDS
        self._fetch_lock = asyncio.Lock()

    async def find(self, token: str) -> Key | None:
        kid = jwt.get_unverified_header(token).get("kid")
        keys = await self._cached(JWKS_LIFESPAN_SECONDS)
        if kid not in keys:
            keys = await self._cached(JWKS_COOLDOWN_SECONDS)
        return keys.get(kid)

    async def _cached(self, age_seconds_max: float) -> dict[str | None, Key]:
        async with self._fetch_lock:
            age_seconds = time.monotonic() - self._fetch_began_at
            if age_seconds > (age_seconds_max if self._keys else JWKS_COOLDOWN_SECONDS):
                self._fetch_began_at = time.monotonic()
                await self._fetch()
        if self._keys is None:
            raise ApiError(503, "The keys to verify tokens with cannot be fetched")
        return self._keys

    async def _fetch(self) -> None:
        try:
            keys = await asyncio.to_thread(self._client.get_signing_keys)
        except (jwt.PyJWTError, ValueError, OSError) as error:
            log.warning("jwks_not_fetched", url=self._client.uri, error=str(error))
            return
        usable = [k for k in keys if k.algorithm_name in ("RS256", "ES256")]
        self._keys = {k.key_id: Key(k.algorithm_name, k.key) for k in usable}


def keys_of(settings: Settings) -> Keys:
    """The configured source of keys; ConfigurationError unless exactly one is configured."""
    sources = {
        "HOMEROOM_JWT_SECRET": settings.jwt_secret.get_secret_value(),
        "HOMEROOM_JWT_PUBLIC_KEY": settings.jwt_public_key,
        "HOMEROOM_JWT_JWKS_URL": settings.jwt_jwks_url,
    }
    configured = [name for name, value in sources.items() if value]
    if not configured:
        raise ConfigurationError(
            "There is no key to verify tokens with: set HOMEROOM_JWT_SECRET (HS256), or "
            "HOMEROOM_JWT_PUBLIC_KEY or HOMEROOM_JWT_JWKS_URL (RS256 and ES256)."
        )
    if len(configured) > 1:
        raise ConfigurationError(
            f"Set only one of {' and '.join(configured)}: it fixes the algorithm."
        )
    if settings.jwt_jwks_url:
        return JwksKeys(settings.jwt_jwks_url)
    if settings.jwt_public_key:
        return FixedKey(_public_key(settings.jwt_public_key))
    return FixedKey(secret_key(settings))


def secret_key(settings: Settings) -> Key:
    """The key of HS256 tokens; ConfigurationError if it is missing or too weak."""
    secret = settings.jwt_secret.get_secret_value().encode()
    if len(secret) < SECRET_BYTES_MIN:
        raise ConfigurationError(
            f"HOMEROOM_JWT_SECRET must have at least {SECRET_BYTES_MIN} bytes; it has "
            f"{len(secret)}. `openssl rand -hex 32` makes a good one."
        )
    try:
        jwt.encode({}, secret, "HS256")
    except jwt.InvalidKeyError as error:
        raise ConfigurationError(f"HOMEROOM_JWT_SECRET cannot be used: {error}") from None
    return Key("HS256", secret)


def _public_key(text: str) -> Key:
    # Environment files often hold the lines of a PEM key as one.
    pem = text.replace("\\n", "\n").encode()
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ConfigurationError(f"HOMEROOM_JWT_PUBLIC_KEY is no PEM public key: {error}") from None
    if isinstance(key, RSAPublicKey) and key.key_size >= RSA_BITS_MIN:
        return Key("RS256", key)
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return Key("ES256", key)
    raise ConfigurationError(
        f"HOMEROOM_JWT_PUBLIC_KEY must be an RSA key of {RSA_BITS_MIN} bits or more (RS256), or "
        "one of the curve P-256 (ES256)."
    )
