"""Bodies of requests: JSON, of a limited size."""

from email.message import Message

from starlette.requests import ClientDisconnect, Request

from homeroom.api.errors import ApiError
from homeroom.api.waiting import CLIENT_CLOSED_REQUEST

# Several times what the largest possible body takes.
BODY_BYTES_MAX = 1024 * 1024


def too_large(bytes_max: int) -> str:
    """What is said of a body that has more."""
    return f"The body has more than {bytes_max:,} bytes"


async def json_bytes(request: Request) -> bytes:
    """The body, which is said to be JSON in UTF-8.

    Raises ApiError 415 where it is said to be something else, 413 for more than BODY_BYTES_MAX.
    """
    _check_announced(request)
    return await bytes_of(request, BODY_BYTES_MAX)


async def bytes_of(request: Request, bytes_max: int) -> bytes:
    """The body, whatever it is; ApiError 413 where it has more than so many bytes."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > bytes_max:
        raise ApiError(413, too_large(bytes_max))
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > bytes_max:
                raise ApiError(413, too_large(bytes_max))
    except ClientDisconnect:
        raise ApiError(CLIENT_CLOSED_REQUEST, "The caller has gone") from None
    return bytes(body)


def _check_announced(request: Request) -> None:
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding != "identity":
        raise ApiError(415, "The body must not be compressed", {"Accept-Encoding": "identity"})
    given = request.headers.get("content-type")
    if given is None:
        return
    message = Message()
    message["Content-Type"] = given
    charset = message.get_content_charset("utf-8")
    if message.get_content_type() != "application/json" or charset not in ("utf-8", "us-ascii"):
        raise ApiError(
            415, "The body must be application/json in UTF-8", {"Accept": "application/json"}
        )
