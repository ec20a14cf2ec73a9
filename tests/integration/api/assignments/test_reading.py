"""Who is assigned to what, as admins and teachers read it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
import pytest_asyncio

from homeroom.api import cursors
from homeroom.api.app import create_app
from homeroom.settings import Settings
from tests.integration.api.conftest import SECRET
from tests.support.applications import LOOP
from tests.support.assigning import PATH, Asking, School
from tests.support.strength import at_full_strength
from tests.support.students import NOON

ADMINS = (PATH, f"{PATH}/workload", f"{PATH}/history?user_id=2", "/api/teachers",
          "/api/class-levels", "/api/subjects")  # fmt: skip
OWN = f"{PATH}/my-assignments"


@pytest_asyncio.fixture(loop_scope=LOOP)
async def assigned(admin: Asking, school: School) -> School:
    """Grace (2) has classes 5 and 6 and two subjects, Ola one class of the school."""
    await admin.assign("bulk", user_id=2, class_level_ids=[6, 5], subject_ids=[3, 2])
    await admin.assign("class", user_id="T-org", class_level_id="O-C")
    school.apply()
    return school


def of(data: list[dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    return {one["user_id"]: one for one in data}


async def pages(asking: Asking, path: str, **params: Any) -> list[list[dict[str, Any]]]:
    """All pages from one on, as their links lead."""
    found = []
    while True:
        answer = await asking.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        found.append(answer.json()["data"])
        if "next" not in answer.links:
            return found
        following = urlsplit(answer.links["next"]["url"])
        assert following.path == path
        params = dict(parse_qsl(following.query))


async def test_admins_see_who_is_assigned_to_what(admin: Asking, assigned: School) -> None:
    data = await admin.data(PATH)
    # By name, as the database sorts; with those who have nothing.
    assert {one["user_id"] for one in data} == {2, 3, "T-org"}
    assert of(data)[2] == {
        "user_id": 2, "username": "grace@school.example", "full_name": "Grace Hopper",
        "classes": [
            {"id": 5, "assignment_id": 2, "name": "Class 5", "student_count": 2},
            {"id": 6, "assignment_id": 1, "name": "Class 6", "student_count": 1},
        ],
        "subjects": [
            {"id": 2, "assignment_id": 2, "name": "Art"},
            {"id": 3, "assignment_id": 1, "name": "Physics"},
        ],
    }  # fmt: skip
    assert of(data)[3] == {
        "user_id": 3, "username": "3", "full_name": "ada lovelace", "classes": [], "subjects": [],
    }  # fmt: skip
    assert list(data[0]) == ["user_id", "username", "full_name", "classes", "subjects"]
    for params, users in (
        ({"user_id": 2}, [2]), ({"class_level_id": 5}, [2]), ({"subject_id": 3}, [2]),
        ({"class_level_id": "O-C"}, ["T-org"]), ({"user_id": 3, "class_level_id": 5}, []),
        ({"class_level_id": 7}, []), ({"user_id": "T-old"}, []), ({"user_id": ""}, [2, 3, "T-org"]),
    ):  # fmt: skip
        assert set(of(await admin.data(PATH, **params))) == set(users), params
    assert assigned.students.rows["class_assignment"].keys() == {"1", "2", "3"}


async def test_what_is_gone_takes_its_links_with_it_until_it_is_there_again(
    admin: Asking, asking: Callable[..., Asking], assigned: School
) -> None:
    grace = asking("2", "teacher")

    async def told() -> list[Any]:
        answer = await grace.ask("GET", OWN)
        # Whoever is deactivated has no rights either.
        own = answer.json().get("data", {"classes": [], "subjects": []})
        assert answer.status_code == (401 if assigned.is_deactivated("2") else 200)
        (seen,) = await admin.data(PATH, user_id=2) or [{"classes": [], "subjects": []}]
        load = of(await admin.data(f"{PATH}/workload")).get(2, {"classes": 0, "subjects": 0})
        listed = [[one["id"] for one in seen[kind]] for kind in ("classes", "subjects")]
        assert [[one["id"] for one in own[kind]] for kind in ("classes", "subjects")] == listed
        assert [load["classes"], load["subjects"]] == [len(ids) for ids in listed]
        return listed

    usual = [[5, 6], [2, 3]]
    assert await told() == usual
    for entity, key, flag, left in (
        ("class", "5", "deleted", [[6], [2, 3]]), ("subject", "2", "retired", [[5, 6], [3]]),
        ("teacher", "2", "deactivated", [[], []]),
    ):  # fmt: skip
        assigned.change(entity, key, **{flag: True})
        assert await told() == left
        rights = [assigned.targets(kind, "2") for kind in ("class", "subject")]
        assert rights == [[str(one) for one in ids] for ids in left]
        assigned.change(entity, key, **{flag: False})
        assert await told() == usual
    await admin.ask("DELETE", f"{PATH}/class/1")
    assigned.apply()
    assert await told() == [[5], [2, 3]]


async def test_everybody_sees_the_own_assignments(
    admin: Asking, asking: Callable[..., Asking], assigned: School
) -> None:
    grace = await asking("2", "teacher").data(OWN)
    assert grace == {
        "classes": [{"id": 5, "name": "Class 5", "student_count": 2},
                    {"id": 6, "name": "Class 6", "student_count": 1}],
        "subjects": [{"id": 2, "name": "Art"}, {"id": 3, "name": "Physics"}],
    }  # fmt: skip
    nothing = {"classes": [], "subjects": []}
    for who in (asking("3", "teacher"), asking("nobody", "teacher"), admin):
        assert await who.data(OWN) == nothing
    # Of an admin who teaches as well; what is outside the realm does not exist.
    assert (await asking("2", "admin").data(OWN)) == grace
    await admin.assign("class", user_id="T-org", class_level_id=7)
    assigned.apply()
    for realm, ids in ((None, [7, "O-C"]), ("O-1", ["O-C"])):
        own = await asking("T-org", "admin", realm).data(OWN)
        assert [one["id"] for one in own["classes"]] == ids
    # A link that two events made is one.
    assigned.students.hold_further(
        ("class_assignment", {"assignment_id": "77", "teacher_id": "2", "class_id": "5"})
    )
    assert await asking("2", "teacher").data(OWN) == grace


async def test_the_workload_has_those_with_most_first(admin: Asking, assigned: School) -> None:
    data = await admin.data(f"{PATH}/workload")
    assert [list(one.values()) for one in data] == [
        [2, "grace@school.example", "Grace Hopper", 2, 2, 2],
        ["T-org", "T-org", "Ola", 1, 0, 1],
        [3, "3", "ada lovelace", 0, 0, 0],
    ]
    assert list(data[0]) == ["user_id", "username", "full_name", "classes", "subjects", "students"]
    assert [one for (one,) in await pages(admin, f"{PATH}/workload", limit=1)] == data
    assert assigned


async def test_the_history_says_who_made_and_removed_what(
    admin: Asking, of_school: Asking, assigned: School
) -> None:
    await admin.ask("DELETE", f"{PATH}/class/2")
    assigned.apply()
    assigned.change("class", "5", deleted=True)
    data = await admin.data(f"{PATH}/history", user_id=2)
    assert [(one["kind"], one["assignment_id"], one["target_id"]) for one in data] == [
        ("class", 1, 6), ("class", 2, 5), ("subject", 1, 3), ("subject", 2, 2),
    ]  # fmt: skip
    removed = data[1]
    assert list(removed) == ["assignment_id", "kind", "target_id", "made_at", "made_by",
                             "removed_at", "removed_by"]  # fmt: skip
    assert removed["made_by"] == removed["removed_by"] == "A-0"
    assert removed["made_at"] < removed["removed_at"]
    assert data[0]["removed_at"] is data[0]["removed_by"] is None
    assert [one for (one,) in await pages(admin, f"{PATH}/history", user_id=2, limit=1)] == data
    assert await admin.data(f"{PATH}/history", user_id=3) == []
    for path, status in ((f"{PATH}/history", 400), (f"{PATH}/history?user_id=99", 404),
                         (f"{PATH}/history?user_id=T-old", 404)):  # fmt: skip
        assert (await admin.ask("GET", path)).status_code == status
    assert (await of_school.ask("GET", f"{PATH}/history?user_id=2")).status_code == 404


async def test_admins_choose_among_teachers_classes_and_subjects(
    admin: Asking, school: School
) -> None:
    teachers = await admin.data("/api/teachers")
    assert {"id": 2, "name": "Grace Hopper", "email": "grace@school.example"} in teachers
    assert {one["id"] for one in teachers} == {2, 3, "T-org"}
    classes = await admin.data("/api/class-levels")
    assert {"id": 5, "name": "Class 5", "student_count": 2} in classes
    assert {one["id"] for one in classes} == {5, 6, 7, "C-art", "O-C"}
    subjects = [{"id": 2, "name": "Art"}, {"id": 1, "name": "Maths"}, {"id": 3, "name": "Physics"}]
    assert await admin.data("/api/subjects") == subjects
    for path, q, ids in (
        ("/api/teachers", "LOVE", [3]), ("/api/class-levels", "ss 6", [6]),
        ("/api/subjects", "phys", [3]), ("/api/subjects", "%%", []), ("/api/subjects", "Latin", []),
    ):  # fmt: skip
        assert [one["id"] for one in await admin.data(path, q=q)] == ids
    for path in ("/api/teachers", "/api/class-levels", "/api/subjects", PATH):
        whole = await admin.data(path)
        assert [one for (one,) in await pages(admin, path, limit=1)] == whole
        assert [one for page in await pages(admin, path, limit=2) for one in page] == whole
    assert school


async def test_lists_have_as_many_as_the_house_says(admin: Asking, school: School) -> None:
    many = [("teacher", {"teacher_id": f"T-{n}", "name": "N" * 10_000}) for n in range(510)]
    school.students.hold_further(*many)
    for path, usual, most in (
        (PATH, 100, 500), (f"{PATH}/workload", 100, 500), ("/api/teachers", 20, 50),
    ):  # fmt: skip
        assert len(await admin.data(path)) == usual
        assert len(await admin.data(path, limit=1000)) == most
    ids = [one["id"] for page in await pages(admin, "/api/teachers", limit=50) for one in page]
    assert len(ids) == len(set(ids)) == 513


async def test_outside_the_realm_nothing_exists(
    of_school: Asking, admin: Asking, asking: Callable[..., Asking], assigned: School
) -> None:
    await admin.assign("class", user_id=3, class_level_id=5)
    await admin.assign("class", user_id=3, class_level_id="O-C")
    await admin.assign("subject", user_id=3, subject_id=1)
    assigned.apply()
    data = of(await of_school.data(PATH))
    assert data.keys() == {3, "T-org"}
    assert [one["id"] for one in data[3]["classes"]] == ["O-C"]
    assert [one["id"] for one in data[3]["subjects"]] == [1]
    assert await of_school.data(PATH, class_level_id=5) == []
    assert await of_school.data(PATH, user_id=2) == []
    load = of(await of_school.data(f"{PATH}/workload"))
    assert {user: one["classes"] for user, one in load.items()} == {3: 1, "T-org": 1}
    history = await of_school.data(f"{PATH}/history", user_id=3)
    assert [(one["kind"], one["target_id"]) for one in history] == [("subject", 1),
                                                                    ("class", "O-C")]  # fmt: skip
    assert {one["id"] for one in await of_school.data("/api/teachers")} == {3, "T-org"}
    assert [one["id"] for one in await of_school.data("/api/class-levels")] == ["O-C"]
    assert len(await of_school.data("/api/subjects")) == 3
    for strange in ("", "a b", "O-2"):
        nowhere = asking("A-1", "admin", strange)
        for path in (PATH, f"{PATH}/workload", "/api/teachers", "/api/class-levels"):
            assert await nowhere.data(path) == [], strange


@pytest.mark.parametrize("path", ADMINS)
async def test_only_admins_read_it(asking: Callable[..., Asking], path: str, admin: Asking) -> None:
    for role in ("teacher", "student", "service", "operator"):
        answer = await asking("2", role).ask("GET", path)
        assert answer.status_code == 403
        assert answer.json() == {"success": False, "error": "Admin access required"}
    answer = await asking("a b", "admin").ask("GET", path)
    assert answer.status_code == 403
    answer = await admin.ask("GET", path, headers={"Authorization": ""})
    assert answer.status_code == 401
    assert answer.json() == {"success": False, "error": "Authentication required"}
    assert (await admin.ask("GET", path)).status_code == 200


@pytest.mark.parametrize("path", [f"{PATH}/class", f"{PATH}/subject", f"{PATH}/bulk"])
async def test_only_admins_write_it(
    asking: Callable[..., Asking], admin: Asking, path: str, school: School
) -> None:
    for method, at in (("POST", path), ("DELETE", f"{PATH}/class/1"),
                       ("DELETE", f"{PATH}/subject/1")):  # fmt: skip
        for role in ("teacher", "student", "service", "operator"):
            answer = await asking("2", role).ask(method, at)
            assert answer.status_code == 403
            assert answer.json() == {"success": False, "error": "Admin access required"}
        answer = await admin.ask(method, at, headers={"Authorization": "Bearer x"})
        assert answer.status_code == 401
        assert answer.json() == {"success": False, "error": "Authentication required"}
        assert "WWW-Authenticate" in answer.headers
    assert school.events() == []


async def test_own_assignments_are_for_teachers_and_admins(asking: Callable[..., Asking]) -> None:
    for role in ("student", "service", "operator"):
        answer = await asking("2", role).ask("GET", OWN)
        assert answer.status_code == 403
        assert answer.json()["error"].startswith("Access denied. You do not have permission")


async def test_answers_are_as_everywhere(admin: Asking, assigned: School) -> None:
    assigned.students.reach(NOON)
    for path in (*ADMINS, OWN):
        answer = await admin.ask("GET", path)
        assert answer.headers["Homeroom-As-Of"] == "2026-03-01T12:00:00Z"
        assert answer.headers["Homeroom-Generation"] == assigned.students.generation
        assert "Homeroom-Incomplete-Since" not in answer.headers
        again = await admin.ask("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        head = await admin.ask("HEAD", path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["ETag"] == answer.headers["ETag"]
        late = await admin.ask("GET", path, headers={"Homeroom-Wait-For": "people:0:x"})
        assert (late.status_code, late.json()["success"]) == (400, False)
    answer = await admin.ask("POST", PATH)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert answer.json() == {"success": False, "error": "Method not allowed"}
    for path in (f"{PATH}/nothing/1", f"{PATH}/nothing", "/api/subjects/1", "/api/class-levels/"):
        answer = await admin.ask("GET", path)
        assert answer.status_code == 404
        assert answer.json() == {"success": False, "error": "Not found"}
    # Below it each teacher's own paths are, which have an envelope of their own.
    assert "requestId" in (await admin.ask("GET", "/api/teachers/2")).json()


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=x", "cursor=WyJvdGhlciIsMV0"])
async def test_parameters_that_are_wrong_are_refused(admin: Asking, query: str) -> None:
    for path in ADMINS:
        answer = await admin.ask("GET", f"{path}{'&' if '?' in path else '?'}{query}")
        assert (answer.status_code, answer.json()["success"]) == (400, False), path
    answer = await admin.ask("GET", f"{PATH}?user_id=a%20b")
    assert answer.json() == {"success": False, "error": "user_id must be an id"}
    assert (await admin.ask("GET", "/api/teachers?q=x")).status_code == 400


@pytest.mark.parametrize("number", [2**63, -(2**63), 2**64 - 1])
async def test_a_number_that_is_none_of_the_databases_is_in_no_cursor(
    admin: Asking, number: int
) -> None:
    for values in ((number, 0, 0), (0, number, 0), (0, 0, number)):
        cursor = cursors.pack("workload", *values, "2")
        answer = await admin.ask("GET", f"{PATH}/workload?cursor={cursor}")
        assert (answer.status_code, answer.json()["success"]) == (400, False), values
    known = cursors.pack("workload", 2**63 - 1, -(2**63) + 1, 0, "2")
    assert (await admin.ask("GET", f"{PATH}/workload?cursor={known}")).status_code == 200


async def test_what_misses_an_event_marks_the_answers_that_it_may_be_in(
    admin: Asking, asking: Callable[..., Asking], assigned: School
) -> None:
    grace = asking("2", "teacher")
    for entity, key, marked in (
        ("class_assignment", "1", (PATH, f"{PATH}/workload", f"{PATH}/history?user_id=2", OWN)),
        ("subject", "2", (PATH, "/api/subjects", OWN)), ("session", "X", ()),
        ("class_assignment", "3", (PATH,)),
    ):  # fmt: skip
        assigned.students.lack(entity, key)
        for path in (*ADMINS, OWN):
            answer = await (grace if path == OWN else admin).ask("GET", path)
            if path in marked:
                assert answer.headers["Homeroom-Incomplete-Since"] == "2026-03-01T12:00:00Z", path
        if not marked or key == "3":
            answer = await grace.ask("GET", OWN)
            assert "Homeroom-Incomplete-Since" not in answer.headers


@at_full_strength
async def test_without_a_database_it_is_503_in_the_same_envelope() -> None:
    settings = Settings(database_url="postgresql://127.0.0.1:1/none", jwt_secret=SECRET)
    app = create_app(settings)
    async with (
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://homeroom") as client,
        app.router.lifespan_context(app),
    ):
        for method, path in (("GET", PATH), ("POST", f"{PATH}/class")):
            answer = await Asking(client, settings, "A-0", "admin").ask(
                method, path, {"user_id": 1}
            )
            assert answer.status_code == 503
            assert answer.json().keys() == {"success", "error"}
            assert answer.headers["Retry-After"] == "1"
