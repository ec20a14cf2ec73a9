"""E-mail by SMTP. From DATA on nobody but this process can know whether a mail was taken."""

import re
import ssl
from email import policy
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPResponseException,
)

from homeroom.notifying.deliveries import (
    BeginSending,
    Delivery,
    NeverAgain,
    NotWanted,
    OutcomeUnknown,
    TryAgain,
)
from homeroom.notifying.rendering import MessageTemplates, one_line
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

# Connections that wait for the next mail.
IDLE_CONNECTIONS_MAX = 4
PERMANENT = 500
# How an encoded word begins (RFC 2047). Python decodes those of a header that it is given, and
# before 3.11.10 writes line ends of theirs as they are: people's titles would add headers.
ENCODED = "=?"
ADDRESS = re.compile(r"[^\s<>\"]+@[^\s<>\"]+")
WORD_JOINER = "\u2060"
# Longer names are encoded: where Python folds a quoted one, it loses the quotes.
QUOTED_CHARACTERS_MAX = 30


class EmailSender:
    """Sends e-mails; keeps a few connections open."""

    def __init__(self, settings: Settings, templates: MessageTemplates) -> None:
        """Raises ConfigurationError for a sender or a file that cannot be used."""
        self._settings, self._templates = settings, templates
        name, self._from = parseaddr(settings.email_from)
        if "@" not in self._from:
            raise ConfigurationError(
                "HOMEROOM_EMAIL_FROM is no address: write one as "
                "`Our school <no-reply@school.example>`."
            )
        self._sender = Address(name, addr_spec=self._from)
        self._tls = None if settings.smtp_security == "none" else _tls(settings)
        self._idle: list[SMTP] = []

    async def send(self, delivery: Delivery, begin: BeginSending) -> None:
        """Delivers, or raises DeliveryProblem, and what ``begin`` raises."""
        if not delivery.email:
            raise NotWanted("no_address: homeroom knows no e-mail address of this person")
        # Before anything is begun: what cannot be written was never sent.
        content = self.content(delivery)
        smtp = await self._connected()
        try:
            await self._send(smtp, content, delivery.email, begin)
        except BaseException:
            # What is under way on it cannot be known.
            smtp.close()
            raise
        if len(self._idle) < IDLE_CONNECTIONS_MAX:
            self._idle.append(smtp)
        else:
            smtp.close()

    async def close(self) -> None:
        """Closes connections."""
        for smtp in self._idle:
            smtp.close()
        self._idle.clear()

    def content(self, delivery: Delivery) -> bytes:
        """The mail of a delivery as it is sent: always with the same id. Raises NeverAgain."""
        utf8 = not (delivery.email or "").isascii()
        return self._mail(delivery).as_bytes(policy=policy.SMTPUTF8 if utf8 else policy.SMTP)

    def _mail(self, delivery: Delivery) -> EmailMessage:
        shown = self._templates.email(delivery)
        mail = EmailMessage(policy=policy.SMTP)
        mail["To"] = _recipient(delivery)
        mail["From"] = self._sender
        mail["Subject"] = _plain(shown.subject)
        mail["Date"] = format_datetime(delivery.said_at)
        mail["Message-ID"] = f"<{delivery.id}@{self._sender.domain}>"
        # RFC 3834: no answer by a machine.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(shown.text)
        mail.add_alternative(shown.html, subtype="html")
        # Of all of it: what stands here before the content belongs to its first part.
        mail["Content-Language"] = shown.language
        return mail

    async def _send(self, smtp: SMTP, content: bytes, address: str, begin: BeginSending) -> None:
        utf8 = not address.isascii()
        encoding, options = ("utf-8", ["SMTPUTF8"]) if utf8 else ("ascii", [])
        try:
            if utf8:
                await smtp.ehlo()
                if not smtp.supports_extension("smtputf8"):
                    raise NeverAgain("The mail server takes ASCII addresses alone (no SMTPUTF8).")
            await smtp.mail(self._from, options=options, encoding=encoding)
            await smtp.rcpt(address, encoding=encoding)
        except SMTPResponseException as error:
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            raise TryAgain(_said("The mail server does not answer", error)) from error
        await begin()
        try:
            await smtp.data(content)
        except SMTPDataError as error:
            raise _refusal(error) from error
        except (SMTPException, OSError) as error:
            raise OutcomeUnknown(
                _said("The mail server did not say whether it took this", error)
            ) from error

    async def _connected(self) -> SMTP:
        """A connection that works, logged in. Raises TryAgain."""
        while self._idle:
            smtp = self._idle.pop()
            try:
                await smtp.rset()
            except (SMTPException, OSError):
                smtp.close()
            else:
                return smtp
        settings = self._settings
        smtp = SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            timeout=settings.notify_attempt_seconds / 3,
            use_tls=settings.smtp_security == "tls",
            start_tls=settings.smtp_security == "starttls",
            tls_context=self._tls,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
        )
        try:
            await smtp.connect()
        except SMTPAuthenticationError as error:
            smtp.close()
            raise TryAgain(_said("The mail server refuses the login", error)) from error
        except (SMTPException, OSError) as error:
            smtp.close()
            raise TryAgain(_said("The mail server cannot be reached", error)) from error
        return smtp


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.smtp_ca_file or None)
    except OSError as error:
        raise ConfigurationError(f"HOMEROOM_SMTP_CA_FILE cannot be read: {error}.") from None


def _recipient(delivery: Delivery) -> Address:
    address = delivery.email or ""
    try:
        if ENCODED in address:
            raise ValueError(f"it contains {ENCODED}")
        name = _plain(one_line(delivery.name or ""))
        if len(name) > QUOTED_CHARACTERS_MAX:
            name += WORD_JOINER
        return Address(name, addr_spec=address)
    except (ValueError, HeaderParseError, IndexError) as error:
        raise NeverAgain(f"The e-mail address cannot be used: {error}") from None


def _plain(text: str) -> str:
    """The text with its `=?` apart, by a character that nobody sees."""
    return text.replace(ENCODED, f"={WORD_JOINER}?")


def _refusal(error: SMTPResponseException) -> NeverAgain | TryAgain:
    """RFC 5321, section 4.2.1: 5yz is permanent, 4yz transient."""
    # Servers quote whom a mail is for, and this comes into logs.
    said = ADDRESS.sub("(an address)", str(error.message))
    text = f"The mail server said {error.code}: {said}"
    return NeverAgain(text) if error.code >= PERMANENT else TryAgain(text)


def _said(what: str, error: Exception) -> str:
    return f"{what}: {str(error).strip() or type(error).__name__}"
