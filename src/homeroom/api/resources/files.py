"""The addresses of a folder that serves as the store: the service itself takes and gives files.

They need no token: the signature in the address says who may do what, and until when.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Query
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from homeroom.api.errors import ApiError
from homeroom.api.resources.surface import PATH, ResourceId, router
from homeroom.api.services import services_of_app
from homeroom.api.waiting import CLIENT_CLOSED_REQUEST
from homeroom.files.dispositions import attachment
from homeroom.files.folder import FolderStore
from homeroom.files.store import FileType, kept_key, known_key, upload_key

NOT_SIGNED = "The address has expired, or is none of ours"
Signed = Annotated[str, Query(description="As the address has it.")]
SignedType = Annotated[str, Query(alias="type", description="As the address has it.")]


def _folder(request: Request) -> FolderStore:
    store = services_of_app(request).store
    if not isinstance(store, FolderStore):
        raise ApiError(404, "Not found")
    return store


def _checked(
    request: Request, key: str, name: str, media_type: str, size: str, expires: str, signature: str
) -> tuple[FolderStore, FileType]:
    """The store, and the file that the address is for; ApiError 403 for another address."""
    store = _folder(request)
    numbers = size.isdecimal() and expires.isdecimal() and len(size + expires) < 40
    of = FileType(name, media_type, int(size) if numbers else 0)
    signed = numbers and signature.isascii() and known_key(key) is not None
    method = "GET" if request.method == "HEAD" else request.method
    if not signed or not store.is_signed(method, key, of, int(expires), signature):
        raise ApiError(403, NOT_SIGNED)
    return store, of


@router.put(f"{PATH}/{{id:any}}/file", include_in_schema=False)
async def take_file(
    request: Request, resource_id: ResourceId, name: Signed = "", media_type: SignedType = "",
    size: Signed = "", expires: Signed = "", signature: Signed = "",
) -> Response:  # fmt: skip
    """Take the file that was announced, and no other."""
    key = upload_key(resource_id)
    store, of = _checked(request, key, name, media_type, size, expires, signature)
    if request.headers.get("content-type", "") != of.media_type:
        raise ApiError(403, f"The header Content-Type must be {of.media_type}, as it was announced")
    try:
        whole = await store.write(key, request.stream(), of.size_bytes)
    except ClientDisconnect:
        raise ApiError(CLIENT_CLOSED_REQUEST, "The caller has gone") from None
    if not whole:
        raise ApiError(400, f"The file must have {of.size_bytes} bytes, as it was announced")
    return Response(status_code=200)


@router.get(f"{PATH}/{{id:any}}/file", include_in_schema=False)
async def give_file(
    request: Request, kept_name: ResourceId, name: Signed = "", media_type: SignedType = "",
    size: Signed = "", expires: Signed = "", signature: Signed = "",
) -> Response:  # fmt: skip
    """Give a clean file to whoever has the address."""
    key = kept_key(kept_name)
    store, of = _checked(request, key, name, media_type, size, expires, signature)
    size_bytes = await store.size_bytes(key)
    if size_bytes is None:
        raise ApiError(404, "The file is not there any more")
    headers = {
        "Content-Disposition": attachment(of.name),
        "Content-Length": str(size_bytes),
        "Cache-Control": "private, no-store",
    }
    chunks: AsyncIterator[bytes] = store.read(key)
    return StreamingResponse(chunks, 200, headers, media_type=of.media_type)
