"""The headers of every answer that protect it in browsers and on its way to them."""

from collections.abc import Iterable, Mapping, Sequence

from homeroom.settings import Settings

RawHeader = tuple[bytes, bytes]

# What an answer says itself stays: the page of the documentation has a policy of its own, and a
# read that is confirmed by its ETag may be kept by its caller. Answers are data: a browser that
# shows one as a page loads nothing for it, and puts it into no frame. Nobody keeps what says
# nothing else: a refusal and the result of a command may name persons, too.
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "no-store",
}


def security_headers(settings: Settings) -> dict[str, str]:
    """Those of every answer; Strict-Transport-Security only where it is set."""
    if not settings.hsts_seconds:
        return ALWAYS
    return ALWAYS | {"Strict-Transport-Security": f"max-age={settings.hsts_seconds}"}


def raw(headers: Mapping[str, str]) -> list[RawHeader]:
    """As ASGI has them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


def completed(headers: Iterable[RawHeader], defaults: Sequence[RawHeader]) -> list[RawHeader]:
    """An answer's headers, and those of the defaults that it does not say itself."""
    listed = [*headers]
    said = {name for name, _ in listed}
    return listed + [header for header in defaults if header[0] not in said]
