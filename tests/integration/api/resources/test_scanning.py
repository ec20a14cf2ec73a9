"""Files are scanned once, by whichever worker lives, and by ClamAV's daemon where there is one."""

import asyncio
import shutil
import socket
import struct
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from homeroom.commands.resource_scans import ERRORS_MAX, ResourceScans
from homeroom.commands.resources import note_scan
from homeroom.database import connect
from homeroom.errors import ScannerErred, ScannerUnavailable
from homeroom.files.clamd import ClamdScanner
from homeroom.files.scanner import Scan
from homeroom_kit.errors import ConfigurationError
from tests.support import wait_for
from tests.support.sharing import EICAR, TEXT, Sharing

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
# Ours, for the usual test string: name, any type of file, anywhere in it, its bytes.
SIGNATURE = f"Homeroom.Test.Eicar:0:*:{EICAR.hex()}\n"
DUE = "UPDATE homeroom.resource_scan SET claimed_until = now() - interval '1 second'"
ANSWERS = {
    b"clean": b"stream: OK\0",
    b"virus": b"stream: Some.Virus FOUND\0",
    b"large": b"INSTREAM size limit exceeded. ERROR\0",
    b"memory": b"stream: Can't allocate memory ERROR\0",
    b"other": b"UNKNOWN COMMAND\0",
}


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@asynccontextmanager
async def answering() -> AsyncIterator[str]:
    """A server that speaks the daemon's protocol, and answers by what it was sent."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.readexactly(10) == b"zINSTREAM\0"
        sent = b""
        while length := struct.unpack("!I", await reader.readexactly(4))[0]:
            sent += await reader.readexactly(length)
        writer.write(ANSWERS[sent])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_every_answer_of_the_daemon_is_understood() -> None:
    async with answering() as address:
        scanner = ClamdScanner(address)
        assert (await scanner.scan(chunks(b"cl", b"ean"))).verdict == "clean"
        virus = await scanner.scan(chunks(b"virus"))
        assert (virus.verdict, virus.why) == ("infected", "Some.Virus")
        assert (await scanner.scan(chunks(b"large"))).verdict == "failed"
        with pytest.raises(ScannerErred, match="memory"):
            await scanner.scan(chunks(b"memory"))
        with pytest.raises(ScannerUnavailable, match="UNKNOWN"):
            await scanner.scan(chunks(b"other"))


async def test_a_daemon_that_is_away_is_told_as_such() -> None:
    with pytest.raises(ScannerUnavailable, match=r"127\.0\.0\.1:1"):
        await ClamdScanner("127.0.0.1:1").scan(chunks(b"x"))


@pytest.mark.parametrize("address", ["clamd", "host:", ":3310", "host:port", "host:99999"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="HOMEROOM_CLAMD_ADDRESS"):
        ClamdScanner(address)


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The socket of a real daemon that knows the test string alone."""
    if CLAMD is None:
        pytest.skip("there is no clamd on this machine: Debian has it as clamav-daemon")
    folder = tmp_path_factory.mktemp("clamd")
    path = folder / "clamd.sock"
    (folder / "homeroom.ndb").write_text(SIGNATURE)
    configuration = folder / "clamd.conf"
    configuration.write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {path}\nForeground yes\nStreamMaxLength 1M\n"
        f"TemporaryDirectory {folder}\nMaxThreads 2\n"
    )
    log = (folder / "log").open("wb")
    daemon = subprocess.Popen([CLAMD, f"--config-file={configuration}"], stdout=log, stderr=log)
    try:
        wait_for(lambda: daemon.poll() is not None or _listens(path))
        assert daemon.poll() is None, (folder / "log").read_text()
        yield str(path)
    finally:
        daemon.terminate()
        daemon.wait()
        log.close()


def _listens(path: Path) -> bool:
    with closing(socket.socket(socket.AF_UNIX)) as connection:
        return connection.connect_ex(str(path)) == 0


async def test_the_real_daemon_finds_the_test_string(clamd: str) -> None:
    scanner = ClamdScanner(clamd)
    assert (await scanner.scan(chunks(TEXT))).verdict == "clean"
    found = await scanner.scan(chunks(EICAR[:20], EICAR[20:]))
    assert (found.verdict, found.why) == ("infected", "Homeroom.Test.Eicar.UNOFFICIAL")
    large = await scanner.scan(chunks(*[bytes(256 * 1024)] * 8))
    assert large.verdict == "failed"


