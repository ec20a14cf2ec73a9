"""The pair of keys by which push services know the sender (RFC 8292)."""

from base64 import urlsafe_b64encode

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def new_pair() -> tuple[str, str]:
    """A private key and its public one, in base64url without padding, as browsers take it."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_numbers().private_value.to_bytes(32, "big")
    public = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return (
        urlsafe_b64encode(private).decode().rstrip("="),
        urlsafe_b64encode(public).decode().rstrip("="),
    )
