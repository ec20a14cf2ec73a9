"""The interface of a scanner of files, and what is looked at whatever scans."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Literal, Protocol

from homeroom.files.media_types import is_of_type
from homeroom.files.store import FileType

Verdict = Literal["clean", "infected", "failed"]
# Enough to know a type by.
HEAD_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of a scan. ``why``: for the log, where it is not clean."""

    verdict: Verdict
    why: str = ""


CLEAN = Scan("clean")


class Scanner(Protocol):
    """Looks for viruses in the bytes of one file at a time."""

    async def scan(self, chunks: AsyncIterator[bytes]) -> Scan:
        """What a file is.

        Raises ScannerUnavailable where nobody answers, ScannerErred where the scanner could not.
        """
        ...


class NoScanner:
    """For local development: whatever is of its type and size is clean."""

    async def scan(self, chunks: AsyncIterator[bytes]) -> Scan:
        """Reads it to its end."""
        async for _ in chunks:
            pass
        return CLEAN


class _Counted:
    """The chunks of a file, the first of them read already; counts the bytes of all."""

    def __init__(self, head: bytes, chunks: AsyncIterator[bytes]) -> None:
        self.size_bytes = 0
        self._head = head
        self._chunks = chunks

    async def all(self) -> AsyncIterator[bytes]:
        self.size_bytes = len(self._head)
        if self._head:
            yield self._head
        async for chunk in self._chunks:
            self.size_bytes += len(chunk)
            yield chunk


async def scan_file(scanner: Scanner, of: FileType, chunks: AsyncIterator[bytes]) -> Scan:
    """What a file is that is said to be of this type and size; what is not so has failed.

    Raises what the scanner does, and what reading the file raises.
    """
    head = b""
    async for chunk in chunks:
        head += chunk
        if len(head) >= HEAD_BYTES:
            break
    if not is_of_type(head, of.media_type):
        return Scan("failed", f"it is no {of.media_type}")
    counted = _Counted(head, chunks)
    scan = await scanner.scan(counted.all())
    if scan.verdict == "clean" and counted.size_bytes != of.size_bytes:
        return Scan("failed", f"it has {counted.size_bytes} bytes, not {of.size_bytes}")
    return scan
