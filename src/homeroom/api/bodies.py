"""Bodies of requests: JSON, of a limited size."""

from email.message import Message

from starlette.requests import ClientDisconnect, Request

from homeroom.api.errors import ApiError
from homeroom.api.waiting import CLIENT_CLOSED_REQUEST

# Several times what the largest possible body takes.
BODY_BYTES_MAX = 1024 * 1024
TOO_LARGE = f"The body has more than {BODY_BYTES_MAX:,} bytes"


async def json_bytes(request: Request) -> bytes:
    """The body, which is said to be JSON in UTF-8.

    Raises ApiError 415 where it is said to be something else, 413 for more than BODY_BYTES_MAX.
    """
    _check_announced(request)
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > BODY_BYTES_MAX:
                raise ApiError(413, TOO_LARGE)
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
