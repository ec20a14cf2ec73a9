"""The teacher's lists in full: pages that make up the list, filters, and what is refused."""

import base64
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from psycopg import sql

from tests.support.readmodel import NOON, TEACHER, Tables
from tests.support.strength import thinned

BASE = f"/api/teachers/{TEACHER}"
BAD_CURSOR = "cursor must be one that a Link header has given"
# By path: the list's name, its table, its key, what it is sorted by, and the message.
LISTS = {
    "exams": ("exams", "teacher_exams", "exam_id", "scheduled_at", "Exams"),
    "question-banks": (
        "questionBanks", "teacher_question_banks", "question_bank_id", "created_at",
        "Question banks",
    ),
    "classes": ("classes", "teacher_classes", "class_id", "created_at", "Classes"),
    "assignments": (
        "assignments", "teacher_assignments", "assignment_id", "created_at", "Assignments",
    ),
}  # fmt: skip
PATHS = (*LISTS, "students")
# A list by time, and the one by name.
FEW_PATHS = thinned(PATHS, lambda path: path in {"exams", "students"})
STATS = {"exams": "exams", "question-banks": "question_banks", "classes": "classes",
         "assignments": "assignments", "students": "students"}  # fmt: skip


@pytest.fixture(autouse=True)
def registered(tables: Tables) -> None:
    tables.insert("teachers")


def student(student_id: str, name: str | None) -> dict[str, Any]:
    return {"student_id": student_id, "name": name, "sorted_as": (name or "")[:200]}


@pytest.fixture
def many(tables: Tables) -> dict[str, list[str]]:
    """Thirty of each, of few different times, names and none; their ids in the lists' order."""
    tables.insert("teacher_stats", dict.fromkeys(STATS.values(), 30))
    ids = [f"{letter}{n}" for letter in "Xx" for n in range(15)]
    expected = {}
    for path, (_, table, key, by, _) in LISTS.items():
        at: dict[str, Any] = {
            i: None if by == "scheduled_at" and n % 5 == 4 else NOON + timedelta(microseconds=n % 3)
            for n, i in enumerate(ids)
        }
        tables.insert(table, *({key: i, by: at[i]} for i in ids))
        tables.insert(table, {key: "theirs", by: NOON, "teacher_id": "T-2"})
        dated = sorted((i for i in sorted(ids) if at[i]), key=at.__getitem__, reverse=True)
        expected[path] = dated + sorted(i for i in ids if not at[i])
    names = {i: None if n % 5 == 4 else ("Ada", "Bo", "Bo" * 300)[n % 3] for n, i in enumerate(ids)}
    tables.insert("teacher_student_names", *(student(i, names[i]) for i in ids))
    tables.insert("teacher_student_names", {"student_id": "theirs", "teacher_id": "T-2"})
    expected["students"] = sorted(ids, key=lambda i: (names[i] is None, names[i] or "", i))
    return expected


def following(answer: Any) -> str | None:
    link = answer.headers.get("link")
    if link is None:
        return None
    assert link.endswith('>; rel="next"')
    return str(link[1 : link.index(">")])


async def pages(api: Any, path: str) -> list[list[dict[str, Any]]]:
    found: list[list[dict[str, Any]]] = []
    name = path.partition("?")[0]
    place: str | None = f"{BASE}/{path}"
    while place is not None:
        answer = await api.get(place)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["data"][LISTS[name][0] if name in LISTS else name])
        assert len(found) <= 40, "pages without an end"
        place = following(answer)
    return found


async def ids_of(api: Any, path: str) -> list[str]:
    return [item["_id"] for item in itertools.chain(*await pages(api, path))]


@pytest.mark.parametrize("path", FEW_PATHS)
async def test_pages_make_up_the_list_however_long_they_are(api, many, path):
    for limit in (1, 7, 29, 30, 31, 50):
        found = await pages(api, f"{path}?limit={limit}")
        assert [item["_id"] for item in itertools.chain(*found)] == many[path], limit
        assert [len(page) for page in found[:-1]] == [limit] * (len(found) - 1)
        assert found[-1]


