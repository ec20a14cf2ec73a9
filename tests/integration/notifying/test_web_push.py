"""Messages reach browsers that people registered, encrypted for each; what is gone is forgotten."""

import asyncio
import base64
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import httpx
import jwt
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import SecretStr

from homeroom.api import tokens
from homeroom.commands.push_subscriptions import subscription_id
from homeroom.notifying.ledger import Ledger
from homeroom.notifying.vapid_keys import new_pair
from homeroom.settings import Settings
from tests.support.live import SECRET, serving_live
from tests.support.notifier import School, message_in, notifying, until_ended
from tests.support.post_office import Browser, Receiver, Request
from tests.support.waiting import wait_for_async

PRIVATE_KEY, PUBLIC_KEY = new_pair()
TEACHERS, STUDENTS = "/api/teachers", "/api/v1/student"


@pytest.fixture
def push_settings(settings: Settings, hooks: Receiver) -> Settings:
    """A notifier and a service with Web Push, whose push service is the receiver."""
    changed = {
        "vapid_private_key": SecretStr(PRIVATE_KEY), "vapid_public_key": PUBLIC_KEY,
        "vapid_subject": "mailto:admin@school.example", "push_hosts": hooks.address,
        "jwt_secret": SecretStr(SECRET),
    }  # fmt: skip
    return settings.model_copy(update=changed)


def headers(settings: Settings, sub: str, role: str) -> dict[str, str]:
    plain = settings.model_copy(update={"jwt_secret": SecretStr(SECRET)})
    token = tokens.issue(plain, sub, role)
    return {"Authorization": f"Bearer {token}", "Accept-Language": "sv-SE,sv;q=0.9"}


def subscription(browser: Browser) -> dict[str, Any]:
    return {"endpoint": browser.endpoint, "expirationTime": None, "keys": browser.keys}


