"""What other sides say, choose or break meanwhile neither stops the notifier nor misleads it."""

import itertools
import threading
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import psycopg
import pytest

from homeroom.notifying.channels.posting import TEXT_CHARACTERS_MAX
from homeroom.notifying.ledger import Ledger
from homeroom.settings import Settings
from tests.support.notifier import School, message_in, notifying, until_ended
from tests.support.post_office import Mailbox, Receiver
from tests.support.waiting import wait_for_async


async def told_over(school: School, *channels: str) -> Any:
    """A message to T1, who wants it over these channels."""
    await school.chooses("T1", *channels)
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)
    return told


async def claimed(ledger: Ledger, school: School) -> Any:
    """The only delivery, claimed."""
    await ledger.receive(message_in(school.feed, await told_over(school, "email")))
    await ledger.address()
    (delivery,) = await ledger.claim(1)
    return delivery


async def test_answers_that_postgresql_cannot_store_are_noted_all_the_same(
    school: School, settings: Settings, mails: Mailbox, hooks: Receiver
) -> None:
    mails.verdict = lambda _: "550 Empfänger unbekannt"
    hooks.verdict, hooks.body = lambda _: (410, {"content-length": "4"}), lambda: [b"a\x00\xffb"]
    told = await told_over(school, "email", "webhook")
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told)
        assert await until_ended(school, 2) == [
            ("T1", "email", "failed", "The mail server said 550: Empf?nger unbekannt"),
            ("T1", "webhook", "failed", "The other side answered 410: a\ufffd\ufffdb"),
        ]  # fmt: skip


async def test_what_can_never_be_noted_is_not_tried_for_ever(
    school: School, settings: Settings
) -> None:
    ledger = Ledger(settings.database_url, ("email",), 30)
    delivery = await claimed(ledger, school)
    async with notifying(settings, school.feed) as notifier:
        with pytest.raises(psycopg.DataError):
            await notifier.dispatcher._insist(lambda: ledger.end(delivery, "failed", "\x00"))
    await ledger.close()


async def test_an_answer_without_end_is_not_awaited(
    school: School, settings: Settings, hooks: Receiver
) -> None:
    """It comes byte by byte, so each wait for more is short."""
    over = threading.Event()

    def trickle() -> Iterator[bytes]:
        while not over.wait(0.02):
            yield b"x"

    hooks.verdict, hooks.body = lambda _: (200, {"content-length": "1000000"}), trickle
    hasty = {"notify_attempt_seconds": 0.2, "notify_attempts_max": 1}
    told = await told_over(school, "webhook")
    async with notifying(settings.model_copy(update=hasty), school.feed) as notifier:
        await notifier.get(told)
        ((*_, state, why),) = await until_ended(school, 1)
    over.set()
    assert (state, why) == ("failed", "The other side did not answer in 0.2 s")


async def test_of_an_answer_of_any_length_the_beginning_is_read(
    school: School, settings: Settings, hooks: Receiver
) -> None:
    endless = {"content-length": str(10**12)}
    hooks.verdict = lambda _: (410, endless)
    hooks.body = lambda: itertools.repeat(b"x" * 65_536, 16)
    told = await told_over(school, "webhook")
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told)
        ((*_, state, why),) = await until_ended(school, 1)
    assert state == "failed"
    assert why == f"The other side answered 410: {'x' * TEXT_CHARACTERS_MAX}"


async def test_a_mail_that_cannot_be_written_was_surely_not_sent(
    school: School, settings: Settings, mails: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> bytes:
        raise ValueError("not to be written")

    monkeypatch.setattr(EmailMessage, "as_bytes", broken)
    once = settings.model_copy(update={"notify_attempts_max": 1})
    told = await told_over(school, "email")
    async with notifying(once, school.feed) as notifier:
        await notifier.get(told)
        assert await until_ended(school, 1) == [
            ("T1", "email", "failed", "ValueError: not to be written")
        ]
    assert mails.mails == []


async def test_what_somebody_chose_meanwhile_counts(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    told = await told_over(school, "email")
    ledger = Ledger(settings.database_url, ("email",), 30)
    await ledger.receive(message_in(school.feed, told))
    assert await ledger.address() == [1]
    await ledger.close()
    await school.sql("UPDATE homeroom.notification_preference SET enabled = false")
    async with notifying(settings, school.feed):
        ((*_, state, why),) = await until_ended(school, 1)
    assert (state, why.partition(":")[0]) == ("passed_over", "not_chosen")
    assert mails.mails == []


async def test_what_nobody_foresaw_does_not_end_the_notifier(
    school: School, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await told_over(school, "email")
    async with notifying(settings, school.feed) as notifier:
        address, errors = notifier.ledger.address, iter([ZeroDivisionError("unforeseen")])

        async def addressing() -> list[int]:
            for error in errors:
                raise error
            return await address()

        monkeypatch.setattr(notifier.ledger, "address", addressing)
        await notifier.get(told)
        assert [row[2] for row in await until_ended(school, 1)] == ["sent"]
        assert next(errors, None) is None


async def test_who_sends_over_another_connection_keeps_the_claim(
    school: School, settings: Settings
) -> None:
    ledger, other = (Ledger(settings.database_url, ("email",), 30) for _ in range(2))
    delivery = await claimed(ledger, school)
    (before,) = await school.sql("SELECT backend_pid FROM homeroom.delivery")
    assert ledger._connection is not None
    await ledger._connection.close()

    async def is_gone() -> bool:
        return not await school.sql("SELECT FROM pg_stat_activity WHERE pid = %s", *before)

    await wait_for_async(is_gone)
    await ledger.begin_sending(delivery)
    assert await other.recover() == []
    # Whoever knows the outcome says it, also where somebody took it for unknown.
    await school.sql("UPDATE homeroom.delivery SET state = 'uncertain'")
    await ledger.postpone(delivery, delivery.said_at, "451 later", counted=True)
    assert [row[2:] for row in await school.deliveries()] == [("due", "451 later")]
    for one in (ledger, other):
        await one.close()
