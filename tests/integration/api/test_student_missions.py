"""The list of missions: which, in which order, page by page."""

import base64
import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from tests.support.a_student import ME
from tests.support.students import NOON, Students

STATUSES = ("in_progress", "pending", "in_review", "changes_requested", "approved")
BAD_STATUS = (
    "status must be of in_progress, pending, in_review, changes_requested, approved; "
    "several by comma"
)
BAD_LIMIT = "limit must be a whole number from 1"
BAD_CURSOR = "cursor must be one that a Link header has given"
TICK = timedelta(microseconds=1)


@pytest.fixture
def many(students: Students) -> list[str]:
    """Forty missions of all statuses, of few different times; their ids in the list's order."""
    ids = [f"{letter}{n}" for letter in "Mm" for n in range(20)]
    rows: list[Any] = [("student", {"student_id": ME}), ("student", {"student_id": "S-2"})]
    at = {m: NOON - (n % 3) * TICK for n, m in enumerate(ids)}
    for n, mission_id in enumerate(ids):
        rows.append(("mission", {"mission_id": mission_id, "retired": n % 7 == 0}))
        for who in (ME, "S-2"):
            own = {"mission_id": mission_id, "student_id": who, "status": STATUSES[n % 5]}
            rows.append(("mission_progress", own | {"updated_at": at[mission_id]}))
    rows.append(("mission_progress", {"mission_id": "unknown", "student_id": ME}))
    students.hold(*rows)
    return sorted(sorted(ids), key=at.__getitem__, reverse=True)


def following(answer) -> str | None:
    """What comes after the student's path in the link to the next page."""
    link = answer.headers.get("link")
    if link is None:
        return None
    assert link.startswith("</api/v1/student/missions?")
    assert link.endswith('>; rel="next"')
    return link.partition("/student")[2].partition(">")[0]


async def pages(student_api, path: str) -> list[list[str]]:
    found = []
    while path is not None:
        answer = await student_api.get(path)
        assert answer.status_code == 200, answer.text
        found.append([m["mission_id"] for m in answer.json()])
        assert len(found) <= 50, "pages without an end"
        path = following(answer)
    return found


async def test_pages_make_up_the_list_however_long_they_are(student_api, many):
    for limit in (1, 7, 13, 39, 40, 41, 200, 999):
        found = await pages(student_api, f"/missions?limit={limit}")
        assert list(itertools.chain(*found)) == many, limit
        assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
        assert found[-1]


async def test_pages_keep_to_the_statuses_that_were_asked_for(student_api, many):
    ids = [f"{letter}{n}" for letter in "Mm" for n in range(20)]
    status = {m: STATUSES[n % 5] for n, m in enumerate(ids)}
    for asked in (*STATUSES, "pending,in_review", "approved,,approved", " approved , pending ", ",",
                  ""):  # fmt: skip
        names = {name.strip() for name in asked.split(",")} - {""} or {*STATUSES}
        expected = [m for m in many if status[m] in names]
        found = await pages(student_api, f"/missions?limit=3&status={asked}")
        assert list(itertools.chain(*found)) == expected, asked
    assert await pages(student_api, "/missions?limit=100&status=nonsense&status=pending") == [
        [m for m in many if status[m] == "pending"]
    ]


async def test_a_link_keeps_every_parameter_and_stands_only_where_more_follows(student_api, many):
    answer = await student_api.get("/missions?status=pending%2Cin_review&limit=2&x=%26%3E")
    link = following(answer)
    assert link.startswith("/missions?status=pending%2Cin_review&limit=2&x=%26%3E&cursor=")
    again = following(await student_api.get(link))
    assert again.count("cursor=") == 1
    for path in ("/missions", "/missions?limit=40", "/missions?status=approved&limit=8"):
        assert following(await student_api.get(path)) is None
    assert following(await student_api.get("/missions?limit=39")) is not None
    assert len(many) == 40


async def test_the_limit_is_fifty_if_not_said_and_two_hundred_at_most(student_api, students):
    rows: list[Any] = [("student", {"student_id": ME})]
    for n in range(203):
        rows.append(("mission", {"mission_id": f"M{n}"}))
        rows.append(("mission_progress", {"mission_id": f"M{n}", "student_id": ME}))
    students.hold(*rows)
    for query, shown in (("", 50), ("?limit=1", 1), ("?limit=200", 200), ("?limit=201", 200),
                         ("?limit=007", 7), ("?limit=" + "9" * 3000, 200),
                         ("?limit=2&limit=3", 3)):  # fmt: skip
        answer = await student_api.get(f"/missions{query}")
        assert len(answer.json()) == shown
        assert following(answer) is not None


