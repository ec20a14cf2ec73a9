"""Style sheets and scripts: files of ours and of others, each at an address that names its content.

A file under such an address never changes, so browsers keep it. The style sheets of the areas go
out as one, behind what they share: a browser asks once, and has the styles of all pages.
"""

import gzip
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from homeroom.api.envelopes import PAGES
from homeroom.api.routing import new_router

PREFIX = "/assets"
STYLES = "style.css"
TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
KEPT = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
router = new_router(PAGES, include_in_schema=False)


class Asset(NamedTuple):
    """A file, as it is and compressed; ``tag`` names the content."""

    content: bytes
    compressed: bytes
    tag: str
    media_type: str


@cache
def assets() -> dict[str, Asset]:
    """The files by name."""
    contents = {file.name: file.read_bytes() for file in _files()}
    areas = sorted(name for name in contents if name.endswith(".css") and name != STYLES)
    contents[STYLES] = b"\n".join([contents[STYLES], *(contents.pop(name) for name in areas)])
    return {name: _asset(name, content) for name, content in contents.items()}


def address_of(name: str) -> str:
    """Where a file is, below the prefix that a proxy gives the service."""
    return f"{PREFIX}/{assets()[name].tag}/{name}"


@router.get(PREFIX + "/{tag}/{name}")
async def asset(request: Request, tag: str, name: str) -> Response:
    """A file of the pages."""
    found = assets().get(name)
    if found is None or found.tag != tag:
        raise HTTPException(404)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = KEPT | {"Content-Encoding": "gzip"}
        return Response(found.compressed, headers=headers, media_type=found.media_type)
    return Response(found.content, headers=KEPT, media_type=found.media_type)


def _files() -> list[Traversable]:
    root = files(__package__) / "static"
    every = [*root.iterdir(), *(root / "vendor").iterdir()]
    return [file for file in every if file.is_file() and _suffix(file.name) in TYPES]


def _asset(name: str, content: bytes) -> Asset:
    tag = blake2b(content, digest_size=8).hexdigest()
    return Asset(content, gzip.compress(content, 9, mtime=0), tag, TYPES[_suffix(name)])


def _suffix(name: str) -> str:
    return name.rpartition(".")[2]
