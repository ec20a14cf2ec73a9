"""The channels: e-mail, webhooks, Web Push. Each is there where its settings are."""

from collections.abc import Callable

from pydantic import SecretStr

from homeroom.notifying.channels.email import EmailSender
from homeroom.notifying.channels.web_push import WebPushSender
from homeroom.notifying.channels.webhook import WebhookSender
from homeroom.notifying.deliveries import Sender
from homeroom.notifying.rendering import MessageTemplates
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# What each needs, in the words of the settings.
NEEDED = {
    "email": ("smtp_host", "email_from"),
    "web_push": ("vapid_private_key", "vapid_subject"),
    "webhook": ("webhook_url", "webhook_secret"),
}


def configured_channels(settings: Settings) -> tuple[str, ...]:
    """The channels whose settings are there; raises ConfigurationError where some are missing."""
    return tuple(name for name in NEEDED if _is_configured(settings, name))


def open_senders(settings: Settings, templates: MessageTemplates) -> dict[str, Sender]:
    """What delivers over each channel that is configured. Raises ConfigurationError."""
    made: dict[str, Callable[[Settings, MessageTemplates], Sender]] = {
        "email": EmailSender, "web_push": WebPushSender, "webhook": WebhookSender,
    }  # fmt: skip
    return {name: made[name](settings, templates) for name in configured_channels(settings)}


def _is_configured(settings: Settings, channel: str) -> bool:
    names = NEEDED[channel]
    missing = [name for name in names if not _text(getattr(settings, name))]
    if missing and len(missing) < len(names):
        raise ConfigurationError(
            f"{' and '.join(f'HOMEROOM_{name.upper()}' for name in missing)} must be set for "
            f"{channel} to be delivered, as the other settings of it are: see docs/notifier.md."
        )
    return not missing


def _text(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)
