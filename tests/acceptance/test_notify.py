"""`homeroom notify`: what is published reaches people; nothing is configured, nothing is done."""

import socket
import subprocess
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import orjson
from aiokafka import AIOKafkaProducer

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support import wait_for, wait_for_async
from tests.support.collector import STATUS_ERROR, Collector, attributes, traceparent
from tests.support.commands import environment, homeroom, running, start, succeed
from tests.support.habits import publish
from tests.support.notify_processes import notifications, process_settings, school_in_tables
from tests.support.post_office import mailbox, receiver
from tests.support.scraping import Port

# A command that is started anew imports for seconds.
START_SECONDS = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def test_what_is_published_reaches_people_and_its_ends_are_told(settings: Settings) -> None:
    with mailbox() as mails, receiver() as hooks, Collector() as collector:
        settings = process_settings(settings, mails, hooks).model_copy(
            update={"metrics_port": free_port()}
        )
        traces = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.address, "OTEL_BSP_SCHEDULE_DELAY": "100",
        }  # fmt: skip
        async with school_in_tables(settings) as school:
            for teacher in ("T1", "T2"):
                await school.chooses(teacher, "email")
            await school.apply(school.teacher("T1"), school.teacher("T2"))
            mails.verdict = lambda to: "250 taken" if "t1@" in to else "550 no such mailbox"
            with running(environment(settings) | traces, "notify"):
                port = Port(settings.metrics_port)
                wait_for(port.listens, START_SECONDS)
                await publish_bytes(settings)
                (first,), (second,) = notifications(["N1"]), notifications(["N2"], "T2")
                await publish(
                    settings, [replace(first, traceparent=traceparent(1)),
                               replace(second, traceparent=traceparent(2))]
                )  # fmt: skip
                await wait_for_async(lambda: len(mails.mails) == 1)
                listed = await wait_for_async(lambda: undelivered(settings))
                assert port.ready()
                found = port.scrape()
                attempts = found["homeroom_delivery_attempts_total"]
                assert attempts[labels(channel="email", outcome="sent")] == 1
                assert attempts[labels(channel="email", outcome="failed")] == 1
                states = found["homeroom_deliveries"]
                assert states[labels(channel="email", state="failed")] == 1
                await wait_for_async(lambda: collector.of_trace(1) and collector.of_trace(2))
                check_traces(collector)
                (one,) = listed
                assert (one["state"], one["person_id"]) == ("failed", "T2")
                shown = succeed(settings, "notify", "dead-letters", "show", one["id"])
                assert "550: no such mailbox" in shown
                mails.verdict = lambda _: "250 taken"
                succeed(
                    settings, "notify", "dead-letters", "retry", one["id"], "--why", "put right"
                )
                await wait_for_async(lambda: len(mails.mails) == 2)
                assert succeed(settings, "notify", "dead-letters", "list") == "No dead letters.\n"
                unknown = homeroom(settings, "notify", "dead-letters", "discard", "x", "--why", "-")
                assert (unknown.returncode, "no undelivered message x" in unknown.stderr) == (
                    1,
                    True,
                )
            assert [mail["To"] for mail in mails.mails] == [
                "Ada T1 <t1@school.example>", "Ada T2 <t2@school.example>",
            ]  # fmt: skip


def check_traces(collector: Collector) -> None:
    """Each attempt is a span in the trace of whoever published the event."""
    (sent,), (failed,) = collector.of_trace(1), collector.of_trace(2)
    for number, span, message in ((1, sent, "N1"), (2, failed, "N2")):
        assert (span.name, span.parent_span_id.hex()) == ("deliver email", f"{number:016x}")
        assert attributes(span)["homeroom.message"] == f"notification/{message}"
        assert attributes(span)["homeroom.attempt"] == 1
    assert sent.status.code == 0
    assert (failed.status.code, "no such mailbox" in failed.status.message) == (STATUS_ERROR, True)
    assert collector.services == {"homeroom-notify"}


async def test_a_dry_run_writes_files_and_leaves_all_as_it_was(
    settings: Settings, tmp_path: Path
) -> None:
    with mailbox() as mails, receiver() as hooks:
        settings = process_settings(settings, mails, hooks)
        async with school_in_tables(settings) as school:
            await school.chooses("T1", "email", "webhook")
            await school.apply(school.teacher("T1"))
            await publish(settings, notifications(["N1"]))
            with running(settings, "notify", "--dry-run", str(tmp_path / "would")):
                files = await wait_for_async(
                    lambda: len(found := sorted((tmp_path / "would").glob("*"))) == 2 and found,
                    START_SECONDS,
                )
            mail = message_from_bytes(files[0].read_bytes(), policy=policy.default)
            assert (mail["To"], mail["Subject"]) == ("Ada T1 <t1@school.example>", "Told")
            data = orjson.loads(files[1].read_bytes())["data"]
            assert (data["message_id"], data["person_id"]) == ("notification/N1", "T1")
            assert (mails.mails, hooks.requests) == ([], [])
            assert await school.sql("SELECT FROM homeroom.message") == []


def test_where_nothing_is_configured_it_says_so_and_does_nothing(settings: Settings) -> None:
    process = start(
        settings, "notify", stderr=subprocess.PIPE, stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stderr is not None
    lines = iter(process.stderr.readline, "")
    said = next(line for line in lines if "nothing is delivered" in line)
    assert "HOMEROOM_SMTP_HOST" in said
    process.terminate()
    process.communicate(timeout=60)
    assert process.returncode == 0
    half = homeroom(settings.model_copy(update={"smtp_host": "mail.example"}), "notify")
    assert half.returncode == 1
    assert "HOMEROOM_EMAIL_FROM must be set" in half.stderr


def undelivered(settings: Settings) -> list[Any]:
    listed: list[Any] = orjson.loads(succeed(settings, "notify", "dead-letters", "list", "--json"))
    return listed


def labels(**names: str) -> frozenset[tuple[str, str]]:
    return frozenset(names.items())


async def publish_bytes(settings: Settings) -> None:
    """What is no event, with headers that are no text."""
    producer = AIOKafkaProducer(**client_options(settings))
    await producer.start()
    try:
        for headers in ([("ce_type", b"\xff\xfe")], []):
            await producer.send_and_wait(
                f"{settings.topic_prefix}notifications", b"\xff", b"k", headers=headers
            )
    finally:
        await producer.stop()
