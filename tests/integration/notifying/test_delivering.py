"""The notifier delivers what people want, once, and tells what it could not deliver."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import orjson
import pytest
from standardwebhooks.webhooks import Webhook

from homeroom.notifying.channels import open_senders
from homeroom.notifying.dead_letters import decide, list_undelivered
from homeroom.notifying.dry_run import DryRun
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.rendering import MessageTemplates
from homeroom.settings import Settings
from tests.support.notifier import SECRET, School, message_in, notifying, until_ended
from tests.support.post_office import OK, Mailbox, Receiver
from tests.support.waiting import wait_for_async


async def test_a_notification_arrives_over_each_channel_that_its_teacher_chose(
    school: School, settings: Settings, mails: Mailbox, hooks: Receiver
) -> None:
    await school.chooses("T1", "email", "webhook")
    told = school.told("N1", title="A new <student>", action_url="/students/S1")
    await school.apply(school.teacher("T1"), school.teacher("T2"), told)
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told)
        assert await until_ended(school, 2) == [
            ("T1", "email", "sent", ""), ("T1", "webhook", "sent", ""),
        ]  # fmt: skip
        # The same event once more is the same message.
        await notifier.get(told)
        await notifier.ledger.address()
        assert len(await school.deliveries()) == 2
    (mail,) = mails.mails
    assert mail["To"] == "Ada T1 <t1@school.example>"
    assert mail["From"] == "Our school <no-reply@school.example>"
    assert mail["Subject"] == "A new <student>"
    text, html = (mail.get_body([kind]) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert "https://school.example/students/S1" in text.get_content()
    assert "A new <student>" in text.get_content()
    assert "A new &lt;student&gt;" in html.get_content()
    (hook,) = hooks.requests
    said = Webhook(SECRET).verify(hook.body, dict(hook.headers))
    assert said["type"] == "message.due"
    assert said["data"] | {"expires_at": None} == {
        "message_id": "notification/N1", "kind": "new_student", "role": "teacher",
        "person_id": "T1", "title": "A new <student>", "text": "A new student",
        "url": "https://school.example/students/S1", "language": "en", "expires_at": None,
    }  # fmt: skip


async def test_a_delivered_notification_is_said_in_the_log_and_a_nudge_is_not(
    school: School, settings: Settings
) -> None:
    await school.chooses("T1", "webhook")
    await school.student_chooses("S1", "webhook")
    events = [school.told("N1"), school.nudge("S1", "D1")]
    await school.apply(school.teacher("T1"), school.student("S1"), *events)
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(*events)
        await until_ended(school, 2)
    rows = await school.sql("SELECT type, subject, sequence, data FROM homeroom.outbox")
    ((type_, subject, sequence, data),) = rows
    assert (type_, subject, sequence) == ("notification_delivery.made.v1", "N1/T1/webhook", 1)
    assert {name: data[name] for name in data if name != "at"} == {
        "notification_id": "N1", "teacher_id": "T1", "channel": "webhook",
    }  # fmt: skip


async def test_a_school_s_announcement_goes_to_whoever_teaches_there_and_wants_it(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    for teacher in ("T1", "T2", "T4"):
        await school.chooses(teacher, "email", kind="school_announcement")
    told = school.told("N1", None, school_id="O1", kind="school_announcement")
    await school.school("O1", "T1", "T2", "T3")
    await school.apply(*(school.teacher(f"T{n}") for n in range(1, 5)), told)
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told)
        await until_ended(school, 2)
    assert sorted(mail["To"] for mail in mails.mails) == [
        "Ada T1 <t1@school.example>", "Ada T2 <t2@school.example>",
    ]  # fmt: skip


async def test_nobody_is_addressed_before_the_tables_hold_the_event(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    await school.chooses("T1", "email")
    told = school.told("N1")
    # Whoever reads the log may be ahead of the tables, which do not know the teacher yet.
    ahead = told._replace(offset=1_000_000)
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(ahead)
        assert await notifier.ledger.address() == []
        await school.apply(school.teacher("T1"), told)
        await school.sql('UPDATE homeroom.message SET "offset" = 0')
        await until_ended(school, 1)
    assert len(mails.mails) == 1


async def test_an_attempt_that_fails_is_repeated_with_the_same_id(
    school: School, settings: Settings, mails: Mailbox, hooks: Receiver
) -> None:
    await school.chooses("T1", "email", "webhook")
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)
    refusals = iter(("451 later", "421 busy"))
    mails.verdict = lambda _: next(refusals, OK)
    answers = iter(((500, {}), (429, {"retry-after": "0"})))
    hooks.verdict = lambda _: next(answers, (204, {}))
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told)
        ended = await until_ended(school, 2)
    assert [row[2] for row in ended] == ["sent", "sent"]
    assert len(mails.mails) == 1
    assert [*hooks.ids().values()] == [3]


async def test_a_mail_server_that_is_slow_keeps_no_other_channel_waiting(
    school: School,
    settings: Settings,
    mails: Mailbox,
    hooks: Receiver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("homeroom.notifying.sending.AT_ONCE_MAX", 1)
    await school.chooses("T1", "email")
    await school.chooses("T2", "webhook")
    told = [school.told("N1"), school.told("N2", "T2")]
    await school.apply(school.teacher("T1"), school.teacher("T2"), *told)
    answers = Event()
    mails.verdict = lambda _: OK if answers.wait(60) else "451 later"
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(told[0])

        async def is_under_way() -> bool:
            return [row[2] for row in await school.deliveries()] == ["claimed"]

        await wait_for_async(is_under_way)
        await notifier.get(told[1])

        async def has_arrived() -> bool:
            return ("T2", "webhook", "sent", "") in await school.deliveries()

        await wait_for_async(has_arrived)
        assert ("T1", "email", "claimed", "") in await school.deliveries()
        answers.set()
    assert len(hooks.requests) == 1


async def test_what_can_never_be_delivered_is_a_dead_letter_at_once(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    await school.chooses("T1", "email")
    await school.chooses("T2", "email")
    told = [school.told("N1"), school.told("N2", "T2")]
    await school.apply(school.teacher("T1"), school.teacher("T2", email="nobody@@nowhere"), *told)
    mails.verdict = lambda to: f"550 no such mailbox {to}"
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(*told)
        first, second = await until_ended(school, 2)
    said = "The mail server said 550: no such mailbox (an address)"
    assert first == ("T1", "email", "failed", said)
    assert second[:3] == ("T2", "email", "failed")
    assert "address" in second[3]


async def test_after_the_last_attempt_it_is_a_dead_letter(
    school: School, settings: Settings, hooks: Receiver
) -> None:
    await school.chooses("T1", "webhook")
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)
    hooks.verdict = lambda _: (503, {})
    some = settings.model_copy(update={"notify_attempts_max": 3})
    async with notifying(some, school.feed) as notifier:
        await notifier.get(told)
        assert await until_ended(school, 1) == [
            ("T1", "webhook", "failed", "The other side answered 503"),
        ]  # fmt: skip
    assert len(hooks.requests) == 3


async def test_what_nobody_needs_any_more_is_not_sent(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    for person in ("T1", "T2", "T3"):
        await school.chooses(person, "email")
    over = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    told = [
        school.told("N1", expires_at=over), school.told("N2", "T2"), school.told("N3", "T3"),
    ]  # fmt: skip
    await school.apply(school.teacher("T1"), school.teacher("T3", email=None), *told)
    async with notifying(settings, school.feed) as notifier:
        await notifier.get(*told)
        ended = await until_ended(school, 3)
    assert [(person, state, why.split(":")[0]) for person, _, state, why in ended] == [
        ("T1", "passed_over", "expired"), ("T2", "passed_over", "unknown_person"),
        ("T3", "passed_over", "no_address"),
    ]  # fmt: skip
    assert mails.mails == []


async def test_quiet_hours_of_a_student_are_kept_where_the_student_lives(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    await school.student_chooses("S1", "email")
    await school.student_chooses("S2", "email")
    for student in ("S1", "S2"):
        await school.sql("INSERT INTO homeroom.quiet_hours VALUES (%s, '21:00', '07:30')", student)
    nudges = [school.nudge("S1", "D1"), school.nudge("S2", "D2")]
    await school.apply(
        school.student("S1", time_zone="Asia/Tokyo"),
        school.student("S2", time_zone="Europe/Stockholm"), *nudges,
    )  # fmt: skip
    # 22:00 in Tokyo, 14:00 in Stockholm; the database waits until its own time has come.
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    now = tomorrow.replace(hour=13, minute=0, second=0, microsecond=0)
    async with notifying(settings, school.feed, clock=lambda: now) as notifier:
        await notifier.get(*nudges)
        await until_ended(school, 1)

        async def postponed() -> list[tuple[object, ...]]:
            return await school.sql(
                "SELECT due_at, attempts FROM homeroom.delivery "
                "WHERE person_id = 'S1' AND problem = 'quiet hours'"
            )

        assert await wait_for_async(postponed) == [(now.replace(hour=22, minute=30), 0)]
    assert [mail["To"] for mail in mails.mails] == ["Eve S2 <s2@school.example>"]


async def test_old_messages_are_deleted_unless_somebody_has_to_decide(
    school: School, settings: Settings, mails: Mailbox
) -> None:
    await school.chooses("T1", "email")
    await school.chooses("T2", "email")
    told = [school.told("N1"), school.told("N2", "T2")]
    await school.apply(school.teacher("T1"), school.teacher("T2"), *told)
    mails.verdict = lambda to: OK if "t1@" in to else "550 no such mailbox"
    async with notifying(settings, school.feed) as notifier:
        # Of which the tables do not hold the event yet.
        waiting = school.told("N3")._replace(offset=1_000_000)
        await notifier.get(*told, waiting)
        await until_ended(school, 2)
        await notifier.ledger.prune(90)
        assert len(await school.deliveries()) == 2
        await school.sql("UPDATE homeroom.message SET received_at = now() - interval '91 days'")
        await notifier.ledger.prune(90)
        assert [row[2] for row in await school.deliveries()] == ["failed"]
        kept = await school.sql("SELECT id FROM homeroom.message ORDER BY id")
        assert kept == [("notification/N2",), ("notification/N3",)]


async def test_what_a_dead_notifier_left_is_made_again_but_for_mails_of_unknown_outcome(
    school: School, settings: Settings, mails: Mailbox, hooks: Receiver
) -> None:
    await school.chooses("T1", "email", "webhook")
    await school.chooses("T2", "email")
    told = [school.told("N1"), school.told("N2", "T2")]
    await school.apply(school.teacher("T1"), school.teacher("T2"), *told)
    dead = Ledger(settings.database_url, ("email", "webhook"), 30)
    for record in told:
        await dead.receive(message_in(school.feed, record))
    assert sorted(await dead.address()) == [1, 2]
    claimed = {(one.person_id, one.channel): one for one in await dead.claim(10)}
    await dead.begin_sending(claimed["T1", "email"])
    # As when its process is killed: the server sees that its connection is gone.
    await dead.close()
    async with notifying(settings, school.feed):
        assert [row[:3] for row in await until_ended(school, 3)] == [
            ("T1", "email", "uncertain"), ("T1", "webhook", "sent"), ("T2", "email", "sent"),
        ]  # fmt: skip
        assert [mail["To"] for mail in mails.mails] == ["Ada T2 <t2@school.example>"]
        assert [*hooks.ids()] == [str(claimed["T1", "webhook"].id)]
        # Only when an operator says so.
        (uncertain,) = list_undelivered(settings.database_url, "uncertain")
        named = (settings.database_url, "retry", [str(uncertain.id)], "ops", "not there")
        assert not decide(*named, ["failed"])
        assert decide(*named)
        await until_ended(school, 3)
    assert len(mails.mails) == 2
    assert mails.mails[1]["Message-ID"] == f"<{uncertain.id}@school.example>"


async def test_a_dry_run_writes_what_would_be_sent_and_notes_nothing(
    school: School, settings: Settings, mails: Mailbox, hooks: Receiver, tmp_path: Path
) -> None:
    await school.chooses("T1", "email", "webhook")
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)
    message = message_in(school.feed, told)
    senders = open_senders(settings, MessageTemplates(settings))
    await DryRun(settings, senders, tmp_path / "would").write(message)
    for sender in senders.values():
        await sender.close()
    mail, hook = sorted((tmp_path / "would").glob("*"))
    assert b"To: Ada T1 <t1@school.example>" in mail.read_bytes()
    data = orjson.loads(hook.read_bytes())["data"]
    assert (data["message_id"], data["person_id"]) == ("notification/N1", "T1")
    assert (mails.mails, hooks.requests) == ([], [])
    assert await school.sql("SELECT FROM homeroom.message") == []
