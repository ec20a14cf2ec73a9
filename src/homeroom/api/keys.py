"""The keys that verify tokens. The configured key fixes the algorithm; a token cannot choose it."""

import asyncio
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
import orjson
import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from homeroom.api.errors import ApiError
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# RFC 7518, sections 3.2 and 3.3.
SECRET_BYTES_MIN = 32
# What stands, or stood, in files of this project: whoever has read them could sign tokens with it.
PUBLISHED_SECRETS = frozenset({"for-one-machine-only-change-it-elsewhere"})
RSA_BITS_MIN = 2048
NEEDED = f"an RSA key of {RSA_BITS_MIN} bits or more (RS256), or one of the curve P-256 (ES256)"

# A key that was taken out of the set verifies for so long, and for one fetch more.
JWKS_LIFESPAN_SECONDS = 30.0
# Tokens with unknown key ids must not make us fetch the keys over and over.
JWKS_COOLDOWN_SECONDS = 10.0
# As long as there are none at all.
JWKS_RETRY_SECONDS = 1.0
# For the whole fetch, however slowly the server answers.
JWKS_DEADLINE_SECONDS = 5.0
JWKS_BYTES_MAX = 1024 * 1024
JWKS_ALGORITHMS = ("RS256", "ES256")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Key:
    """A key, and the one algorithm it is for."""

    algorithm: str
    material: Any
    kid: str | None = None


class Keys(Protocol):
    """A source of keys."""

    async def find(self, token: str) -> Sequence[Key]:
        """The keys of which one must have signed this token; none if the source has none for it."""

    async def renew(self) -> bool:
        """Whether there may be other keys by now, after one did not match."""

    def in_force(self) -> object:
        """What stands for the keys of this moment: another object once they are others.

        Who was known by the keys of one moment is not known by those of another.
        """

    async def run(self) -> None:
        """Keep the keys fresh until cancelled, where they can change."""


class FixedKey:
    """The same key for every token."""

    def __init__(self, key: Key) -> None:
        self._keys = (key,)

    async def find(self, token: str) -> Sequence[Key]:  # noqa: ARG002 - the token has no say
        return self._keys

    async def renew(self) -> bool:
        return False

    def in_force(self) -> object:
        return self._keys

    async def run(self) -> None:
        pass


class JwksKeys:
    """Keys from a JSON Web Key Set (RFC 7517), fetched in the background and cached.

    Only a token that no cached key may have signed waits for a fetch. If a new fetch fails, the
    cached set stays in use, until none has succeeded for ``outage_seconds_max``. Without any set,
    requests are answered 503.
    """

    def __init__(self, url: str, outage_seconds_max: float) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                f"HOMEROOM_JWT_JWKS_URL cannot be used: {url} is no http:// or https:// address."
            )
        self.url = url
        self._tls = ssl.create_default_context()
        self._outage_seconds_max = outage_seconds_max
        self._keys: tuple[Key, ...] = ()
        self._fetched_at = 0.0
        self._fetch_began_at = -JWKS_LIFESPAN_SECONDS
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, token: str) -> Sequence[Key]:
        header = jwt.get_unverified_header(token)
        self.in_force()
        keys = self._cached(header)
        if not keys:
            await self._fetched()
            if not self._keys:
                raise ApiError(503, "The keys to verify tokens with cannot be fetched")
            keys = self._cached(header)
        return keys

    async def renew(self) -> bool:
        # A new key with another id would not have been tried with the old one.
        return any(key.kid is None for key in self._keys) and await self._fetched()

    def in_force(self) -> object:
        if self._keys and time.monotonic() > self._fetched_at + self._outage_seconds_max:
            log.error("jwks_too_old", url=self.url, seconds_max=self._outage_seconds_max)
            self._keys = ()
        return self._keys

    async def run(self) -> None:
        while True:
            self._begin_fetch()
            await asyncio.sleep(JWKS_LIFESPAN_SECONDS)

    def _cached(self, header: Mapping[str, Any]) -> Sequence[Key]:
        kid = header.get("kid")
        keys = [key for key in self._keys if kid is not None and key.kid == kid]
        # A key without an id may have signed any token, and the only key one without an id.
        keys = keys or [key for key in self._keys if key.kid is None]
        if not keys and kid is None and len(self._keys) == 1:
            keys = [*self._keys]
        return [key for key in keys if key.algorithm == header.get("alg")]

    async def _fetched(self) -> bool:
        """Wait for the fetch that is under way, or for a new one; False where it is too early."""
        fetch = self._begin_fetch()
        if fetch is None:
            return False
        # A caller who leaves does not end it for the others.
        await asyncio.wait({fetch})
        return True

    def _begin_fetch(self) -> asyncio.Task[None] | None:
        if self._fetch is None or self._fetch.done():
            pause_seconds = JWKS_COOLDOWN_SECONDS if self._keys else JWKS_RETRY_SECONDS
            if time.monotonic() - self._fetch_began_at < pause_seconds:
                return None
            self._fetch_began_at = time.monotonic()
            self._fetch = asyncio.create_task(self._replace(), name="fetch keys")
        return self._fetch

    async def _replace(self) -> None:
        try:
            async with asyncio.timeout(JWKS_DEADLINE_SECONDS):
                keys = usable_keys(await self._download())
            # Of this moment at the latest: what is fetched may be as old as the fetch.
            self._fetched_at = self._fetch_began_at
            if keys != self._keys:
                self._keys = keys
        except (OSError, ValueError) as error:
            reason = str(error) or type(error).__name__
            log.warning("jwks_not_fetched", url=self.url, error=reason)

    async def _download(self) -> bytes:
        # Imported here: commands that only sign tokens need not wait for it.
        import httpx

        body = bytearray()
        # A handshake that is never completed is given up by who began it, and said to be one.
        timeout = httpx.Timeout(None, connect=JWKS_DEADLINE_SECONDS / 2)
        options: dict[str, Any] = {
            "verify": self._tls, "follow_redirects": True, "timeout": timeout,
        }  # fmt: skip
        try:
            async with (
                httpx.AsyncClient(**options) as client,
                client.stream("GET", self.url) as response,
            ):
                response.raise_for_status()
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > JWKS_BYTES_MAX:
                        raise ValueError(f"more than {JWKS_BYTES_MAX:,} bytes")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise OSError(str(error) or type(error).__name__) from error
        return bytes(body)


