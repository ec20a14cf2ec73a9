"""Webhooks, signed as Standard Webhooks says (github.com/standard-webhooks/standard-webhooks)."""

import binascii
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
from standardwebhooks.webhooks import Webhook

from homeroom.notifying.channels.posting import OtherSide, told
from homeroom.notifying.deliveries import BeginSending, Delivery, NeverAgain, TryAgain
from homeroom.notifying.rendering import MessageTemplates
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError


class WebhookSender:
    """Posts each message to one address; whoever gets one again knows it by its id."""

    def __init__(self, settings: Settings, templates: MessageTemplates) -> None:
        """Raises ConfigurationError for a secret that is none."""
        self._url, self._templates = settings.webhook_url, templates
        given = settings.webhook_secret.get_secret_value().split(",")
        try:
            self._keys = [Webhook(secret.strip()) for secret in given if secret.strip()]
        except (binascii.Error, ValueError, RuntimeError):
            raise ConfigurationError(
                "HOMEROOM_WEBHOOK_SECRET is no secret of a webhook: write whsec_ and 24 to 64 "
                "bytes in base64; several are separated by commas."
            ) from None
        self._outside = OtherSide(settings.notify_attempt_seconds)

    async def send(self, delivery: Delivery, begin: BeginSending) -> None:
        """Delivers, or raises DeliveryProblem. It may be sent twice, with the same id."""
        del begin
        content = orjson.dumps(self.payload(delivery), option=orjson.OPT_UTC_Z)
        headers = self._headers(str(delivery.id), content)
        answer = await self._outside.post(self._url, content, headers)
        if answer.status_code == httpx.codes.GONE:
            raise NeverAgain(told(answer))
        if not answer.is_success:
            raise TryAgain(told(answer))

    async def close(self) -> None:
        """Closes connections."""
        await self._outside.close()

    def payload(self, delivery: Delivery) -> dict[str, Any]:
        """The body: `type`, `timestamp` and `data`, as the specification recommends."""
        return {
            "type": "message.due",
            "timestamp": delivery.said_at,
            "data": {
                "message_id": delivery.message_id,
                "kind": delivery.kind,
                "role": delivery.role,
                "person_id": delivery.person_id,
                "title": delivery.title,
                "text": delivery.text,
                "url": self._templates.link(delivery),
                "language": self._templates.language(delivery),
                "expires_at": delivery.expires_at,
            },
        }

    def _headers(self, message_id: str, content: bytes) -> dict[str, str]:
        now = datetime.now(UTC)
        signed = [key.sign(message_id, now, content.decode()) for key in self._keys]
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signed),
        }
