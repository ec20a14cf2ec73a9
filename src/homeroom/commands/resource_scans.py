"""Scans the files that nobody has scanned yet, and cleans up behind resources.

It runs in every worker. A claim in the database, which expires, keeps two from scanning one file at
the same time. Whoever is ended in the middle leaves its claim to the next; that a scan is published
once is decided where it is written. Nothing that fails here reaches the projector.
"""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from psycopg import AsyncConnection

from homeroom.commands.resource_cleanup import SQL, clean_up
from homeroom.commands.resources import note_scan
from homeroom.database import connect
from homeroom.engine.generations.registry import enter_live_async
from homeroom.errors import (
    FileMissing,
    NumberingBehind,
    ScannerErred,
    ScannerUnavailable,
    StoreUnavailable,
)
from homeroom.files.clamd import scanner_of
from homeroom.files.scanner import Scan, scan_file
from homeroom.files.store import FileType
from homeroom.files.stores import store_of
from homeroom.settings import Settings
from homeroom_kit.errors import HomeroomError
from homeroom_kit.tasks import backoff_seconds, in_background, was_cancelled

IDLE_SECONDS = 1.0
CLEAN_EVERY_SECONDS = 60.0
# A scan that takes longer is given up; its claim outlives it.
SCAN_SECONDS_MAX = 540.0
CLAIM_SECONDS = 600.0
PUT_OFF_SECONDS_MAX = 300.0
# A file that the scanner could not scan so often, within a quarter of an hour or more, has failed.
ERRORS_MAX = 10
END_SECONDS_MAX = 2.0
# The live generation was made by a version without resources.
NO_SUCH_TABLES = (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn)
LATER = (ScannerErred, ScannerUnavailable, StoreUnavailable, NumberingBehind, TimeoutError)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is this worker's to scan; how often it was claimed, and was not scannable."""

    resource_id: str
    attempts: int
    errors: int
    storage_url: str
    of: FileType

    @property
    def put_off_seconds(self) -> float:
        """How long to wait for the next attempt: twice as long each time, up to some minutes."""
        return min(PUT_OFF_SECONDS_MAX, 2.0 ** min(self.attempts, 16))


class ResourceScans:
    """Scans one file after the other; `run` goes on until it is cancelled."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._scanner = scanner_of(settings)
        self._store = store_of(settings)
        self._clean_at_seconds = 0.0
        self._trouble = ""
        self._failures = 0

    async def run(self) -> None:
        """Scans, and tries again after every error; each kind of error is logged once."""
        while True:
            try:
                await self._run_connected()
            except (psycopg.Error, HomeroomError, OSError) as error:
                self._say(error)
            except (Exception, asyncio.CancelledError) as error:
                if was_cancelled():
                    raise
                # A bug here or in a library must not end it for good.
                if self._trouble != type(error).__name__:
                    log.exception("resources not scanned, trying again")
                self._trouble = type(error).__name__
            self._failures += 1
            await asyncio.sleep(backoff_seconds(self._failures))

    async def _run_connected(self) -> None:
        url = self._settings.require_database("worker")
        async with await connect(url, "homeroom scans") as connection:
            await connection.execute(SQL["prepare_session"])
            while True:
                busy = await self.scan_next(connection)
                busy = await self.clean_up(connection) or busy
                self._failures = 0
                if not busy:
                    await asyncio.sleep(IDLE_SECONDS)

    async def scan_next(self, connection: AsyncConnection[Any]) -> bool:
        """Scans the oldest file that nobody has scanned or is scanning; whether there was one."""
        try:
            claim = await self._claim(connection)
        except NO_SUCH_TABLES:
            return False
        if claim is None:
            return False
        try:
            await self._scan_claimed(connection, claim)
        except LATER as error:
            self._say(error)
            erred = isinstance(error, ScannerErred)
            await _put_off(connection, claim, claim.put_off_seconds, errors=int(erred))
        return True

    async def _scan_claimed(self, connection: AsyncConnection[Any], claim: Claim) -> None:
        scan = await self._scan(claim)
        if scan is None:
            await _put_off(connection, claim, PUT_OFF_SECONDS_MAX)
            return
        known = {"resource": claim.resource_id, "status": scan.verdict, "why": scan.why}
        if await note_scan(connection, claim.resource_id, scan.verdict, datetime.now(UTC)):
            log.info("resource scanned", **known)
        self._trouble = ""
        await connection.execute(SQL["done"], {"resource_id": claim.resource_id})

    async def _claim(self, connection: AsyncConnection[Any]) -> Claim | None:
        async with connection.transaction():
            await enter_live_async(connection)
            claimed = await connection.execute(SQL["claim"], {"seconds": CLAIM_SECONDS})
            if (row := await claimed.fetchone()) is None:
                return None
            file = await connection.execute(SQL["file"], {"resource_id": row[0]})
            storage_url, media_type, size_bytes = await file.fetchone() or ("", "", 0)
        return Claim(row[0], row[1], row[2], storage_url, FileType("", media_type, size_bytes))

    async def _scan(self, claim: Claim) -> Scan | None:
        """What a file is; None for one that lies in another store."""
        key = self._store.key_of(claim.storage_url)
        if key is None:
            return None
        try:
            async with asyncio.timeout(SCAN_SECONDS_MAX):
                return await scan_file(self._scanner, claim.of, self._store.read(key))
        except FileMissing:
            return Scan("failed", "the store has no such file")
        except ScannerErred as error:
            if claim.errors + 1 < ERRORS_MAX:
                raise
            return Scan("failed", str(error))

    async def clean_up(self, connection: AsyncConnection[Any]) -> bool:
        """Cleans up where that is due; whether there is more of it."""
        now = asyncio.get_running_loop().time()
        if now < self._clean_at_seconds:
            return False
        days = self._settings.uploader_address_retention_days
        try:
            more = await clean_up(connection, self._store, days)
        except StoreUnavailable as error:
            # Files are scanned all the same.
            more = False
            log.warning("files not deleted, trying again", error=str(error))
        self._clean_at_seconds = 0.0 if more else now + CLEAN_EVERY_SECONDS
        return more

    def _say(self, error: Exception) -> None:
        kind = type(error).__name__
        if self._trouble != kind:
            text = str(error).strip() or "it took too long"
            log.warning("resources not scanned, trying again", error=text, error_type=kind)
        self._trouble = kind


async def _put_off(
    connection: AsyncConnection[Any], claim: Claim, seconds: float, errors: int = 0
) -> None:
    told = {"resource_id": claim.resource_id, "seconds": seconds, "errors": errors}
    await connection.execute(SQL["put_off"], told)


def scanning(settings: Settings) -> AbstractAsyncContextManager[None]:
    """Scans while the block runs; errors do not reach it.

    Raises ConfigurationError where the scanner's address is none.
    """
    return in_background(ResourceScans(settings).run(), "scanning resources", END_SECONDS_MAX)