@pytest.mark.parametrize(
    ("query", "error"),
    [
        *((f"status={s}", BAD_STATUS) for s in ("Pending", "pending,done", "null", "%00")),
        *((f"limit={n}", BAD_LIMIT) for n in ("0", "-1", "x", "1.5", "", "%2B5", "1e1", "٣")),
        ("status=nonsense&limit=0&cursor=x", BAD_STATUS),
        ("limit=0&cursor=x", BAD_LIMIT),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_said(student_api, many, query, error):
    answer = await student_api.get(f"/missions?{query}")
    assert (answer.status_code, answer.json()) == (400, {"error": error})
    assert answer.headers["homeroom-generation"] == "g0001"
    assert "link" not in answer.headers
    assert many


def packed(*values: Any) -> str:
    text = json.dumps(values[0] if len(values) == 1 else values)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


BROKEN = [
    "x", "%00", "é", "====", "W10", "e30", "bnVsbA", " ", "a" * 9000,
    packed("2026-03-01T12:00:00", "M0"), packed("2026-03-01", "M0"), packed("nonsense", "M0"),
    packed("2026-03-01T12:00:00Z", 7), packed("2026-03-01T12:00:00Z", None),
    packed("2026-03-01T12:00:00Z", "M\x00"), packed("2026-03-01T12:00:00Z", "M\ud800"),
    packed("2026-03-01T12:00:00Z"), packed("2026-03-01T12:00:00Z", "M0", "M1"), packed(1, "M0"),
    packed(None, None), packed(["2026-03-01T12:00:00Z"]), packed("0000-03-01T12:00:00Z", "M0"),
    packed("2026-02-30T12:00:00Z", "M0"), packed("10000-01-01T00:00:00Z", "M0"),
    "[" * 5000, packed([[[[]]]]), packed({"2026-03-01T12:00:00Z": 1}),
]  # fmt: skip


async def test_a_cursor_that_is_none_is_refused(student_api, many):
    for cursor in BROKEN:
        answer = await student_api.get(f"/missions?cursor={cursor}")
        assert (answer.status_code, answer.json()) == (400, {"error": BAD_CURSOR}), cursor
    assert many


async def test_a_cursor_in_any_time_zone_and_of_any_age_is_a_place_in_the_list(student_api, many):
    for at in ("2026-03-01T12:00:00Z", "2026-03-02T11:59:00+23:59", "2026-02-28T12:01:00-23:59"):
        found = await student_api.get(f"/missions?cursor={packed(at, many[2])}")
        assert [m["mission_id"] for m in found.json()] == many[3:], at
    assert (await student_api.get("/missions?cursor=")).json()[0]["mission_id"] == many[0]
    # The last two are moments that Python's calendar does not have in UTC.
    for at, shown in {
        "0001-01-01T00:00:00Z": 0, "9999-12-31T23:59:59Z": 40,
        "0001-01-01T00:00:00+23:59": 0, "9999-12-31T23:59:59-23:59": 40,
    }.items():  # fmt: skip
        assert len((await student_api.get(f"/missions?cursor={packed(at, 'M0')}")).json()) == shown


async def test_a_cursor_shows_whoever_has_it_only_own_missions(student_api, students, many):
    link = following(await student_api.get("/missions?limit=5"))
    mine = await student_api.get(link)
    theirs = await student_api.get(link, Authorization=student_api.token("S-2"))
    assert [m["mission_id"] for m in theirs.json()] == [m["mission_id"] for m in mine.json()]
    students.hold(("student", {"student_id": "S-2"}))
    theirs = await student_api.get(link, Authorization=student_api.token("S-2"))
    assert theirs.json() == []
    assert many


async def test_what_changes_between_two_pages_is_missed_by_none(student_api, students, many):
    """A mission that changes moves to the top; all others are listed once all the same."""
    first = await student_api.get("/missions?limit=20")
    changed = many[10]
    own = {"mission_id": changed, "student_id": ME, "updated_at": NOON + TICK}
    students.hold_further(("mission_progress", own))
    rest = await student_api.get(following(first))
    seen = [m["mission_id"] for m in first.json() + rest.json()]
    assert seen == many
    assert (await student_api.get("/missions?limit=1")).json()[0]["mission_id"] == changed
