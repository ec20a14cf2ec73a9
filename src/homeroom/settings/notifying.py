"""Over what the notifier delivers messages, and how often it tries."""

import re

from pydantic import Field, SecretStr, field_validator

from homeroom.settings.section import SettingsSection

PUSH_HOSTS = (
    "fcm.googleapis.com,*.push.services.mozilla.com,*.notify.windows.com,web.push.apple.com"
)
PUSH_HOST = re.compile(r"(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*|http://127\.0\.0\.1:\d{1,5}")


class NotifySettings(SettingsSection):
    """Over what the notifier delivers messages, and how often it tries."""

    smtp_host: str = Field(
        "",
        description="The SMTP server of `homeroom notify`; empty: no e-mail ([the notifier]"
        "(notifier.md)).",
    )
    smtp_port: int = Field(587, ge=1, le=65_535, description="Its port.")
    smtp_security: str = Field(
        "starttls",
        pattern="^(starttls|tls|none)$",
        description="`starttls`, `tls` from the first byte (port 465), or `none`.",
    )
    smtp_username: str = Field("", description="The user there; empty: without a login.")
    smtp_password: SecretStr = Field(SecretStr(""), description="The password there.")
    smtp_ca_file: str = Field(
        "",
        description="PEM file of the server's certificate authority; empty: the machine's own.",
    )
    email_from: str = Field(
        "", description="Whom e-mails are from, as `Our school <no-reply@school.example>`."
    )
    vapid_private_key: SecretStr = Field(
        SecretStr(""),
        description="The private key of Web Push, of which `homeroom notify vapid-keys` makes a "
        "pair; empty: no Web Push. `homeroom serve` needs none.",
    )
    vapid_public_key: str = Field(
        "",
        description="Its public key, which the pages give to browsers; empty: no button for it.",
    )
    vapid_subject: str = Field(
        "",
        pattern=r"^((mailto:|https://)\S+)?$",
        description="Whom push services may turn to: `mailto:admin@school.example`.",
    )
    push_hosts: str = Field(
        PUSH_HOSTS,
        description="Hosts of push services, by comma, at which browsers may have messages "
        "delivered; `*.` stands for names below.",
    )
    webhook_url: str = Field(
        "", repr=False, description="Where webhooks are sent, `https://…`; empty: none."
    )
    webhook_secret: SecretStr = Field(
        SecretStr(""),
        description="The secret that signs webhooks, `whsec_…` (Standard Webhooks); while it "
        "changes two, by comma.",
    )
    notify_language: str = Field(
        "en",
        pattern="^(en|pt|sv)$",
        description="The language of messages to people of whom none is known.",
    )
    notify_links: str = Field(
        "",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="The address before a message's path, as `https://school.example`; empty: "
        "messages with a path alone have no link.",
    )
    notify_age_hours_max: float = Field(
        24.0,
        gt=0,
        le=720,
        description="Messages that were asked for longer ago, by their own time, are not sent.",
    )
    notify_attempts_max: int = Field(
        8, ge=1, le=100, description="After so many attempts a message is a dead letter."
    )
    notify_retry_seconds: float = Field(
        15.0,
        gt=0,
        le=3_600,
        description="Pause after a first attempt that failed; it doubles with each, up to an hour.",
    )
    notify_attempt_seconds: float = Field(
        30.0, ge=1, le=300, description="Time that an attempt may take."
    )
    notify_retention_days: int = Field(
        90,
        ge=31,
        le=3_650,
        description="Age at which messages are deleted, unless one is a dead letter.",
    )

    @field_validator("push_hosts")
    @classmethod
    def _hosts(cls, value: str) -> str:
        for host in filter(None, map(str.strip, value.split(","))):
            if not PUSH_HOST.fullmatch(host):
                raise ValueError(
                    f"{host!r} is no host: write a name, as fcm.googleapis.com, or one that "
                    "begins with *."
                )
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str) -> str:
        # Without TLS only to this machine: what is sent tells of persons.
        if value and not re.match(r"https://[^/\s]+|http://(127\.0\.0\.1|localhost)[:/]", value):
            raise ValueError("it must begin with https://")
        return value
