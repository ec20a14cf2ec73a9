"""Live connections: milliseconds from publishing to the message, while many are open.

``python -m bench.live``: a worker and a query service run as processes of their own, as in
production. Teachers of several schools listen, one connection each, and notifications for them are
published at a steady rate; at last announcements, each of which all teachers of a school get.
"""

import argparse
import asyncio
import json
import random
import resource
import statistics
import time
from collections.abc import Iterable, Sequence

import psutil
from websockets.asyncio.client import ClientConnection, connect

from bench.servers import SECRET, running, servers
from homeroom.api import tokens
from homeroom.operations.migrating.migrate import migrate
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from homeroom_kit.publishing.publisher import Publisher

AT = "2026-01-01T00:00:00Z"
SCHOOLS = 20
CONNECTING = 50
SECONDS_MAX = 120.0
Member = tuple[str, str]


def _event(type_: str, subject: str, /, **data: object) -> OutgoingEvent:
    return OutgoingEvent(
        type=f"{type_}.v1", source="/bench", id=f"{type_}/{subject}", subject=subject, sequence=1,
        time=AT, data=data,
    )  # fmt: skip


def _schools(members: Sequence[Member]) -> Iterable[OutgoingEvent]:
    for school in sorted({school for school, _ in members}):
        yield _event("school.opened", school, school_id=school, name=school, time_zone=None)
    for school, teacher in members:
        yield _event(
            "membership.granted", f"{school}/{teacher}", school_id=school, user_id=teacher,
            role="teacher", granted_at=AT,
        )  # fmt: skip


def _notification(number: int, school: str, teacher: str | None) -> OutgoingEvent:
    return _event(
        "notification.created", f"n{number}", notification_id=f"n{number}", teacher_id=teacher,
        school_id=school, kind="new_student", title=f"{time.perf_counter()}", message="A message",
        action_url=None, created_at=AT, expires_at=None,
    )  # fmt: skip


async def _listen(connection: ClientConnection, took: list[float]) -> None:
    async for text in connection:
        message = json.loads(text)
        if message["type"] in ("notification", "announcement"):
            took.append((time.perf_counter() - float(message["data"]["title"])) * 1000)


async def _connect_all(
    settings: Settings, address: str, members: Sequence[Member], took: list[float]
) -> list[asyncio.Task[None]]:
    limit = asyncio.Semaphore(CONNECTING)

    async def one(school: str, teacher: str) -> asyncio.Task[None]:
        token = tokens.issue(settings, teacher, "teacher")
        url = f"ws://{address}/ws/teachers/dashboard?school_id={school}"
        async with limit:
            for _ in range(100):
                connection = await connect(
                    url, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None,
                    open_timeout=SECONDS_MAX, compression=None, ping_interval=None,
                )  # fmt: skip
                try:
                    ready = json.loads(await connection.recv())
                except Exception:  # noqa: BLE001 - the membership is not applied yet
                    await asyncio.sleep(0.2)
                    continue
                assert ready["type"] == "ready"
                return asyncio.create_task(_listen(connection, took))
        raise RuntimeError(f"{teacher} does not get in")

    return list(await asyncio.gather(*(one(*member) for member in members)))


async def _arrived(took: list[float], count: int) -> None:
    give_up_at = time.perf_counter() + SECONDS_MAX
    while len(took) < count and time.perf_counter() < give_up_at:  # noqa: ASYNC110
        await asyncio.sleep(0.05)


def _say(what: str, took: list[float], sent: int) -> None:
    cut = statistics.quantiles(took, n=100)
    print(
        f"{what}: {len(took):,} of {sent:,} messages, median {statistics.median(took):.1f} ms, "
        f"99th percentile {cut[98]:.1f} ms, slowest {max(took):.1f} ms",
        flush=True,
    )


async def _measure(
    settings: Settings, address: str, members: Sequence[Member], rate: int, seconds: float
) -> None:
    took: list[float] = []
    async with Publisher(settings) as publisher:
        await publisher.publish(list(_schools(members)))
        begun = time.perf_counter()
        listeners = await _connect_all(settings, address, members, took)
        print(f"{len(members):,} connected in {time.perf_counter() - begun:.1f} s", flush=True)
        chance, total = random.Random(1), int(rate * seconds)
        begun = time.perf_counter()
        for n in range(total):
            await asyncio.sleep(max(0.0, begun + n / rate - time.perf_counter()))
            await publisher.publish([_notification(n, *chance.choice(members))])
        await _arrived(took, total)
        _say(f"notifications at {rate}/s", took, total)
        took.clear()
        of_school = len(members) // SCHOOLS
        for n in range(SCHOOLS):
            await publisher.publish([_notification(total + n, f"O{n}", None)])
            await _arrived(took, (n + 1) * of_school)
        _say(f"an announcement to {of_school} at a time", took, SCHOOLS * of_school)
    for listener in listeners:
        listener.cancel()
    await asyncio.gather(*listeners, return_exceptions=True)


def main() -> None:
    """Parses the options and runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=2_000)
    parser.add_argument("--rate", type=int, default=100, help="notifications in a second")
    parser.add_argument("--seconds", type=float, default=20.0)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    members = [(f"O{n % SCHOOLS}", f"T{n}") for n in range(options.connections)]
    with servers(4) as given:
        limits = {
            "jwt_secret": SECRET, "connections_max": options.connections + 100,
            "live_connections_max": options.connections, "port": 0,
        }  # fmt: skip
        settings = Settings(**given.model_dump() | limits)
        asyncio.run(migrate(settings, read_model(settings), project_folder("migrations")))
        with running(settings, "worker"), running(settings, "serve") as service:
            assert service.stdout is not None
            address = service.stdout.readline().split("://")[-1].strip()
            asyncio.run(_measure(settings, address, members, options.rate, options.seconds))
            process = psutil.Process(service.pid)
            used = process.cpu_times()
            print(
                f"the query service has {process.memory_info().rss / 1e6:.0f} MB, and has used "
                f"{used.user + used.system:.1f} s of a processor, connections included"
            )


if __name__ == "__main__":
    main()
