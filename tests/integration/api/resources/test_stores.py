"""Both stores do what the interface says: a folder, and a bucket of an S3-compatible server."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from homeroom.errors import FileMissing, StoreUnavailable
from homeroom.files.folder import FolderStore
from homeroom.files.s3 import S3Store
from homeroom.files.store import FileType, Store, kept_key, upload_key
from homeroom.files.stores import store_of
from homeroom.settings import Settings
from tests.integration.api.resources.conftest import s3_settings
from tests.support.sharing import PATH, TEXT, Sharing
from tests.support.strength import at_full_strength

OF = FileType("plan für Ada.txt", "text/plain", len(TEXT))
SOON = timedelta(seconds=60)


@pytest.fixture(params=["folder", "s3"])
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    """The settings of each store; the bucket is there."""
    if request.param == "folder":
        return {"resource_folder": str(tmp_path)}
    address: str = request.getfixturevalue("s3_address")
    # Its first request loads what it is made of.
    httpx.put(f"{address}/files", timeout=60).raise_for_status()
    return s3_settings(address)


@pytest.fixture
def store(stored: dict[str, Any]) -> Store:
    return store_of(Settings(**stored))


async def put(store: Store, key: str, content: bytes) -> None:
    """As whoever has the address does."""
    of = FileType(OF.name, OF.media_type, len(content))
    address = await store.upload_address(key, of, "", datetime.now(UTC) + SOON)
    if isinstance(store, FolderStore):

        async def chunks() -> AsyncIterator[bytes]:
            yield content

        assert await store.write(key, chunks(), len(content))
        return
    async with httpx.AsyncClient() as client:
        sent = await client.put(address.url, content=content, headers=address.headers)
    assert sent.status_code == 200, sent.text


async def test_what_is_put_is_there_until_it_is_deleted(store: Store) -> None:
    arrived, kept = upload_key("a1"), kept_key("a1")
    assert await store.size_bytes(arrived) is None
    await store.copy(arrived, kept)
    content = bytes(range(256)) * 3_000
    await put(store, arrived, content)
    assert await store.size_bytes(arrived) == len(content)
    await store.copy(arrived, kept)
    # What comes later does not reach the copy.
    await put(store, arrived, content[::-1])
    assert b"".join([chunk async for chunk in store.read(kept)]) == content
    await store.delete(arrived)
    assert await store.size_bytes(arrived) is None
    assert b"".join([chunk async for chunk in store.read(kept)]) == content
    await store.delete(kept)
    await store.delete(kept)
    with pytest.raises(FileMissing):
        _ = [chunk async for chunk in store.read(kept)]


CONTENT = bytes(range(256)) * 3_000
WHOLE = FileType(OF.name, OF.media_type, len(CONTENT))


async def test_a_file_that_the_service_was_given_is_kept_as_it_is(store: Store) -> None:
    arrived = upload_key("a2")
    await store.put(arrived, WHOLE, BytesIO(CONTENT))
    assert await store.size_bytes(arrived) == len(CONTENT)
    assert b"".join([chunk async for chunk in store.read(arrived)]) == CONTENT


class Torn(BytesIO):
    """A file whose disk fails behind its first half."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell() >= len(CONTENT) // 2:
            raise OSError("the disk fails")
        return super().read(size)


@pytest.mark.parametrize("stored", ["folder"], indirect=True)
async def test_of_a_file_that_cannot_be_read_to_its_end_nothing_is_kept(store: Store) -> None:
    arrived = upload_key("a3")
    with pytest.raises(StoreUnavailable, match="the disk fails"):
        await store.put(arrived, WHOLE, Torn(CONTENT))
    assert await store.size_bytes(arrived) is None


@at_full_strength
@pytest.mark.parametrize("stored", ["s3"], indirect=True)
async def test_a_bucket_knows_the_type_of_what_it_was_given(store: Store) -> None:
    assert isinstance(store, S3Store)
    await store.put(upload_key("a4"), WHOLE, BytesIO(CONTENT))
    kept = await store._ask("head_object", Key=f"homeroom/{upload_key('a4')}")
    assert (kept["ContentType"], kept["ContentLength"]) == ("text/plain", len(CONTENT))


async def test_a_bucket_that_is_not_there_takes_no_file_and_it_is_said(s3_address: str) -> None:
    nowhere = store_of(Settings(**s3_settings(s3_address) | {"s3_bucket": "none"}))
    with pytest.raises(StoreUnavailable, match="NoSuchBucket"):
        await nowhere.put(upload_key("a5"), WHOLE, BytesIO(CONTENT))


def test_only_files_of_the_store_have_keys(store: Store) -> None:
    url = store.storage_url(kept_key("a1"))
    assert store.key_of(url) == kept_key("a1")
    for foreign in ("", "https://a.example/resources/a1", url + "/../b", url[1:]):
        assert store.key_of(foreign) is None


async def test_a_file_goes_the_whole_way(sharing: Sharing) -> None:
    resource_id = await sharing.shared(TEXT, "C-1")
    student = await sharing.download(resource_id, sharing.asking("S-1", "student"))
    fetched = await sharing.fetch(student)
    assert fetched.content == TEXT
    assert fetched.headers["content-type"].startswith("text/plain")
    assert fetched.headers["content-disposition"].startswith("attachment")
    await sharing.teacher.ask("DELETE", f"{PATH}/{resource_id}")
    await sharing.clean_up()
    assert (await sharing.fetch(student)).status_code in (403, 404)


@pytest.mark.parametrize("stored", ["s3"], indirect=True)
async def test_an_address_of_a_bucket_signs_size_type_and_end(store: Store) -> None:
    address = await store.upload_address(upload_key("a1"), OF, "", datetime.now(UTC) + SOON)
    query = parse_qs(urlsplit(address.url).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host"]
    assert 58 <= int(query["X-Amz-Expires"][0]) <= 60
    assert address.headers == {"Content-Type": "text/plain"}
    assert "secret" not in address.url
    got = await store.download_address(kept_key("a1"), OF, "", datetime.now(UTC) + SOON)
    disposition = parse_qs(urlsplit(got.url).query)["response-content-disposition"]
    assert disposition == [
        "attachment; filename=\"plan f_r Ada.txt\"; filename*=UTF-8''plan%20f%C3%BCr%20Ada.txt"
    ]


@at_full_strength
async def test_a_store_that_is_away_is_told_as_such() -> None:
    nowhere = s3_settings("http://127.0.0.1:1")
    with pytest.raises(StoreUnavailable):
        await store_of(Settings(**nowhere)).size_bytes(kept_key("a1"))
    with pytest.raises(StoreUnavailable):
        await store_of(Settings(**nowhere)).put(upload_key("a1"), WHOLE, BytesIO(CONTENT))
    with pytest.raises(StoreUnavailable):
        await store_of(Settings(resource_folder="/proc/none")).upload_address(
            upload_key("a1"), OF, "http://homeroom", datetime.now(UTC) + SOON
        )
