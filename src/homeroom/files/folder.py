"""Files in a folder of this machine, for local development.

The service itself takes and gives the files, at addresses that it signs with a key in the folder.
"""

import asyncio
import hmac
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlencode

from homeroom.errors import FileMissing, StoreUnavailable
from homeroom.files.store import CHUNK_BYTES, FileType, SignedAddress, known_key
from homeroom.settings import Settings

SCHEME = "folder:"
KEY_FILE = ".key"
USUAL = Path("~/.cache/homeroom/resources")


class FolderStore:
    """A folder, made when the first file comes; query services and workers must share it."""

    def __init__(self, settings: Settings) -> None:
        self._root = Path(settings.resource_folder or USUAL).expanduser()
        self._secret: bytes | None = None

    async def prepare(self) -> None:
        pass

    def storage_url(self, key: str) -> str:
        return f"{SCHEME}{key}"

    def key_of(self, storage_url: str) -> str | None:
        if not storage_url.startswith(SCHEME):
            return None
        return known_key(storage_url.removeprefix(SCHEME))

    async def upload_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        url = self._signed("PUT", key, of, at, expires_at)
        return SignedAddress("PUT", url, {"Content-Type": of.media_type}, expires_at)

    async def download_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        return SignedAddress("GET", self._signed("GET", key, of, at, expires_at), {}, expires_at)

    async def put(self, key: str, of: FileType, file: BinaryIO) -> None:
        await self.write(key, _chunks(file), of.size_bytes)

    async def size_bytes(self, key: str) -> int | None:
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def copy(self, key: str, to: str) -> None:
        try:
            # Nobody writes into a file that is there: what is put later replaces it, here alone.
            os.link(self._path(key), self._made(to))
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def read(self, key: str) -> AsyncIterator[bytes]:
        try:
            with self._path(key).open("rb") as file:
                while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
                    yield chunk
        except FileNotFoundError as error:
            # Whoever signs addresses has made the key: no file came into a folder without it.
            if not (self._root / KEY_FILE).exists():
                raise StoreUnavailable(
                    f"{self._root} is not the folder of the query service: let both have the same "
                    "HOMEROOM_RESOURCE_FOLDER, or set HOMEROOM_S3_BUCKET"
                ) from error
            raise FileMissing from error
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def delete(self, key: str) -> None:
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error

    async def write(self, key: str, chunks: AsyncIterator[bytes], size_bytes: int) -> bool:
        """Put a file there, whole or not at all; whether it had exactly so many bytes."""
        try:
            path = self._made(key)
            part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
            written = 0
            try:
                with part.open("wb") as file:
                    async for chunk in chunks:
                        written += len(chunk)
                        if written > size_bytes:
                            return False
                        await asyncio.to_thread(file.write, chunk)
                if written == size_bytes:
                    part.replace(path)
            finally:
                part.unlink(missing_ok=True)
        except OSError as error:
            raise StoreUnavailable(str(error)) from error
        return written == size_bytes

    def is_signed(self, method: str, key: str, of: FileType, expires: int, signature: str) -> bool:
        """Whether an address is one of ours that has not expired."""
        signed = self._signature(method, key, of, expires)
        return hmac.compare_digest(signed, signature) and datetime.now(UTC).timestamp() < expires

    def _signed(
        self, method: str, key: str, of: FileType, at: str, expires_at: datetime
    ) -> str:  # fmt: skip
        expires = int(expires_at.timestamp())
        query = {
            "name": of.name, "type": of.media_type, "size": of.size_bytes, "expires": expires,
            "signature": self._signature(method, key, of, expires),
        }  # fmt: skip
        return f"{at}?{urlencode(query)}"

    def _signature(self, method: str, key: str, of: FileType, expires: int) -> str:
        parts = (method, key, of.name, of.media_type, str(of.size_bytes), str(expires))
        return hmac.digest(self._key(), "\n".join(parts).encode(), "sha256").hex()

    def _key(self) -> bytes:
        """The same for all who share the folder: whoever comes first makes it."""
        if self._secret is None:
            path = self._root / KEY_FILE
            try:
                self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
                own = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
                own.touch(mode=0o600)
                own.write_bytes(secrets.token_bytes(32))
                # A link is there whole or not at all, and only once.
                with suppress(FileExistsError):
                    os.link(own, path)
                own.unlink()
                self._secret = path.read_bytes()
            except OSError as error:
                raise StoreUnavailable(str(error)) from error
        return self._secret

    def _path(self, key: str) -> Path:
        if known_key(key) is None:
            raise FileMissing
        return self._root / key

    def _made(self, key: str) -> Path:
        path = self._path(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    while chunk := await asyncio.to_thread(file.read, CHUNK_BYTES):
        yield chunk
