"""Work that takes longer than a request may: it runs on in the service, and a page asks for it."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from aiokafka.errors import KafkaError

from homeroom.api.pages.locales import _, ngettext, text_of
from homeroom_kit.errors import HomeroomError

log = structlog.get_logger(__name__)

END_SECONDS_MAX = 5.0
KEPT_MAX = 20


@dataclass(slots=True)
class BackgroundJob:
    """One piece of work. ``result``: what it has made; ``failure``: why it made nothing."""

    kind: str
    name: str
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    result: Any = None
    failure: str = ""

    @property
    def running(self) -> bool:
        """Whether it has not ended."""
        return self.ended_at is None


class BackgroundJobs:
    """One at a time of each kind, each within its time; the last ones that ended are kept."""

    def __init__(self) -> None:
        self._jobs: dict[tuple[str, str], BackgroundJob] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def find(self, kind: str, name: str = "") -> BackgroundJob | None:
        """A job by its kind and name, running or ended."""
        return self._jobs.get((kind, name))

    def running(self, kind: str) -> BackgroundJob | None:
        """The job of a kind that runs now."""
        return next((j for j in self._jobs.values() if j.kind == kind and j.running), None)

    def start(
        self, kind: str, name: str, work: Coroutine[Any, Any, Any], seconds_max: float,
        ended: Callable[[BackgroundJob], None] = lambda _: None,
    ) -> BackgroundJob:  # fmt: skip
        """Begin it, unless another of its kind runs: then that one is returned.

        ``ended`` is called with the job when it has ended, however it did.
        """
        if (other := self.running(kind)) is not None:
            work.close()
            return other
        job = BackgroundJob(kind, name)
        self._forget_oldest()
        self._jobs.pop((kind, name), None)
        self._jobs[kind, name] = job
        task = asyncio.create_task(_run(job, work, seconds_max, ended), name=f"console {kind}")
        self._tasks[kind] = task
        return job

    async def close(self) -> None:
        """End what runs."""
        tasks = [task for task in self._tasks.values() if not task.done()]
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=END_SECONDS_MAX)

    def _forget_oldest(self) -> None:
        ended = [key for key, job in self._jobs.items() if not job.running]
        for key in ended[: max(0, len(self._jobs) - KEPT_MAX + 1)]:
            del self._jobs[key]


async def _run(
    job: BackgroundJob,
    work: Coroutine[Any, Any, Any],
    seconds_max: float,
    ended: Callable[[BackgroundJob], None],
) -> None:
    job.failure = _("It was ended before it was done.")
    try:
        async with asyncio.timeout(seconds_max):
            job.result = await work
        job.failure = ""
    except TimeoutError:
        job.failure = ngettext(
            "It was not done within %(number)s second, and was ended.",
            "It was not done within %(number)s seconds, and was ended.", round(seconds_max),
        )  # fmt: skip
    except (HomeroomError, psycopg.Error, KafkaError, OSError) as error:
        job.failure = text_of(error) or type(error).__name__
    except Exception:
        log.exception("job failed", kind=job.kind, name=job.name)
        job.failure = _("Internal error: the service's log has it.")
    finally:
        job.ended_at = datetime.now(UTC)
        with contextlib.suppress(Exception):
            ended(job)
