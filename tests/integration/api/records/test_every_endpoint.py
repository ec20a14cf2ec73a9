"""Every endpoint with every role and every kind of foreign id.

To whom something is foreign it looks like what does not exist, and each 403 is in the access log.
"""

import random
import re
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
import pytest_asyncio

from homeroom.api.app import create_app
from homeroom.api.envelopes import FAILED, envelope_of, surface_of_path
from homeroom.notifying.vapid_keys import new_pair
from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET, client_of
from tests.support.applications import LOOP, Applications
from tests.support.asked import ASKED, NAMED, filled
from tests.support.assigning import Asking
from tests.support.strength import at_full_strength, pick

UNKNOWN = {
    "teacher": "T-0", "class": "C-0", "student": "S-0", "subject": "J-0", "class_link": "class-0",
    "subject_link": "subject-0", "school": "O-0", "resource": "R-0",
    "notification": "N-0",
}  # fmt: skip
EVERYTHING = {
    "teacher": ("2", "3", "T-org", "T-old", "T-sub"), "class": ("5", "6", "O-C", "8"),
    "student": ("S-1", "S-3", "S-9"), "subject": ("1", "2", "4"),
    "class_link": ("class-1", "class-3"), "subject_link": ("subject-1", "subject-3"),
    "school": ("O-1", "O-2"), "resource": ("R-1",), "notification": ("N-1",),
}  # fmt: skip
# Who asks, and what is foreign to them: to a school everything of others; subjects are everybody's.
OF_OTHERS = {
    "teacher": ("2", "T-old", "T-sub"), "class": ("5", "6", "8"), "student": ("S-1", "S-2"),
    "subject": ("4",), "class_link": ("class-1", "class-2"), "subject_link": ("subject-1",),
    "school": ("O-2",), "resource": ("R-1",), "notification": ("N-1",),
}  # fmt: skip
CALLERS: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "teacher": (("2", "teacher"), {
        "teacher": ("3", "T-org", "T-old"), "class": ("6", "O-C", "8"), "student": ("S-3", "S-9"),
        "subject": ("2", "3", "4"), "class_link": ("class-1", "class-2"),
        "subject_link": ("subject-1", "subject-2"), "school": ("O-1", "O-2"),
        "resource": ("R-1",), "notification": ("N-1",)}),
    "unassigned teacher": (("T-none", "teacher"), EVERYTHING),
    "unknown teacher": (("T-9", "teacher"), EVERYTHING),
    "deactivated teacher": (("T-old", "teacher"), EVERYTHING),
    "student": (("S-1", "student"), EVERYTHING),
    "unknown student": (("S-7", "student"), EVERYTHING),
    "admin of the school": (("A-1", "admin", "O-1"), OF_OTHERS),
    "admin of another school": (("A-2", "admin", "O-2"), EVERYTHING | {"subject": ("4",)}),
    "admin of no possible school": (("A-3", "admin", "?"), EVERYTHING | {"subject": ("4",)}),
    "former admin": (("A-4", "admin", "O-1"), EVERYTHING),
    "service": (("billing", "service"), EVERYTHING),
    "operator": (("olga", "operator"), EVERYTHING),
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope=LOOP)
async def asking(
    records: Any, students_url: str, applications: Applications
) -> AsyncIterator[Callable[..., Asking]]:
    """Clients of a service that takes browsers' addresses for Web Push."""
    assert records
    settings = Settings(
        database_url=students_url, jwt_secret=SECRET, vapid_public_key=new_pair()[1]
    )
    async with client_of(await applications.of(settings)) as client:
        yield lambda *who: Asking(client, settings, *who)


def variants(text: str, foreign: dict[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """Each kind of id that is named is once a foreign one, the others being unknown or foreign.

    A quick run takes one foreign id of each kind, another one each time.
    """
    for kind in dict.fromkeys(NAMED.findall(text)):
        others = foreign.get(kind, ())
        for one in random.sample(others, pick(quick=min(1, len(others)), thorough=len(others))):
            yield UNKNOWN | {kind: one}
            yield {other: ids[0] for other, ids in foreign.items()} | {kind: one}


async def seen(caller: Asking, ask: tuple[str, str, Any], ids: dict[str, str]) -> tuple[int, str]:
    """The answer, without the ids that were asked for and what differs between any two."""
    method, path, body = ask
    given = body and {
        name: filled(value, ids) if isinstance(value, str)
        else [filled(one, ids) for one in value] if isinstance(value, list) else value
        for name, value in body.items()
    }  # fmt: skip
    answer = await caller.ask(method, filled(path, ids), given)
    text = re.sub(r'"requestId":"\w+"', "", answer.text)
    for one in sorted(set(ids.values()), key=len, reverse=True):
        text = text.replace(f'"{one}"', '"ID"')
    return answer.status_code, text


def denied(records: Any) -> int:
    (count,) = records.students.connection.execute(
        "SELECT count(*) FROM homeroom.access_log"
    ).fetchone()
    return int(count)


@at_full_strength
@pytest.mark.parametrize("who", CALLERS)
async def test_what_is_foreign_looks_like_what_does_not_exist(
    records: Any, asking: Callable[..., Asking], who: str
) -> None:
    records.students.hold_further(
        ("membership", {"school_id": "O-1", "user_id": "A-4", "role": "admin",
                        "revoked_at": "2026-01-01T00:00:00Z"}),
        ("resource", {"resource_id": "R-1", "teacher_id": "3", "school_id": "O-1",
                      "status": "clean"}),
        ("notification", {"notification_id": "N-1", "teacher_id": "3", "school_id": "O-1"}),
    )  # fmt: skip
    token, foreign = CALLERS[who]
    caller, own = asking(*token), {"own": token[0]}
    refused = 0
    for ask in ASKED:
        unknown = await seen(caller, ask, UNKNOWN | own)
        answers = [unknown]
        for ids in variants(f"{ask[1]} {ask[2]}", foreign):
            answers.append(await seen(caller, ask, ids | own))
            assert answers[-1] == unknown, (ask, ids)
        assert {status for status, _ in answers} <= {200, 204, 400, 401, 403, 404}, (ask, answers)
        if who.startswith(("former", "deactivated")):
            known = surface_of_path(ask[1].partition("?")[0]).unknown
            assert unknown[0] == (404 if known else 401), ask
        if (
            who in ("student", "unknown student", "service", "operator")
            and "student/" not in ask[1]
            # Some are for students too.
            and not ("student" in who and ask[1].endswith("/download"))
        ):
            assert unknown[0] == 403, ask
        if envelope_of(ask[1].partition("?")[0]) is FAILED:
            refused += sum(status == 403 for status, _ in answers)
    assert denied(records) == refused
    assert records.events() == []


async def test_without_a_token_that_does_nothing_is_answered(
    records: Any, asking: Callable[..., Asking]
) -> None:
    for header in ({}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}):
        caller = asking("2", "teacher")
        caller.headers = header
        for ask in ASKED:
            assert (await seen(caller, ask, UNKNOWN | {"own": "2"}))[0] == 401, ask
    assert denied(records) == 0


def test_every_operation_with_a_token_is_among_them(students_url: str) -> None:
    app = create_app(Settings(database_url=students_url, jwt_secret=SECRET))
    paths = app.openapi()["paths"]
    tried = {(method, NAMED.sub("{}", path.partition("?")[0])) for method, path, _ in ASKED}
    every = {
        (method.upper(), NAMED.sub("{}", path)) for path, operations in paths.items()
        for method in operations if path.startswith("/api/")
    }  # fmt: skip
    assert tried == every
