"""What readers notice of a swap: the slowest read while generations are swapped, against a quiet
baseline in the same run.

A worker, a service, and readers as processes of their own at full speed. After the baseline the
live generation is swapped back and forth by `homeroom rollback`.

    python -m bench.swap [--swaps 10] [--readers 4]
"""

import argparse
import asyncio
import multiprocessing
import subprocess
import time
from multiprocessing.connection import Connection as Pipe

import httpx
import psycopg
from pydantic import SecretStr

from bench.servers import HOMEROOM, SECRET, environment, running, servers
from homeroom.api import tokens
from homeroom.local import oulad
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

TEACHER = "T-BBB"
BASELINE_SECONDS = 10.0


def _read(address: str, token: str, told: Pipe) -> None:
    """Reads until told to end; then tells when each read began and how long it took, in seconds."""
    reads: list[tuple[float, float]] = []
    failed = 0
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        while not told.poll():
            began = time.time()
            answer = client.get(f"/api/teachers/{TEACHER}/dashboard/classes/recent")
            reads.append((began, time.time() - began))
            failed += answer.status_code != 200
    told.send((reads, failed))


def _command(settings: Settings, *arguments: str) -> None:
    subprocess.run(
        [HOMEROOM, *arguments], env=environment(settings), check=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _wait_until_projected(settings: Settings, count: int) -> None:
    with psycopg.connect(settings.require_database(), autocommit=True) as connection:
        while True:
            row = connection.execute("SELECT sum(next_offset) FROM g0001.positions").fetchone()
            if row and row[0] >= count:
                return
            time.sleep(0.5)


def _show(name: str, seconds: list[float]) -> None:
    ordered = sorted(seconds)
    late = sum(s > 0.1 for s in ordered)
    print(
        f"{name:9} {len(ordered):7,} reads   median {ordered[len(ordered) // 2] * 1000:5.1f} ms   "
        f"99.9th percentile {ordered[int(len(ordered) * 0.999)] * 1000:6.1f} ms   "
        f"slowest {ordered[-1] * 1000:6.1f} ms   above 100 ms: {late}"
    )


def run(swaps: int, readers: int) -> None:
    with servers(4) as unset:
        settings = unset.model_copy(update={"jwt_secret": SecretStr(SECRET), "port": 0})
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        count = asyncio.run(oulad.import_oulad(settings)).count
        with running(settings, "worker"), running(settings, "serve") as service:
            assert service.stdout is not None
            address = service.stdout.readline().split()[-1]
            _wait_until_projected(settings, count)
            _command(settings, "rebuild", "--yes")
            token = tokens.issue(settings, TEACHER, "teacher")
            pipes, processes = [], []
            for _ in range(readers):
                ours, theirs = multiprocessing.Pipe()
                process = multiprocessing.Process(target=_read, args=(address, token, theirs))
                process.start()
                pipes.append(ours)
                processes.append(process)
            time.sleep(1)
            began = time.time()
            time.sleep(BASELINE_SECONDS)
            quiet_until = time.time()
            for _ in range(swaps):
                _command(settings, "rollback", "--yes")
            swapped_until = time.time()
            for pipe in pipes:
                pipe.send("end")
            told = [pipe.recv() for pipe in pipes]
            for process in processes:
                process.join()
    reads = [read for of_one, _ in told for read in of_one]
    print(f"{readers} readers at full speed, {swaps} swaps, {sum(f for _, f in told)} failed reads")
    _show("baseline", [s for at, s in reads if began <= at < quiet_until])
    _show("swapping", [s for at, s in reads if quiet_until <= at < swapped_until])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--swaps", type=int, default=10)
    parser.add_argument("--readers", type=int, default=4)
    given = parser.parse_args()
    run(given.swaps, given.readers)


if __name__ == "__main__":
    main()
