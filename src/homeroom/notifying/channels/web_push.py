"""Web Push: encrypted for the browser (RFC 8291), signed for its push service (RFC 8292)."""

import base64
from datetime import UTC, datetime
from urllib.parse import urlsplit

import http_ece
import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02, VapidException

from homeroom.domain.push_hosts import takes_pushes
from homeroom.notifying.channels.posting import OtherSide, told
from homeroom.notifying.deliveries import (
    BeginSending,
    Delivery,
    NeverAgain,
    NotWanted,
    SubscriptionGone,
)
from homeroom.notifying.rendering import MessageTemplates
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# A browser that is off for longer does not get it any more.
TTL_SECONDS_MAX = 86_400
TOKEN_SECONDS = 3_600
# Push services take 4,096 bytes (RFC 8030, section 7.2), of which encryption needs about a hundred.
PAYLOAD_BYTES_MAX = 3_900
TEXT_CHARACTERS_MAX = 500
GONE = (httpx.codes.NOT_FOUND, httpx.codes.GONE)


class WebPushSender:
    """Sends to the push service of the browser that somebody registered."""

    def __init__(self, settings: Settings, templates: MessageTemplates) -> None:
        """Raises ConfigurationError for a key that is none."""
        self._settings, self._templates = settings, templates
        try:
            self._vapid = Vapid02.from_string(settings.vapid_private_key.get_secret_value())
        except (VapidException, ValueError, TypeError):
            raise ConfigurationError(
                "HOMEROOM_VAPID_PRIVATE_KEY is no key of Web Push: `homeroom notify vapid-keys` "
                "makes one."
            ) from None
        self._outside = OtherSide(settings.notify_attempt_seconds)

    async def send(self, delivery: Delivery, begin: BeginSending) -> None:
        """Delivers, or raises DeliveryProblem. It may be sent twice, with the same id."""
        del begin
        if delivery.endpoint is None:
            raise NotWanted("subscription_gone: the browser takes no messages any more")
        if not takes_pushes(delivery.endpoint, self._settings.push_hosts):
            raise NeverAgain("The browser's push service is none that HOMEROOM_PUSH_HOSTS names.")
        content = self._encrypted(delivery)
        answer = await self._outside.post(delivery.endpoint, content, self._headers(delivery))
        if answer.status_code in GONE:
            raise SubscriptionGone(f"subscription_gone: {told(answer)}")
        if not answer.is_success:
            raise NeverAgain(told(answer))

    async def close(self) -> None:
        """Closes connections."""
        await self._outside.close()

    def payload(self, delivery: Delivery) -> dict[str, str | None]:
        """What the page's service worker gets; one of the same `id` replaces the one before."""
        shown = self._templates.short(delivery)
        made = {
            "id": str(delivery.id),
            "title": shown.subject,
            "url": self._templates.link(delivery),
            "language": shown.language,
        }
        body = shown.text[:TEXT_CHARACTERS_MAX]
        # Half an address leads nowhere; half a text is worth more than none.
        if len(orjson.dumps(made["url"])) > PAYLOAD_BYTES_MAX // 2:
            made["url"] = None
        while len(orjson.dumps(made | {"body": body})) > PAYLOAD_BYTES_MAX:
            body = body[: len(body) // 2]
        return made | {"body": body}

    def _encrypted(self, delivery: Delivery) -> bytes:
        try:
            encrypted: bytes = http_ece.encrypt(
                orjson.dumps(self.payload(delivery)),
                private_key=ec.generate_private_key(ec.SECP256R1()),
                dh=_decoded(delivery.p256dh or ""),
                auth_secret=_decoded(delivery.auth or ""),
                version="aes128gcm",
            )
        except (ValueError, http_ece.ECEException) as error:
            raise NeverAgain(f"The browser's key cannot be used: {error}") from error
        return encrypted

    def _headers(self, delivery: Delivery) -> dict[str, str]:
        address = urlsplit(delivery.endpoint or "")
        signed: dict[str, str] = self._vapid.sign(
            {
                "aud": f"{address.scheme}://{address.netloc}",
                "exp": int(datetime.now(UTC).timestamp()) + TOKEN_SECONDS,
                "sub": self._settings.vapid_subject,
            }
        )
        return signed | {
            "content-encoding": "aes128gcm",
            "content-type": "application/octet-stream",
            "ttl": str(_ttl_seconds(delivery)),
            # Of two with one topic a push service keeps the later (RFC 8030, section 5.4).
            "topic": base64.urlsafe_b64encode(delivery.id.bytes).decode().rstrip("="),
        }


def _ttl_seconds(delivery: Delivery) -> int:
    if delivery.expires_at is None:
        return TTL_SECONDS_MAX
    left = (delivery.expires_at - datetime.now(UTC)).total_seconds()
    return int(min(max(left, 0), TTL_SECONDS_MAX))


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
