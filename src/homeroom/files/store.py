"""The interface of a store of files: what it keeps, and for whom it signs addresses.

A file is uploaded under one key and kept under another, so that whoever has the address to upload
to cannot change what was scanned.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

CHUNK_BYTES = 256 * 1024
_KEY = re.compile(r"(uploads|resources)/[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """A request that somebody without a token may make until it expires."""

    method: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class FileType:
    """What a file is said to be. ``size_bytes``: exactly so many."""

    name: str
    media_type: str
    size_bytes: int


class Store(Protocol):
    """Keeps files under keys; every method raises StoreUnavailable.

    ``at``: the service's own address of the file, for a store that has none itself.
    """

    async def prepare(self) -> None:
        """What takes long and is done once, before anybody waits for it."""
        ...

    def storage_url(self, key: str) -> str:
        """Where a file is, as events say it; no address that anybody could open."""
        ...

    def key_of(self, storage_url: str) -> str | None:
        """The key of a file of this store; None for one of another."""
        ...

    async def upload_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        """Where a file of this type and size, and no other, may be put."""
        ...

    async def download_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        """Where a file can be fetched, as one to be saved under its name."""
        ...

    async def put(self, key: str, of: FileType, file: BinaryIO) -> None:
        """Keep a file that the service itself was given, whole or not at all."""
        ...

    async def size_bytes(self, key: str) -> int | None:
        """The size of a file; None where there is none."""
        ...

    async def copy(self, key: str, to: str) -> None:
        """Keep a file under another key, too; nothing where there is none."""
        ...

    def read(self, key: str) -> AsyncIterator[bytes]:
        """The bytes of a file; FileMissing where there is none."""
        ...

    async def delete(self, key: str) -> None:
        """Delete a file; nothing where there is none."""
        ...


def upload_key(resource_id: str) -> str:
    """Where a file arrives."""
    return f"uploads/{resource_id}"


def kept_key(name: str) -> str:
    """Where a file of this name stays; the name begins with the resource's id."""
    return f"resources/{name}"


def known_key(text: str) -> str | None:
    """The text, where it is a key."""
    return text if _KEY.fullmatch(text) else None
