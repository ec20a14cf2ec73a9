"""The key of sessions, of which every other key of the pages is derived."""

import hashlib
import hmac

from homeroom.api.keys import PUBLISHED_SECRETS
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

CHARACTERS_MIN = 32
GOOD_ONE = "`openssl rand -hex 32` makes a good one"


def require_session_secret(settings: Settings) -> bytes:
    """The secret; ConfigurationError if it is missing, short, published or another one's too."""
    secret = settings.session_secret.get_secret_value()
    if not secret:
        raise ConfigurationError(
            "HOMEROOM_SESSION_SECRET is not set, and there are pages (HOMEROOM_OIDC_ISSUER): it "
            f"signs their sessions, so give all query services the same one. {GOOD_ONE}."
        )
    if len(secret) < CHARACTERS_MIN:
        raise ConfigurationError(
            f"HOMEROOM_SESSION_SECRET has {len(secret)} characters; it must have at least "
            f"{CHARACTERS_MIN}. {GOOD_ONE}."
        )
    if secret in PUBLISHED_SECRETS:
        raise ConfigurationError(
            "HOMEROOM_SESSION_SECRET is one that stands in homeroom's own files, which everybody "
            f"can read. {GOOD_ONE}."
        )
    others = {
        "HOMEROOM_JWT_SECRET": settings.jwt_secret,
        "HOMEROOM_OIDC_CLIENT_SECRET": settings.oidc_client_secret,
    }  # fmt: skip
    for name, other in others.items():
        if secret == other.get_secret_value():
            raise ConfigurationError(
                f"HOMEROOM_SESSION_SECRET is {name} as well, which others know. {GOOD_ONE}."
            )
    return secret.encode()


def derived(secret: bytes, purpose: str) -> bytes:
    """A key for one purpose: what is signed for one is worth nothing for another."""
    return hmac.new(secret, purpose.encode(), hashlib.sha256).digest()
