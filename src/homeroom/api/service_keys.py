"""The keys of services, which ask without a person (docs/contract.md, "Tokens")."""

import hashlib
import hmac
import re
from collections import defaultdict

from starlette.datastructures import Headers

from homeroom.api.keys import PUBLISHED_SECRETS
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

KEY_HEADER = "X-Internal-API-Key"
SERVICE_HEADER = "X-Service-ID"
# An answer depends on who asks, and the key says who may.
VARY = {"Vary": f"{KEY_HEADER}, {SERVICE_HEADER}"}
HASHED = "sha256:"
CHARACTERS_MIN = 32
_SHA256 = re.compile(r"[0-9A-Fa-f]{64}")
# Compared with what an unknown service sends: nothing has this hash that anybody knows.
_NOBODY = (bytes(32),)


class ServiceKeys:
    """The keys of services, several of each where they are being rotated.

    Only their hashes are kept. Raises ConfigurationError for a malformed setting, and for a key
    that is short or published; of a hashed one its length cannot be known.
    """

    def __init__(self, settings: Settings) -> None:
        self._hashes: defaultdict[str, list[bytes]] = defaultdict(list)
        for pair in settings.internal_api_keys.get_secret_value().split(","):
            service, equals, key = (part.strip() for part in pair.partition("="))
            if pair.strip() and not (service and equals and key):
                raise ConfigurationError(
                    "HOMEROOM_INTERNAL_API_KEYS must be `service-id=key` pairs, by comma."
                )
            if key:
                hashed = _hash_of(service, key)
                _refuse_published(service, hashed)
                self._hashes[service].append(hashed)

    def __contains__(self, service: str) -> bool:
        """Whether a service has a key."""
        return service in self._hashes

    def know(self, headers: Headers) -> bool:
        """Whether the request has one of the service's own keys.

        It takes the same time for a wrong key, and for a service that is not known.
        """
        # As the bytes were sent.
        sent = hashlib.sha256(headers.get(KEY_HEADER, "").encode("latin-1")).digest()
        hashes = self._hashes.get(headers.get(SERVICE_HEADER, "")) or _NOBODY
        same = [hmac.compare_digest(sent, one) for one in hashes]
        return any(same)


def _refuse_published(service: str, hashed: bytes) -> None:
    if hashed in {hashlib.sha256(secret.encode()).digest() for secret in PUBLISHED_SECRETS}:
        raise ConfigurationError(
            f"HOMEROOM_INTERNAL_API_KEYS has a key of {service} that stands in homeroom's own "
            "files, which everybody can read. `openssl rand -hex 32` makes one of your own."
        )


def _hash_of(service: str, key: str) -> bytes:
    """SHA-256 of a key, or what stands there instead of the key."""
    if not key.startswith(HASHED):
        if len(key) < CHARACTERS_MIN:
            raise ConfigurationError(
                f"HOMEROOM_INTERNAL_API_KEYS has a key of {service} of {len(key)} characters; it "
                f"must have at least {CHARACTERS_MIN}. `openssl rand -hex 32` makes a good one."
            )
        return hashlib.sha256(key.encode()).digest()
    digits = key.removeprefix(HASHED)
    if not _SHA256.fullmatch(digits):
        raise ConfigurationError(
            f"HOMEROOM_INTERNAL_API_KEYS has a key of {service} that begins with {HASHED} and goes "
            "on with something else than the 64 hexadecimal digits of SHA-256."
        )
    return bytes.fromhex(digits)