def usable_keys(key_set: bytes) -> tuple[Key, ...]:
    """The public keys of a key set that verify RS256 or ES256; ValueError where it has none.

    A key does where it would do as HOMEROOM_JWT_PUBLIC_KEY.
    """
    document = orjson.loads(key_set)
    listed = document.get("keys") if isinstance(document, dict) else None
    keys = []
    for entry in listed if isinstance(listed, list) else ():
        try:
            key = jwt.PyJWK(entry)
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError, KeyError):
            # Key sets hold keys of other kinds as well.
            continue
        if key.algorithm_name not in JWKS_ALGORITHMS or key.public_key_use not in (None, "sig"):
            continue
        if algorithm_of(key.key) == key.algorithm_name:
            keys.append(Key(key.algorithm_name, key.key, key.key_id))
        else:
            log.warning("jwks_key_refused", kid=key.key_id, needed=NEEDED)
    if not keys:
        raise ValueError(f"it has no key for {' or '.join(JWKS_ALGORITHMS)}")
    return tuple(keys)


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
        return JwksKeys(settings.jwt_jwks_url, settings.jwt_jwks_outage_seconds_max)
    if settings.jwt_public_key:
        return FixedKey(_public_key(settings.jwt_public_key))
    return FixedKey(secret_key(settings))


def secret_key(settings: Settings) -> Key:
    """The key of HS256 tokens; ConfigurationError if it is missing, too weak or published."""
    secret = settings.jwt_secret.get_secret_value().encode()
    if len(secret) < SECRET_BYTES_MIN:
        raise ConfigurationError(
            f"HOMEROOM_JWT_SECRET must have at least {SECRET_BYTES_MIN} bytes; it has "
            f"{len(secret)}. `openssl rand -hex 32` makes a good one."
        )
    if settings.jwt_secret.get_secret_value() in PUBLISHED_SECRETS:
        raise ConfigurationError(
            "HOMEROOM_JWT_SECRET is one that stands in homeroom's own files, which everybody can "
            "read. `openssl rand -hex 32` makes one of your own."
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
    algorithm = algorithm_of(key)
    if algorithm is None:
        raise ConfigurationError(f"HOMEROOM_JWT_PUBLIC_KEY must be {NEEDED}.")
    return Key(algorithm, key)


def algorithm_of(key: object) -> str | None:
    """The algorithm that a public key is for; None where it is for none, or too weak."""
    if isinstance(key, RSAPublicKey) and key.key_size >= RSA_BITS_MIN:
        return "RS256"
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return "ES256"
    return None