@pytest.mark.parametrize("path", FEW_PATHS)
async def test_a_list_has_twenty_unless_said_and_fifty_at_most_and_the_total_of_all(
    api, many, tables, path
):
    name = LISTS[path][0] if path in LISTS else path
    more: dict[str, Any] = {"sorted_as": "Z"} if path == "students" else {}
    table, key = LISTS[path][1:3] if path in LISTS else ("teacher_student_names", "student_id")
    tables.insert(table, *({key: f"z{n}"} | more for n in range(30)))
    for query, shown in (("", 20), ("?limit=50", 50), ("?limit=51", 50), ("?limit=2&limit=3", 3)):
        answer = await api.get(f"{BASE}/{path}{query}")
        assert len(answer.json()["data"][name]) == shown
        # Of all that there are, the projection's counts tell.
        assert answer.json()["data"]["total"] == 30
    assert many


@pytest.mark.parametrize("path", PATHS)
async def test_a_list_that_is_empty(api, path):
    name, message = (LISTS[path][0], LISTS[path][4]) if path in LISTS else (path, "Students")
    answer = await api.get(f"{BASE}/{path}")
    assert answer.content == (
        b'{"success":true,"data":{"%s":[],"total":0},"message":"%s retrieved successfully"}'
        % (name.encode(), message.encode())
    )
    assert "link" not in answer.headers
    assert answer.headers["etag"]


@pytest.mark.parametrize("path", LISTS)
async def test_items_are_those_of_the_recent_lists(api, many, path):
    recent = (await api.dashboard(f"{path}/recent?limit=20")).json()["data"]
    full = (await api.get(f"{BASE}/{path}?limit=20")).json()["data"]
    name = LISTS[path][0]
    assert full[name] == recent[name]
    assert many


