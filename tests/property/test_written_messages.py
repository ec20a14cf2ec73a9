"""Whatever people write into titles, names and texts, a mail has our headers, and a push fits."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from uuid import UUID

import orjson
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import SecretStr

from homeroom.notifying.channels.email import EmailSender
from homeroom.notifying.channels.web_push import PAYLOAD_BYTES_MAX, WebPushSender
from homeroom.notifying.deliveries import Delivery, NeverAgain
from homeroom.notifying.rendering import MessageTemplates
from homeroom.notifying.vapid_keys import new_pair
from homeroom.settings import Settings
from tests.support.strength import examples

HEADERS = [
    "To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
    "Content-Type", "Content-Language",
]  # fmt: skip
# RFC 2047: Python decodes it, line ends included.
INJECTED = "=?utf-8?q?Hi=0D=0AReply-To:_x=40evil=0D=0A=0D=0Abody?="
PIECES = st.sampled_from(
    ["=?", "?=", "=?utf-8?q?", "=?utf-8?b?", "=0D=0A", "\r\n", "Reply-To: x@evil.example", " ",
     '"', "\\", "<", ">", "(", ",", ";", "@", "ä", "\u2028", "x" * 80]
)  # fmt: skip
written = st.lists(PIECES | st.text(max_size=20), max_size=12).map("".join)
encodable = written.filter(lambda text: "\x00" not in text)


@cache
def senders() -> tuple[EmailSender, WebPushSender, MessageTemplates]:
    settings = Settings(
        smtp_host="mail.example", smtp_security="none", notify_links="https://school.example",
        email_from="Our school <no-reply@school.example>",
        vapid_private_key=SecretStr(new_pair()[0]), vapid_subject="mailto:admin@school.example",
    )  # fmt: skip
    templates = MessageTemplates(settings)
    return EmailSender(settings, templates), WebPushSender(settings, templates), templates


def delivery(title: str, text: str = "", **changed: object) -> Delivery:
    usual = {
        "id": UUID(int=7), "message_id": "notification/N1", "role": "teacher", "person_id": "T1",
        "channel": "email", "target": "", "attempts": 1, "claim": UUID(int=8),
        "kind": "new_student", "title": title, "text": text, "url": None,
        "said_at": datetime(2026, 3, 1, 9, tzinfo=UTC), "expires_at": None, "traceparent": None,
        "wanted": True, "name": "Ada", "email": "ada@school.example", "time_zone": None,
        "quiet_from": None, "quiet_until": None, "language": "en", "endpoint": None,
        "p256dh": None, "auth": None,
    }  # fmt: skip
    return Delivery(**usual | changed)  # type: ignore[arg-type]


@examples(10, at_least=50)
@given(encodable, encodable)
@example(INJECTED, "Ada")
@example("Told", INJECTED)
@example("Told", f'"{INJECTED}" <x@evil.example>,')
@example("Told", f"({'x' * 80}@@")
@example("Told", '"' * 30)
@example("Told", '("' * 15)
def test_a_mail_has_our_headers_and_body_alone(title: str, name: str) -> None:
    sender, _, templates = senders()
    made = delivery(title, name=name)
    mail = message_from_bytes(sender.content(made), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail.keys() == HEADERS
    assert not mail.defects
    (recipient,) = mail["To"].addresses
    assert recipient.addr_spec == "ada@school.example"
    assert len(mail["Subject"].splitlines()) <= 1
    plain, html = mail.iter_parts()
    shown = templates.email(made)
    for part, text in ((plain, shown.text), (html, shown.html)):
        assert isinstance(part, EmailMessage)
        assert part.get_content().split() == text.split()


@examples(10, at_least=20)
@given(encodable)
@example('"=?utf-8?q?a=0D=0AReply-To:_x?="@school.example')
@example("=?utf-8?q?a=0D=0AReply-To:_x?=@school.example")
@example("ada@school.example\r\nRCPT TO:<x@evil.example>")
def test_an_address_is_one_or_is_refused(email: str) -> None:
    try:
        content = senders()[0].content(delivery("Told", email=email))
    except NeverAgain:
        return
    mail = message_from_bytes(content, policy=policy.default)
    assert mail.keys() == HEADERS


@examples(10, at_least=20)
@given(encodable, encodable, encodable)
@example("\x01" * 200, "\x01" * 500, "/" + "\x01" * 2_000)
@example("\U0001f600" * 200, "\U0001f600" * 500, "/" + "\U0001f600" * 400)
def test_a_push_fits(title: str, text: str, url: str) -> None:
    made = senders()[1].payload(delivery(title, text, url=url))
    assert len(orjson.dumps(made)) <= PAYLOAD_BYTES_MAX
    assert made["id"] == str(UUID(int=7))
