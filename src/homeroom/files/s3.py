"""Files in a bucket of an S3-compatible store."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Lock
from typing import Any, BinaryIO

from typing_extensions import override

from homeroom.errors import FileMissing, StoreUnavailable
from homeroom.files.dispositions import attachment
from homeroom.files.store import CHUNK_BYTES, FileType, SignedAddress, Store, known_key
from homeroom.settings import Settings

CONNECT_SECONDS_MAX = 3
READ_SECONDS_MAX = 20
ATTEMPTS_MAX = 3
NOT_THERE = ("404", "NoSuchKey", "NotFound")


class S3Store(Store):
    """A bucket, or what lies below a prefix in it. `prepare` loads the client; nothing is
    connected before it is needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bucket = settings.s3_bucket
        self._prefix = settings.s3_prefix
        self._client: Any = None
        self._lock = Lock()

    async def prepare(self) -> None:
        await self._in_thread(self._connected)

    def storage_url(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{key}"

    def key_of(self, storage_url: str) -> str | None:
        start = f"s3://{self._bucket}/{self._prefix}"
        return known_key(storage_url.removeprefix(start)) if storage_url.startswith(start) else None

    @override
    async def upload_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        # The size is signed, so the store refuses a file of another one.
        said = {"ContentType": of.media_type, "ContentLength": of.size_bytes}
        url = await self._signed("put_object", key, expires_at, **said)
        return SignedAddress("PUT", url, {"Content-Type": of.media_type}, expires_at)

    @override
    async def download_address(
        self, key: str, of: FileType, at: str, expires_at: datetime
    ) -> SignedAddress:
        said = {
            "ResponseContentDisposition": attachment(of.name),
            "ResponseContentType": of.media_type,
        }
        url = await self._signed("get_object", key, expires_at, **said)
        return SignedAddress("GET", url, {}, expires_at)

    async def put(self, key: str, of: FileType, file: BinaryIO) -> None:
        await self._ask(
            "put_object", Key=self._prefix + key, Body=file, ContentType=of.media_type,
            ContentLength=of.size_bytes,
        )  # fmt: skip

    async def size_bytes(self, key: str) -> int | None:
        try:
            head = await self._ask("head_object", Key=self._prefix + key)
        except FileMissing:
            return None
        return int(head["ContentLength"])

    async def copy(self, key: str, to: str) -> None:
        source = {"Bucket": self._bucket, "Key": self._prefix + key}
        with suppress(FileMissing):
            await self._ask("copy_object", Key=self._prefix + to, CopySource=source)

    async def read(self, key: str) -> AsyncIterator[bytes]:
        body = (await self._ask("get_object", Key=self._prefix + key))["Body"]
        try:
            while chunk := await self._in_thread(body.read, CHUNK_BYTES):
                yield chunk
        finally:
            body.close()

    async def delete(self, key: str) -> None:
        await self._ask("delete_object", Key=self._prefix + key)

    async def _signed(self, what: str, key: str, expires_at: datetime, **said: Any) -> str:
        seconds = max(1, round((expires_at - datetime.now(UTC)).total_seconds()))
        parameters = {"Bucket": self._bucket, "Key": self._prefix + key, **said}
        signed: str = await self._in_thread(
            lambda: self._connected().generate_presigned_url(what, parameters, seconds)
        )
        return signed

    async def _ask(self, what: str, **parameters: Any) -> Any:
        return await self._in_thread(
            lambda: getattr(self._connected(), what)(Bucket=self._bucket, **parameters)
        )

    async def _in_thread(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What botocore does, in a thread; raises FileMissing or StoreUnavailable."""
        # It takes most of a second to load: only whoever has resources waits for it.
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return await asyncio.to_thread(work, *arguments)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in NOT_THERE:
                raise FileMissing from error
            raise StoreUnavailable(str(error)) from error
        except (BotoCoreError, OSError) as error:
            raise StoreUnavailable(str(error)) from error

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                self._client = self._make_client()
        return self._client

    def _make_client(self) -> Any:
        import botocore.session
        from botocore.config import Config

        settings = self._settings
        config = Config(
            signature_version="s3v4",
            connect_timeout=CONNECT_SECONDS_MAX,
            read_timeout=READ_SECONDS_MAX,
            retries={"total_max_attempts": ATTEMPTS_MAX, "mode": "standard"},
            # A store of one's own seldom has a name for each bucket.
            s3={"addressing_style": "path" if settings.s3_endpoint_url else "auto"},
            # Else an address could be used only by those who compute a checksum.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        secret = settings.s3_secret_access_key.get_secret_value()
        return botocore.session.get_session().create_client(
            "s3",
            region_name=settings.s3_region or None,
            endpoint_url=settings.s3_endpoint_url or None,
            aws_access_key_id=settings.s3_access_key_id or None,
            aws_secret_access_key=secret or None,
            config=config,
        )
