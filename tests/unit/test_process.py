"""What runs beside the loop of a process."""

import asyncio

from structlog.testing import capture_logs

from homeroom_kit.tasks import in_background


def test_an_error_of_what_runs_in_the_background_is_logged_and_goes_no_further() -> None:
    async def run() -> None:
        begun = asyncio.Event()

        async def fail() -> None:
            begun.set()
            raise ValueError("no")

        async with in_background(fail(), "relay", 1.0):
            await begun.wait()

    with capture_logs() as logged:
        asyncio.run(run())
    assert logged == [
        {"event": "relay ended", "error": "no", "error_type": "ValueError", "log_level": "error"}
    ]


def test_what_runs_in_the_background_ends_with_the_block() -> None:
    async def run() -> None:
        begun, ended = asyncio.Event(), asyncio.Event()

        async def work() -> None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.set()

        async with in_background(work(), "work", 1.0):
            await begun.wait()
        assert ended.is_set()

    with capture_logs() as logged:
        asyncio.run(run())
    assert logged == []
