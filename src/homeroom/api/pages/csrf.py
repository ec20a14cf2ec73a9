"""The CSRF token of a session, as pages show it: masked anew for every answer.

Whoever sees how long compressed answers are, and can have the browser ask again and again, could
else guess what stands in all of them (BREACH). The mask is a one-time pad beside the token, as
Django and Rails have it.
"""

import hmac
from secrets import token_bytes


def masked(token: bytes) -> str:
    """The token as one answer shows it, in hexadecimal: the pad, then the token under it."""
    pad = token_bytes(len(token))
    return (pad + _xor(pad, token)).hex()


def is_same_token(given: str, wanted: str) -> bool:
    """Whether both are the same token under whatever masks; takes as long either way.

    ``wanted``: what ``masked`` made; ``given``: any text.
    """
    try:
        return hmac.compare_digest(_unmasked(given), _unmasked(wanted))
    except ValueError:
        return False


def _unmasked(text: str) -> bytes:
    both = bytes.fromhex(text)
    half, odd = divmod(len(both), 2)
    if odd or not both:
        raise ValueError("no masked token has this length")
    return _xor(both[:half], both[half:])


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