async def test_a_push_reaches_each_registered_browser_and_only_it_can_read_it(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    first, second = (Browser(f"{hooks.address}/push/{name}") for name in ("one", "two"))
    told = school.told("N1", title="A new student", action_url="/students/S1")
    await school.apply(school.teacher("T1"), told)
    async with serving_live(push_settings) as live:
        mine = headers(push_settings, "T1", "teacher")
        for browser in (first, second, first):
            answer = await live.http.post(
                f"{TEACHERS}/push-subscriptions", json=subscription(browser), headers=mine
            )
            assert answer.status_code == 204, answer.text
        kept = await live.http.get(f"{TEACHERS}/notification-preferences", headers=mine)
        assert {channels["web_push"] for channels in kept.json().values()} == {True}
    async with notifying(push_settings, school.feed) as notifier:
        await notifier.get(told)
        assert [row[2] for row in await until_ended(school, 2)] == ["sent", "sent"]
    by_path = {request.path: request for request in hooks.requests}
    message = first.read(by_path["/push/one"])
    assert message | {"id": ""} == {
        "id": "", "title": "A new student", "body": "A new student", "language": "sv",
        "url": "https://school.example/students/S1",
    }  # fmt: skip
    assert second.read(by_path["/push/two"])["id"] != message["id"]
    with pytest.raises(http_ece.ECEException):
        second.read(by_path["/push/one"])
    check_signature(by_path["/push/one"].headers, hooks.address)
    # One event says that the channel reached the teacher, however many browsers there are.
    assert await school.sql("SELECT subject FROM homeroom.outbox") == [("N1/T1/web_push",)]


def check_signature(sent: Any, audience: str) -> None:
    """VAPID: signed with our key, for this push service."""
    scheme, _, parts = sent["authorization"].partition(" ")
    assert scheme == "vapid"
    token, key = (part.partition("=")[2] for part in parts.split(","))
    assert key == PUBLIC_KEY
    point = base64.urlsafe_b64decode(key + "=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, public, algorithms=["ES256"], audience=audience)
    assert claims["sub"] == "mailto:admin@school.example"


async def test_a_browser_that_is_gone_is_forgotten(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    browser = Browser(f"{hooks.address}/push/gone")
    nudge = school.nudge("S1", "D1")
    await school.apply(school.student("S1"), nudge)
    async with serving_live(push_settings) as live:
        mine = headers(push_settings, "S1", "student")
        path = f"{STUDENTS}/push-subscriptions"
        assert (await live.http.post(path, json=subscription(browser), headers=mine)).is_success
    hooks.verdict = lambda _: (410, {})
    async with notifying(push_settings, school.feed) as notifier:
        await notifier.get(nudge)
        ((_, channel, state, why),) = await until_ended(school, 1)
    assert (channel, state) == ("web_push", "passed_over")
    assert why.startswith("subscription_gone")
    assert await school.sql("SELECT FROM homeroom.push_subscription") == []


async def registers(school: School, role: str, person_id: str, browser: Browser) -> None:
    await school.sql(
        "INSERT INTO homeroom.push_subscription VALUES (%s, %s, %s, %s, %s, %s)",
        subscription_id(browser.endpoint), role, person_id, browser.endpoint,
        *browser.keys.values(),
    )  # fmt: skip


async def test_a_browser_stays_registered_when_a_message_to_it_is_not_sent(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    browser = Browser(f"{hooks.address}/push/stays")
    await registers(school, "teacher", "T1", browser)
    await school.chooses("T1", "web_push")
    over = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    told = school.told("N1", expires_at=over)
    await school.apply(school.teacher("T1"), told)
    async with notifying(push_settings, school.feed) as notifier:
        await notifier.get(told)
        assert [row[2] for row in await until_ended(school, 1)] == ["passed_over"]
    assert len(await school.sql("SELECT FROM homeroom.push_subscription")) == 1


async def test_a_browser_that_is_anothers_by_now_is_not_forgotten(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    browser = Browser(f"{hooks.address}/push/moved")
    await registers(school, "teacher", "T1", browser)
    await school.chooses("T1", "web_push")
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)

    def moved(_: Request) -> tuple[int, dict[str, str]]:
        with psycopg.connect(push_settings.database_url, autocommit=True) as connection:
            connection.execute("UPDATE homeroom.push_subscription SET person_id = 'T2'")
        return 410, {}

    hooks.verdict = moved
    async with notifying(push_settings, school.feed) as notifier:
        await notifier.get(told)
        assert [row[2] for row in await until_ended(school, 1)] == ["passed_over"]
    assert await school.sql("SELECT person_id FROM homeroom.push_subscription") == [("T2",)]


async def test_two_notifiers_that_reach_two_browsers_say_it_once(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    for name in ("one", "two"):
        await registers(school, "teacher", "T1", Browser(f"{hooks.address}/push/{name}"))
    await school.chooses("T1", "web_push")
    told = school.told("N1")
    await school.apply(school.teacher("T1"), told)
    ledgers = [Ledger(push_settings.database_url, ("web_push",), 30) for _ in range(2)]
    await ledgers[0].receive(message_in(school.feed, told))
    await ledgers[0].address()
    claimed = [*await ledgers[0].claim(1), *await ledgers[1].claim(1)]

    async def both_wait() -> bool:
        waiting = await school.sql(
            "SELECT FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'homeroom notify' AND wait_event_type = 'Lock'"
        )
        return len(waiting) == 2

    async with await psycopg.AsyncConnection.connect(push_settings.database_url) as holding:
        await holding.execute("SELECT FROM homeroom.message FOR UPDATE")
        both = asyncio.gather(
            *(
                ledger.sent(one, datetime.now(UTC))
                for ledger, one in zip(ledgers, claimed, strict=True)
            )
        )
        await wait_for_async(both_wait)
    await both
    for ledger in ledgers:
        await ledger.close()
    assert await school.sql("SELECT subject FROM homeroom.outbox") == [("N1/T1/web_push",)]


async def test_a_browser_is_that_of_whoever_registered_it_last_and_can_be_removed(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    browser = Browser(f"{hooks.address}/push/shared")
    await school.apply(school.teacher("T1"), school.student("S1"))
    whose = "SELECT role, person_id FROM homeroom.push_subscription"
    async with serving_live(push_settings) as live:
        for sub, role, path in (("T1", "teacher", TEACHERS), ("S1", "student", STUDENTS)):
            await live.http.post(
                f"{path}/push-subscriptions", json=subscription(browser),
                headers=headers(push_settings, sub, role),
            )  # fmt: skip
            assert await school.sql(whose) == [(role, sub)]
        # Another's browser stays the other's.
        await remove(live.http, TEACHERS, browser, headers(push_settings, "T1", "teacher"))
        assert len(await school.sql(whose)) == 1
        await remove(live.http, STUDENTS, browser, headers(push_settings, "S1", "student"))
        assert await school.sql(whose) == []


async def remove(
    http: httpx.AsyncClient, path: str, browser: Browser, mine: dict[str, str]
) -> None:
    answer = await http.request(
        "DELETE", f"{path}/push-subscriptions", json={"endpoint": browser.endpoint}, headers=mine
    )
    assert answer.status_code == 204, answer.text


async def test_addresses_that_are_no_push_service_s_are_refused(
    school: School, push_settings: Settings, hooks: Receiver
) -> None:
    await school.apply(school.teacher("T1"))
    good = subscription(Browser(f"{hooks.address}/push/x"))
    bad = (
        good | {"endpoint": "http://169.254.169.254/latest/meta-data"},
        good | {"endpoint": "https://elsewhere.example/push"}, good | {"keys": {}},
        good | {"keys": good["keys"] | {"auth": "short"}}, {"keys": good["keys"]},
    )  # fmt: skip
    bad = (*bad, good | {"endpoint": f"{hooks.address}/push/\x00"})
    async with serving_live(push_settings) as live:
        mine = headers(push_settings, "T1", "teacher")
        removed = await live.http.request(
            "DELETE", f"{TEACHERS}/push-subscriptions", json={"endpoint": "a\x00"}, headers=mine
        )
        assert removed.status_code == 400
        for body in bad:
            answer = await live.http.post(f"{TEACHERS}/push-subscriptions", json=body, headers=mine)
            assert answer.status_code == 400, (body, answer.text)
    async with serving_live(push_settings.model_copy(update={"vapid_public_key": ""})) as live:
        answer = await live.http.post(f"{TEACHERS}/push-subscriptions", json=good, headers=mine)
        assert answer.status_code == 503


async def test_a_student_chooses_channels_and_quiet_hours(
    school: School, push_settings: Settings
) -> None:
    await school.apply(school.student("S1"))
    path = f"{STUDENTS}/notification-preferences"
    usual = {"websocket": True, "email": False, "web_push": False, "webhook": False}
    async with serving_live(push_settings) as live:
        mine = headers(push_settings, "S1", "student")
        before = (await live.http.get(path, headers=mine)).json()
        kinds = ["deadline", "streak", "review", "recommendation"]
        assert before == dict.fromkeys(kinds, usual) | {"quiet_from": None, "quiet_until": None}
        chosen = {"review": {"email": True}, "quiet_from": "22:00", "quiet_until": "07:00"}
        answer = await live.http.put(path, json=chosen, headers=mine)
        after = (await live.http.get(path, headers=mine)).json()
        assert answer.json() == after == before | {
            "review": usual | {"email": True}, "quiet_from": "22:00", "quiet_until": "07:00",
        }  # fmt: skip
        none = {"quiet_from": None, "quiet_until": None}
        assert (await live.http.put(path, json=none, headers=mine)).json() == after | none
        assert await school.sql("SELECT language FROM homeroom.person_language") == [("sv",)]
        refused = (
            {"gossip": {}}, {"review": []}, {"review": {"pigeon": True}}, {"quiet_from": "22:00"},
            {"quiet_from": "24:00", "quiet_until": "07:00"},
            {"quiet_from": None, "quiet_until": "07:00"}, {"quiet_from": 22, "quiet_until": 7},
        )  # fmt: skip
        for body in refused:
            answer = await live.http.put(path, json=body, headers=mine)
            assert answer.status_code == 400, body
        other = headers(push_settings, "T1", "teacher")
        assert (await live.http.get(path, headers=other)).status_code == 403
        nobody = headers(push_settings, "S9", "student")
        assert (await live.http.get(path, headers=nobody)).status_code == 404
