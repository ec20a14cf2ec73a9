"""A notifier is killed in the middle: nothing is lost in silence, and no mail comes twice."""

import os
import signal

from homeroom.settings import Settings
from tests.support import wait_for_async
from tests.support.commands import homeroom, start
from tests.support.habits import publish
from tests.support.notifier import School
from tests.support.notify_processes import notifications, process_settings, school_in_tables
from tests.support.post_office import mailbox, receiver
from tests.support.strength import pick

MESSAGES = pick(quick=100, thorough=1_000)
KILLS = pick(quick=2, thorough=6)
BACK_SECONDS = 120


async def states(school: School) -> dict[tuple[str, str], int]:
    """How many deliveries there are of each channel in each state."""
    rows = await school.sql(
        "SELECT channel, state, count(*) FROM homeroom.delivery GROUP BY channel, state"
    )
    return {(channel, state): count for channel, state, count in rows}


async def test_a_killed_notifier_loses_nothing_and_mails_nothing_twice(settings: Settings) -> None:
    keys = [f"N{number}" for number in range(MESSAGES)]
    with mailbox() as mails, receiver() as hooks:
        settings = process_settings(settings, mails, hooks)
        async with school_in_tables(settings) as school:
            await school.chooses("T1", "email", "webhook")
            await school.apply(school.teacher("T1"))
            await publish(settings, notifications(keys))
            for kill in range(1, KILLS + 1):
                at = MESSAGES * kill // (KILLS + 2)
                process = start(settings, "notify")

                def end(at: int = at, pid: int = process.pid) -> None:
                    # The server has the mail, and has not said so yet.
                    if len(mails.mails) == at:
                        os.kill(pid, signal.SIGKILL)

                mails.before_answer = end
                await wait_for_async(
                    lambda process=process: process.poll() is not None, BACK_SECONDS
                )
            mails.before_answer = lambda: None
            process = start(settings, "notify")

            async def ended() -> bool:
                of = await states(school)
                mailed = of.get(("email", "sent"), 0) + of.get(("email", "uncertain"), 0)
                return mailed == of.get(("webhook", "sent"), 0) == MESSAGES

            await wait_for_async(ended, BACK_SECONDS)
            of = await states(school)
            assert of["email", "uncertain"] >= KILLS
            # None twice, and none lost: what did not arrive is listed.
            assert set(mails.ids().values()) == {1}
            assert len(mails.ids()) >= of["email", "sent"]
            assert len(hooks.ids()) == MESSAGES
            # Only when an operator says so is one sent that may have arrived, with the same id.
            before = mails.ids()
            assert homeroom(
                settings, "notify", "dead-letters", "retry", "--state", "uncertain"
            ).returncode == 0  # fmt: skip
            await wait_for_async(ended_all(school), BACK_SECONDS)
            after = mails.ids()
            assert len(after) == MESSAGES
            assert sum(after.values()) == sum(before.values()) + of["email", "uncertain"]
            process.terminate()
            assert process.wait(60) == 0
            ((made,),) = await school.sql(
                "SELECT count(DISTINCT event_id) FROM homeroom.outbox "
                "WHERE type = 'notification_delivery.made.v1'"
            )
            assert made == 2 * MESSAGES


def ended_all(school: School) -> object:
    async def all_sent() -> bool:
        return (await states(school)).get(("email", "sent")) == MESSAGES

    return all_sent