def packed(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()


def made_up(name: str) -> Iterator[str]:
    yield from ("x", "%00", "é", "W10", "e30", "bnVsbA", "a" * 9000)
    yield packed("2026-03-01T12:00:00Z", "E-1")
    yield packed("other", "2026-03-01T12:00:00Z", "E-1")
    for key, row_id in ((1, "E-1"), (None, None), (None, 7), ([], "E-1"), ("x\x00", "E-1")):
        yield packed(name, key, row_id)
    yield packed(name, None, "E-1", "E-2")


@pytest.mark.parametrize("path", FEW_PATHS)
async def test_a_cursor_that_is_none_is_refused(api, many, path):
    name = LISTS[path][0] if path in LISTS else path
    for cursor in made_up(name):
        answer = await api.get(f"{BASE}/{path}?cursor={cursor}")
        assert (answer.status_code, answer.json()["message"]) == (400, BAD_CURSOR), cursor
    if path in LISTS:
        for time in ("nonsense", "2026-03-01T12:00:00", "2026-02-30T12:00:00Z"):
            answer = await api.get(f"{BASE}/{path}?cursor={packed(name, time, 'E-1')}")
            assert (answer.status_code, answer.json()["message"]) == (400, BAD_CURSOR), time
        # Moments that PostgreSQL would not read from these texts.
        for time in ("2026-03-01T12:00:00+20:00", "2026-W09-7T12:00:00Z", "20260301T120000,5+00"):
            cursor = packed(name, time, "E-1")
            assert (await api.get(f"{BASE}/{path}?cursor={cursor}")).status_code == 200, time
    assert many


@pytest.mark.parametrize("path", PATHS)
async def test_a_cursor_of_another_list_is_refused(api, many, path):
    other = "classes" if path != "classes" else "exams"
    link = following(await api.get(f"{BASE}/{other}?limit=3"))
    assert link
    answer = await api.get(link.replace(f"/{other}?", f"/{path}?"))
    assert (answer.status_code, answer.json()["message"]) == (400, BAD_CURSOR)
    assert many


@pytest.mark.parametrize(
    ("query", "message"),
    [
        *((f"limit={n}", "limit must be a whole number from 1") for n in ("0", "-1", "x", "1.5")),
        ("status=nonsense", "status must be one of draft, scheduled, active, completed, cancelled"),
        ("kind=test", "kind must be exam or quiz, or left out"),
        ("upcoming=false", "upcoming must be true, or left out"),
        ("has_results=1", "has_results must be true, or left out"),
        ("class_id=a.b", "class_id must be an id"),
        *((f"q={q}", "q must have 2 to 100 characters") for q in ("a", "a" * 101, "ab%00")),
    ],
)
async def test_what_is_wrong_is_said(api, many, query, message):
    answer = await api.get(f"{BASE}/exams?{query}")
    assert (answer.status_code, answer.json()["message"]) == (400, message)
    assert many


async def test_exams_by_all_that_can_be_asked_of_them(api, tables):
    hour = timedelta(hours=1)
    now = datetime.now(UTC)
    rows: dict[str, dict[str, Any]] = {
        "soon": {"status": "scheduled", "scheduled_at": now + hour, "class_id": "C-1"},
        "past": {"status": "scheduled", "scheduled_at": now - hour, "kind": "quiz"},
        "undated": {"status": "scheduled"},
        "reported": {"status": "completed", "results": 2, "kind": "quiz", "class_id": "C-1"},
        "without": {"status": "completed", "title": "100% ÉTUDE_1"},
        "running": {"status": "active", "results": 1, "title": r"A\B"},
    }
    for exam_id, row in rows.items():
        tables.insert("teacher_exams", {"exam_id": exam_id} | row)
    await check_filters(api, "exams?", {
        "status=scheduled": {"soon", "past", "undated"},
        "kind=quiz": {"past", "reported"},
        "kind=exam&status=completed": {"without"},
        "upcoming=true": {"soon"},
        "has_results=true": {"reported"},
        "class_id=C-1": {"soon", "reported"},
        "class_id=C-1&upcoming=true": {"soon"},
        "q=étude": {"without"},
        "q=0%25 é": {"without"},
        "q=e_1": {"without"},
        "q=__": set(),
        "q=%5C%5C": set(),
        "q=a%5Cb": {"running"},
        "q=ALGE": {*rows} - {"without", "running"},
        "": {*rows},
    })  # fmt: skip


@pytest.mark.parametrize("graded", ["", "graded=true&"])
async def test_assignments_by_all_that_can_be_asked_of_them(api, tables, graded):
    rows: dict[str, dict[str, Any]] = {
        "A-1": {"status": "published", "class_id": "C-1"},
        "A-2": {"class_id": "C-2", "title": "Poème"},
        "A-3": {"status": "published", "subject": "poème"},
    }
    for assignment_id, row in rows.items():
        tables.insert("teacher_assignments", {"assignment_id": assignment_id} | row)
        tables.insert("teacher_assignment_grades", {"assignment_id": assignment_id})
    await check_filters(api, f"assignments?{graded}", {
        "status=published": {"A-1", "A-3"}, "status=graded": set(), "class_id=C-2": {"A-2"},
        "class_id=C-1&status=published": {"A-1"}, "q=POÈ": {"A-2"}, "": {*rows},
    })  # fmt: skip


async def test_question_banks_and_classes_by_all_that_can_be_asked_of_them(api, tables):
    tables.insert("teacher_question_banks", {"question_bank_id": "B-1", "name": "Brüche"})
    tables.insert("teacher_question_banks", {"question_bank_id": "B-2", "status": "archived"})
    await check_filters(api, "question-banks?", {
        "status=archived": {"B-2"}, "q=BRÜ": {"B-1"}, "q=brü&status=archived": set(),
    })  # fmt: skip
    tables.insert("teacher_classes", {"class_id": "C-1", "name": "Brüche", "code": "Z-9"})
    tables.insert("teacher_classes", {"class_id": "C-2"})
    await check_filters(api, "classes?", {"q=ÜCHE": {"C-1"}, "q=z-9": set()})


async def check_filters(api: Any, path: str, expected: dict[str, set[str]]) -> None:
    """What a list shows with each query, page by page, and how many it says that there are."""
    for query, ids in expected.items():
        assert {*await ids_of(api, f"{path}limit=2&{query}")} == ids, query
        if query:
            total = (await api.get(f"{BASE}/{path}{query}")).json()["data"]["total"]
            assert total == len(ids), query


async def test_assignments_that_the_teacher_graded_have_their_grades(api, tables):
    for n, assignment_id in enumerate(("A-1", "A-2", "A-3")):
        row = {"assignment_id": assignment_id, "created_at": NOON + timedelta(days=n)}
        tables.insert("teacher_assignments", row)
        if grades := {"A-1": 3, "A-2": 1}.get(assignment_id):
            tables.insert("teacher_assignment_grades", row | {"grades": grades})
    tables.insert("teacher_assignments", {"assignment_id": "AT", "teacher_id": "T-2"})
    tables.insert("teacher_assignment_grades", {"assignment_id": "AT", "grades": 2})
    tables.insert("teacher_assignment_grades", {"assignment_id": "A-3", "teacher_id": "T-2"})
    found = list(itertools.chain(*await pages(api, "assignments?graded=true&limit=1")))
    assert [(a["_id"], a["grades"]) for a in found] == [("A-2", 1), ("A-1", 3), ("AT", 2)]
    answer = await api.get(f"{BASE}/assignments?graded=true&q=ess")
    assert answer.json()["data"]["total"] == 3
    plain = (await api.get(f"{BASE}/assignments")).json()["data"]["assignments"]
    assert ["grades" in a for a in plain] == [False] * 3


async def test_students_have_their_name_and_the_classes_of_the_teacher(api, tables):
    tables.insert("teacher_classes", {"class_id": "C-1"}, {"class_id": "C-2", "name": "Maths 0"})
    tables.insert("teacher_classes", {"class_id": "C-3", "teacher_id": "T-2"})
    for student_id, name in {"S-1": "Zoë", "S-2": None, "S-3": "ada"}.items():
        tables.insert("teacher_student_names", student(student_id, name))
    for class_id, student_id in (("C-1", "S-1"), ("C-2", "S-1"), ("C-1", "S-2"), ("C-2", "S-3")):
        tables.insert("student_classes", {"class_id": class_id, "student_id": student_id})
    tables.insert("student_classes", {"class_id": "C-3", "student_id": "S-1", "teacher_id": "T-2"})
    one = {"_id": "C-1", "className": "Maths 1"}
    two = {"_id": "C-2", "className": "Maths 0"}
    zoe = {"_id": "S-1", "name": "Zoë", "classes": [two, one]}
    nameless = {"_id": "S-2", "name": None, "classes": [one]}
    ada = {"_id": "S-3", "name": "ada", "classes": [two]}
    for query, expected in {
        "": [zoe, ada, nameless], "class_id=C-1&": [zoe, nameless], "class_id=C-3&": [],
        "q=ZOË&": [zoe], "class_id=C-2&q=ad&": [ada],
    }.items():  # fmt: skip
        found = list(itertools.chain(*await pages(api, f"students?{query}limit=1")))
        assert sorted(found, key=lambda s: s["_id"]) == sorted(expected, key=lambda s: s["_id"])
        if query:
            total = (await api.get(f"{BASE}/students?{query}")).json()["data"]["total"]
            assert total == len(expected), query
    found = list(itertools.chain(*await pages(api, "students?limit=1")))
    assert found == sorted(found, key=lambda s: (s["name"] is None, s["name"] or "", s["_id"]))


@pytest.mark.parametrize("path", PATHS)
async def test_what_comes_and_goes_between_two_pages_disturbs_no_other(api, many, tables, path):
    table, key = LISTS[path][1:3] if path in LISTS else ("teacher_student_names", "student_id")
    first = await api.get(f"{BASE}/{path}?limit=10")
    gone = many[path][9]
    tables.connection.execute(
        sql.SQL("DELETE FROM {} WHERE {} = %s").format(
            sql.Identifier(tables.generation, table), sql.Identifier(key)
        ),
        [gone],
    )
    tables.insert(table, {key: "new"})
    name = LISTS[path][0] if path in LISTS else path
    seen = [item["_id"] for item in first.json()["data"][name]]
    place = following(first)
    while place is not None:
        answer = await api.get(place)
        seen += [item["_id"] for item in answer.json()["data"][name]]
        place = following(answer)
    assert [i for i in seen if i != "new"] == many[path]
    assert len({*seen}) == len(seen)


async def test_exams_rest_on_results_where_those_with_results_are_asked_for(api, tables):
    tables.insert("teacher_exams", {"exam_id": "E-1"})
    tables.insert("incomplete", {"entity": "exam_result", "key": "E-1/S-1"})
    marked = {}
    for query in ("", "has_results=true"):
        answer = await api.get(f"{BASE}/exams?{query}")
        marked[query] = "homeroom-incomplete-since" in answer.headers
    assert marked == {"": False, "has_results=true": True}
