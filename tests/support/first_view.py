"""What a browser gets of a page until it is shown: the page, its files, and the parts that it loads
by itself. Counted without a browser, as it goes over the wire.
"""

import html
import re

import httpx

# What a browser says of who asked: its user, or a link on another site, such as the one that led
# here from where people sign in.
BY_USER, BY_ANOTHER_SITE = "none", "cross-site"
_FILES = re.compile(r'(?:src|href)="([^"]*/assets/[^"]+)"')
_PARTS = re.compile(r'hx-get="([^"]+)" hx-trigger="load"')


async def first_view(
    client: httpx.AsyncClient, path: str, asked: str = BY_USER
) -> dict[str, int]:  # fmt: skip
    """Bytes by address, heads included."""
    page = await client.get(path, headers={"Sec-Fetch-Site": asked})
    assert page.status_code == 200, (path, page.status_code, page.text)
    sizes = {path: _bytes_of(page)}
    loaded = {address: {} for address in _FILES.findall(page.text)}
    loaded |= {html.unescape(address): {"HX-Request": "true"}
               for address in _PARTS.findall(page.text)}  # fmt: skip
    for address, headers in loaded.items():
        answer = await client.get(address, headers={"Sec-Fetch-Site": "same-origin"} | headers)
        assert answer.status_code == 200, (address, answer.text)
        sizes[address] = _bytes_of(answer)
    return sizes


def _bytes_of(answer: httpx.Response) -> int:
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return head + answer.num_bytes_downloaded
