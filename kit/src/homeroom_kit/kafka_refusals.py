"""Why a connection to the brokers does not come about, and which setting to look at."""

import ssl
from asyncio import IncompleteReadError

from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)

CERTIFICATE_WANTED = "TLSV13_ALERT_CERTIFICATE_REQUIRED"
# RFC 8446, section 6.2, as OpenSSL names them; before TLS 1.3 the first also says that none came.
CERTIFICATE_REFUSED = frozenset(
    {
        "SSLV3_ALERT_BAD_CERTIFICATE",
        "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
        "SSLV3_ALERT_CERTIFICATE_REVOKED",
        "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
        "TLSV1_ALERT_UNKNOWN_CA",
        "TLSV1_ALERT_ACCESS_DENIED",
    }
)
PROTOCOL = "check HOMEROOM_KAFKA_SECURITY_PROTOCOL against the brokers' listener"


class NoToken(KafkaConnectionError):  # type: ignore[misc]
    """Nobody gives a token to log in with; aiokafka tries again as after a lost connection."""


LOGIN = (
    ssl.SSLError,
    NoToken,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
    IllegalSaslStateError,
)


def cause_of(error: BaseException) -> BaseException:
    """What closed a connection, where aiokafka says only that it was closed."""
    cause = error.__cause__ if isinstance(error, KafkaConnectionError) else None
    return cause or error


def is_login(error: BaseException) -> bool:
    """Whether the login failed; otherwise brokers are away or far."""
    return isinstance(cause_of(error), LOGIN)


def reason(error: BaseException) -> str:
    """What happened, and what to do, for whoever set the variables."""
    cause = cause_of(error)
    if isinstance(cause, ssl.SSLError):
        return _tls_reason(cause)
    text = ", ".join(map(str, cause.args)) or type(cause).__name__
    if isinstance(cause, SaslAuthenticationFailed):
        return f"the brokers refuse the login: {text}"
    if isinstance(cause, UnsupportedSaslMechanismError):
        return "the brokers' listener does not offer the HOMEROOM_KAFKA_SASL_MECHANISM"
    if isinstance(cause, IllegalSaslStateError):
        return f"the brokers take no login by SASL there: {PROTOCOL}"
    if isinstance(cause, IncompleteReadError | ConnectionResetError):
        return f"the connection was closed at once: {PROTOCOL}"
    return text if isinstance(cause, KafkaError) else str(cause) or type(cause).__name__


def _tls_reason(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"the brokers' certificate is not accepted ({error.verify_message}): "
            "HOMEROOM_KAFKA_CA_FILE must hold the certificate of their authority, and theirs must "
            "name the address"
        )
    alert = error.reason or str(error)
    if alert == CERTIFICATE_WANTED:
        return (
            "the brokers ask for a certificate: set HOMEROOM_KAFKA_CERTIFICATE_FILE and "
            "HOMEROOM_KAFKA_KEY_FILE"
        )
    if alert in CERTIFICATE_REFUSED:
        return (
            f"the brokers refuse the certificate of HOMEROOM_KAFKA_CERTIFICATE_FILE ({alert}): it "
            "must be there, be valid, and be of an authority that they trust"
        )
    return f"TLS fails ({alert}): {PROTOCOL}"