async def test_an_infected_file_is_handed_out_to_nobody(sharing: Sharing, clamd: str) -> None:
    sharing.scans = ResourceScans(sharing.settings.model_copy(update={"clamd_address": clamd}))
    infected, clean = await sharing.upload(EICAR), await sharing.upload()
    assert await sharing.scan() == 2
    statuses = {r["id"]: r["virus_scan_status"] for r in await sharing.results(school_id="O-1")}
    assert statuses == {infected: "infected", clean: "clean"}
    refused = await sharing.download(infected, sharing.teacher)
    assert refused.status_code == 409
    assert "infected" in refused.json()["error"]


async def test_of_two_workers_one_scans(sharing: Sharing) -> None:
    for _ in range(3):
        await sharing.upload()
    other = ResourceScans(sharing.settings)

    async def work(scans: ResourceScans) -> int:
        count = 0
        async with await connect(sharing.school.url, "tests") as connection:
            while await scans.scan_next(connection):
                count += 1
        return count

    counts = await asyncio.gather(work(sharing.scans), work(other))
    assert sum(counts) == 3
    assert sharing.types().count("resource.scanned.v1") == 3


async def test_what_a_killed_worker_had_claimed_is_scanned_by_the_next(sharing: Sharing) -> None:
    resource_id = await sharing.upload()
    claim = "INSERT INTO homeroom.resource_scan VALUES (%s, now() + interval '1 minute', 1)"
    sharing.run(claim, resource_id)
    assert await sharing.scan() == 0
    sharing.run(DUE)
    assert await sharing.scan() == 1
    # The one that was frozen awakes, and its result is no news.
    async with await connect(sharing.school.url, "tests") as connection:
        assert not await note_scan(connection, resource_id, "infected", datetime.now(UTC))
    assert sharing.types() == ["resource.uploaded.v1", "resource.scanned.v1"]


async def test_a_file_waits_for_a_scanner_that_is_away(sharing: Sharing) -> None:
    away = sharing.settings.model_copy(update={"clamd_address": "127.0.0.1:1"})
    here, sharing.scans = sharing.scans, ResourceScans(away)
    await sharing.upload()
    assert await sharing.scan() == 1
    assert sharing.types() == ["resource.uploaded.v1"]
    ((later,),) = sharing.run("SELECT claimed_until > now() FROM homeroom.resource_scan")
    assert later
    sharing.run(DUE)
    sharing.scans = here
    assert await sharing.scan() == 1
    assert sharing.types()[-1] == "resource.scanned.v1"


class UnableScanner:
    """Takes no file, as a daemon that has no room for it."""

    async def scan(self, _: AsyncIterator[bytes]) -> Scan:
        raise ScannerErred("Can't allocate memory")


async def test_a_file_that_the_scanner_cannot_scan_fails_after_some_tries(
    sharing: Sharing,
) -> None:
    sharing.scans._scanner = UnableScanner()
    await sharing.upload()
    # That the scanner was away for days does not count.
    sharing.run("INSERT INTO homeroom.resource_scan SELECT resource_id, now(), 2000 "
                "FROM homeroom.resource")  # fmt: skip
    for _ in range(ERRORS_MAX - 1):
        sharing.run(DUE)
        assert await sharing.scan() == 1
        assert sharing.types() == ["resource.uploaded.v1"]
    sharing.run(DUE)
    assert await sharing.scan() == 1
    (listed,) = await sharing.results(school_id="O-1")
    assert listed["virus_scan_status"] == "failed"


async def test_a_worker_with_another_folder_lets_files_wait(
    sharing: Sharing, tmp_path: Path
) -> None:
    other = sharing.settings.model_copy(update={"resource_folder": str(tmp_path / "other")})
    here, sharing.scans = sharing.scans, ResourceScans(other)
    await sharing.upload()
    assert await sharing.scan() == 1
    assert sharing.types() == ["resource.uploaded.v1"]
    sharing.run(DUE)
    sharing.scans = here
    assert await sharing.scan() == 1
    (listed,) = await sharing.results(school_id="O-1")
    assert listed["virus_scan_status"] == "clean"


async def test_a_file_that_is_gone_has_failed(sharing: Sharing, folder: Path) -> None:
    resource_id = await sharing.upload()
    sharing.file_of(resource_id, folder).unlink()
    assert await sharing.scan() == 1
    (listed,) = await sharing.results(school_id="O-1")
    assert listed["virus_scan_status"] == "failed"
