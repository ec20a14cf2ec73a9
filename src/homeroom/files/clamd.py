"""ClamAV's daemon, asked by its protocol (clamd(8), "INSTREAM")."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import closing, suppress

from homeroom.errors import ScannerErred, ScannerUnavailable
from homeroom.files.scanner import CLEAN, NoScanner, Scan, Scanner
from homeroom.settings import Settings
from homeroom_kit.errors import ConfigurationError

CONNECT_SECONDS_MAX = 5.0
# For each chunk, and for the answer after the last one.
SILENCE_SECONDS_MAX = 120.0
ANSWER_BYTES_MAX = 4096
COMMAND = b"zINSTREAM\0"
END = struct.pack("!I", 0)
TOO_LARGE = "size limit exceeded"


class ClamdScanner:
    """Sends each file to the daemon over a connection of its own.

    ``address``: ``host:port``, or the path of a socket; ConfigurationError for anything else.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        host, colon, port = address.rpartition(":")
        self._socket = address if address.startswith("/") else ""
        self._host = host.strip("[]")
        if not self._socket and not (colon and host and port.isdigit() and int(port) < 65_536):
            raise ConfigurationError(
                f"HOMEROOM_CLAMD_ADDRESS: {address!r} is no address: write host:port, or the path "
                "of a socket, as /run/clamav/clamd.ctl."
            )
        self._port = 0 if self._socket else int(port)

    async def scan(self, chunks: AsyncIterator[bytes]) -> Scan:
        """What the daemon says of a file; raises ScannerErred and ScannerUnavailable."""
        try:
            connection = await asyncio.to_thread(self._connect)
        except OSError as error:
            raise self._unavailable(error) from error
        # No stream of asyncio: it forgets what has come where a write fails.
        with closing(connection):
            try:
                with suppress(ConnectionError):
                    # The daemon answers, and reads no further, where a file is too large for it.
                    await _send(connection, chunks)
                answer = await _answer(connection)
            except OSError as error:
                raise self._unavailable(error) from error
        return self._read(answer)

    def _connect(self) -> socket.socket:
        if self._socket:
            connection = socket.socket(socket.AF_UNIX)
            connection.settimeout(CONNECT_SECONDS_MAX)
            try:
                connection.connect(self._socket)
            except OSError:
                connection.close()
                raise
        else:
            connection = socket.create_connection((self._host, self._port), CONNECT_SECONDS_MAX)
        connection.setblocking(False)
        return connection

    def _read(self, answer: str) -> Scan:
        said = answer.removeprefix("stream: ")
        if said == "OK":
            return CLEAN
        if said.endswith(" FOUND"):
            return Scan("infected", said.removesuffix(" FOUND"))
        if TOO_LARGE in said:
            return Scan("failed", "it is larger than the scanner takes (StreamMaxLength)")
        if said.endswith(" ERROR"):
            raise ScannerErred(said.removesuffix(" ERROR"))
        raise ScannerUnavailable(f"{self._address} says {said!r}")

    def _unavailable(self, error: Exception) -> ScannerUnavailable:
        reason = str(error) or "no answer in time"
        return ScannerUnavailable(f"{self._address}: {reason}")


async def _send(connection: socket.socket, chunks: AsyncIterator[bytes]) -> None:
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(connection, COMMAND)
    async for chunk in chunks:
        async with asyncio.timeout(SILENCE_SECONDS_MAX):
            await loop.sock_sendall(connection, struct.pack("!I", len(chunk)) + chunk)
    await loop.sock_sendall(connection, END)


async def _answer(connection: socket.socket) -> str:
    """What the daemon says, up to the NUL that ends it."""
    loop = asyncio.get_running_loop()
    answer = b""
    async with asyncio.timeout(SILENCE_SECONDS_MAX):
        while not answer.endswith(b"\0") and len(answer) < ANSWER_BYTES_MAX:
            received = await loop.sock_recv(connection, ANSWER_BYTES_MAX)
            if not received:
                raise ConnectionError("the connection ended before the answer")
            answer += received
    return answer.rstrip(b"\0").decode(errors="replace").strip()


def scanner_of(settings: Settings) -> Scanner:
    """The scanner that the settings name; ConfigurationError."""
    return ClamdScanner(settings.clamd_address) if settings.clamd_address else NoScanner()
