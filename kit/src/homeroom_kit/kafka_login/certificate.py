"""Looks at a client's certificate and key before brokers do, who say little of what is wrong."""

from datetime import UTC, datetime

from homeroom_kit.errors import ConfigurationError

try:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
except ImportError:
    raise ConfigurationError(
        "HOMEROOM_KAFKA_CERTIFICATE_FILE needs the package `cryptography`: install "
        "homeroom-kit[certificates]."
    ) from None


def check(certificate: bytes, key: bytes, key_setting: str, password: str) -> None:
    """Raises ConfigurationError unless the certificate is valid now, and the key is its key."""
    leaf = _leaf(certificate)
    private = _private(key, key_setting, password)
    if private.public_key() != leaf.public_key():
        raise ConfigurationError(
            f"The key that {key_setting} names is not that of the certificate "
            f"{leaf.subject.rfc4514_string()} in HOMEROOM_KAFKA_CERTIFICATE_FILE. In a chain, the "
            "client's own certificate comes first."
        )


def _leaf(pem: bytes) -> x509.Certificate:
    try:
        leaf = x509.load_pem_x509_certificates(pem)[0]
    except ValueError as error:
        raise ConfigurationError(
            f"HOMEROOM_KAFKA_CERTIFICATE_FILE names a file without a PEM certificate: {error}."
        ) from None
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if not begins <= datetime.now(UTC) <= ends:
        raise ConfigurationError(
            f"The certificate {leaf.subject.rfc4514_string()} in HOMEROOM_KAFKA_CERTIFICATE_FILE "
            f"is valid from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} (UTC), and not now. "
            "Give one that is, or set the clock."
        )
    return leaf


def _private(pem: bytes, setting: str, password: str) -> PrivateKeyTypes:
    try:
        return load_pem_private_key(pem, password.encode() if password else None)
    except TypeError:
        if password:
            # The key needs none.
            return load_pem_private_key(pem, None)
        problem = "is encrypted: set HOMEROOM_KAFKA_KEY_PASSWORD"
    except (ValueError, UnsupportedAlgorithm):
        problem = (
            "cannot be read: HOMEROOM_KAFKA_KEY_PASSWORD is wrong, or it is no PEM key"
            if password
            else "cannot be read: it is no PEM key"
        )
    raise ConfigurationError(f"The key that {setting} names {problem}.")
