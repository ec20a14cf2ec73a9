"""What an identity provider says of itself (OpenID Connect Discovery 1.0)."""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog
from authlib.common.security import is_secure_transport
from authlib.oidc.discovery import get_well_known_url

from homeroom.api.keys import JwksKeys
from homeroom.api.pages.signing_in.exchange import Exchange, NoAnswer

# So long a document counts; then it is fetched anew.
LIFESPAN_SECONDS = 600.0
# After a failure nobody asks for so long: whoever wants to sign in is told at once.
PAUSE_SECONDS = 2.0
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ProviderDocument:
    """Addresses of a provider, and its keys. ``sign_out``: empty where it has none.

    ``names_itself``: whether each of its answers says whose it is (RFC 9207).
    """

    authorization: str
    token: str
    sign_out: str
    takes_post: bool
    names_itself: bool
    keys: JwksKeys


class Discovery:
    """Fetches the document when it is needed first, and again when it is old."""

    def __init__(self, issuer: str, exchange: Exchange, outage_seconds_max: float) -> None:
        self._issuer = issuer
        self._exchange = exchange
        self._outage_seconds_max = outage_seconds_max
        self._document: ProviderDocument | None = None
        self._fetched_at = self._failed_at = float("-inf")
        self._lock = asyncio.Lock()

    async def document(self) -> ProviderDocument:
        """That of the moment, an old one while it cannot be fetched again; NoAnswer without any."""
        if time.monotonic() - self._fetched_at > LIFESPAN_SECONDS:
            async with self._lock:
                await self._renew()
        if self._document is None:
            raise NoAnswer("not asked again so soon after a failure")
        return self._document

    async def _renew(self) -> None:
        now = time.monotonic()
        if now - self._fetched_at <= LIFESPAN_SECONDS or now - self._failed_at < PAUSE_SECONDS:
            return
        try:
            self._document, self._fetched_at = await self._fetch(), now
        except NoAnswer as error:
            self._failed_at = time.monotonic()
            log.warning("identity provider unavailable", issuer=self._issuer, error=str(error))
            if self._document is None:
                raise

    async def _fetch(self) -> ProviderDocument:
        url = get_well_known_url(self._issuer, external=True)
        status, said = await self._exchange.ask("GET", url)
        if status != 200:
            raise NoAnswer(f"status {status} of {url}")
        if said.get("issuer") != self._issuer:
            raise NoAnswer(f"{url} is of another issuer: {said.get('issuer')!r}")
        for name in ADDRESSES:
            if not is_secure_transport(str(said.get(name))):
                raise NoAnswer(f"{url} has no {name} that is an https:// address")
        return self._read(said)

    def _read(self, said: dict[str, Any]) -> ProviderDocument:
        methods = said.get("token_endpoint_auth_methods_supported") or []
        sign_out = str(said.get("end_session_endpoint"))
        address, before = str(said["jwks_uri"]), self._document
        return ProviderDocument(
            authorization=str(said["authorization_endpoint"]),
            token=str(said["token_endpoint"]),
            sign_out=sign_out if is_secure_transport(sign_out) else "",
            takes_post="client_secret_post" in methods,
            names_itself=said.get("authorization_response_iss_parameter_supported") is True,
            # Keys in hand count on while they cannot be fetched.
            keys=before.keys
            if before is not None and before.keys.url == address
            else JwksKeys(address, self._outage_seconds_max),
        )
