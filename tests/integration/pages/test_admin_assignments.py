"""Teacher Assignments, for admins: what is shown, changed, and refused."""

from collections.abc import Callable

import pytest

from tests.support.assigning import School
from tests.support.school_pages import SchoolPages, text_of

PATH = "/admin/assignments"
Somebody = Callable[..., SchoolPages]


@pytest.fixture
def admin(as_somebody: Somebody) -> SchoolPages:
    return as_somebody("A-0", "admin")


def made(records: School) -> list[tuple[str, str]]:
    """Which assignments commands have made: the teacher, and the class or subject."""
    return [
        (data["teacher_id"], data.get("class_id") or data.get("subject_id"))
        for name, _, _, data in records.events() if name.endswith("assignment.made.v1")
    ]  # fmt: skip


async def test_all_teachers_are_listed_with_their_classes_and_subjects(admin):
    text = await admin.text(PATH)
    assert "Teacher Assignments" in text
    assert "Grace Hopper Class 5 2 Maths" in text
    assert "ada lovelace Class 6 1 –" in text
    for name in ("Select Teacher", "Add Assignment", "Add Class", "Add Subject", "Bulk Assign"):
        assert name in text, name


async def test_a_teacher_is_found_by_a_part_of_the_name(admin):
    piece = await admin.piece(PATH + "/teachers", q="hopp")
    assert 'href="/admin/assignments?user_id=2"' in piece
    assert "lovelace" not in piece
    assert "No teacher's name contains this" in text_of(
        await admin.piece(PATH + "/teachers", q="zz")
    )
    # One letter finds nobody yet, and no script is needed.
    assert text_of(await admin.piece(PATH + "/teachers", q="h")) == ""
    assert "grace@school.example" in await admin.text(PATH, q="hopp")


async def test_the_selected_teacher_has_classes_with_counts_subjects_and_a_history(admin):
    text = await admin.text(PATH, user_id="2")
    assert "Assigned Classes Class 5 2 students Remove" in text
    assert "Assigned Subjects Maths Remove" in text
    assert "Class Class 5 3/1/26" in text


async def test_the_list_is_filtered_by_teacher_class_and_subject(admin):
    for filters, shown, hidden in (
        ({"teacher": "3"}, "Class 6 1", "Class 5 2"),
        ({"class_level_id": "5"}, "Class 5 2", "Class 6 1"),
        ({"subject_id": "1"}, "Class 5 2", "Class 6 1"),
    ):  # fmt: skip
        text = (await admin.text(PATH, **filters)).partition("All teachers")[2]
        assert shown in text, filters
        assert hidden not in text, filters
    assert "No teacher matches" in await admin.text(PATH, class_level_id="7")


async def test_a_class_and_a_subject_are_added(admin, records):
    for kind, field, target in (("class", "class_level_id", "7"), ("subject", "subject_id", "2")):
        answer = await admin.post(f"{PATH}/{kind}", {"user_id": "2", field: target})
        assert answer.status_code == 303, answer.text
        assert answer.headers["location"] == f"{PATH}?user_id=2&done=assigned&count=1&soon=1"
    assert made(records) == [("2", "7"), ("2", "2")]
    said = await admin.text(PATH, user_id="2", done="assigned", count="1", soon="1")
    assert "1 assignment was made. It is recorded, and will show soon." in said
    records.apply()
    assert "Class 7 0 students" in await admin.text(PATH, user_id="2")


async def test_what_is_assigned_already_is_refused_beside_the_form(admin, records):
    answer = await admin.post(f"{PATH}/class", {"user_id": "2", "class_level_id": "5"})
    assert answer.status_code == 400
    assert "The teacher is assigned to this already." in text_of(answer.text)
    assert "Assigned Classes" in answer.text
    for field in ("class_level_id", "nothing"):
        answer = await admin.post(f"{PATH}/class", {"user_id": "2", field: ""})
        assert answer.status_code == 400
    assert made(records) == []


async def test_bulk_assign_makes_all_that_is_not_there(admin, records):
    fields = {"user_id": "3", "class_level_ids": ["5", "6", "7"], "subject_ids": ["1", "2"]}
    answer = await admin.post(f"{PATH}/bulk", fields)
    assert answer.headers["location"] == f"{PATH}?user_id=3&done=assigned&count=4&soon=1"
    assert made(records) == [("3", "5"), ("3", "7"), ("3", "1"), ("3", "2")]
    answer = await admin.post(f"{PATH}/bulk", {"user_id": "3"})
    assert (answer.status_code, len(made(records))) == (400, 4)
    answer = await admin.post(f"{PATH}/bulk", {"user_id": "3", "class_level_ids": ["C-art", "no"]})
    assert (answer.status_code, len(made(records))) == (404, 4)
    assert "There is no such class, or none that you may see." in text_of(answer.text)


async def test_classes_of_the_same_name_are_told_apart_wherever_one_is_chosen(admin, records):
    records.students.hold_further(("class", {"class_id": "77", "name": "Class 7"}))
    page = await admin.page(PATH)
    for one in ("7", "77"):
        assert page.count(f'<option value="{one}">Class 7 ({one})</option>') == 2
        box = f'<input type="checkbox" name="class_level_ids" value="{one}">'
        assert f'<label class="check">{box}Class 7 ({one})</label>' in page
    assert '<option value="5">Class 5</option>' in page
    marks = await admin.page("/marks")
    assert "Class 7 (77)" in marks


async def test_remove_asks_first(admin, records):
    asked = {"kind": "class", "id": "class-1", "user_id": "2"}
    page = await admin.page(PATH + "/remove", **asked)
    assert "Remove Grace Hopper from class Class 5?" in text_of(page)
    assert records.events() == []
    answer = await admin.post(PATH + "/remove", asked)
    assert answer.headers["location"] == f"{PATH}?user_id=2&done=removed&soon=1"
    assert [name for name, *_ in records.events()] == ["class_assignment.removed.v1"]
    await admin.page(PATH + "/remove", 404, **asked | {"id": "class-99"})
    await admin.page(PATH + "/remove", 400, **asked | {"kind": "school"})
    answer = await admin.post(PATH + "/remove", asked | {"kind": "subject", "id": "subject-99"})
    assert answer.status_code == 404


async def test_workload_is_shown_as_bars_and_loaded_apart(admin):
    page = await admin.page(PATH)
    assert f'hx-get="{PATH}/workload" hx-trigger="load"' in page
    piece = await admin.piece(PATH + "/workload")
    assert "Grace Hopper 1 class 1 2" in text_of(piece)
    assert 'class="bar-part" width="100.0"' in piece
    assert "Teacher Assignments" in await admin.text(PATH + "/workload")


async def test_further_pages_are_loaded_in_place(admin, records):
    teachers = [("teacher", {"teacher_id": f"T{n}", "name": f"Teacher {n:02}"}) for n in range(40)]
    records.students.hold_further(*teachers)
    page = await admin.page(PATH)
    cursor = page.partition('name="cursor" value="')[2].partition('"')[0]
    assert "Teacher 39" not in text_of(page.partition('id="all"')[2].partition("<table")[2])
    rows = text_of(await admin.piece(PATH + "/list", cursor=cursor))
    assert "Teacher 30" in rows
    assert "Teacher Assignments" in await admin.text(PATH + "/list", cursor=cursor)
    await admin.page(PATH + "/list", 400, cursor="nobody's")


async def test_an_admin_of_a_school_sees_and_changes_only_what_is_its_own(as_somebody, records):
    admin = as_somebody("A-1", "admin", "O-1")
    text = await admin.text(PATH)
    assert "Ola Of the school 1 Maths" in text
    for name in ("Grace Hopper", "Class 5", "Class 6"):
        assert name not in text, name
    assert "No teacher's name" in text_of(await admin.piece(PATH + "/teachers", q="hopper"))
    await admin.page(PATH, 404, user_id="2")
    await admin.page(PATH + "/history", 404, user_id="2")
    await admin.page(PATH + "/remove", 404, kind="class", id="class-1", user_id="2")
    for path, fields in (
        ("/class", {"user_id": "2", "class_level_id": "O-C"}),
        ("/class", {"user_id": "3", "class_level_id": "5"}),
        ("/bulk", {"user_id": "3", "class_level_ids": ["O-C", "5"]}),
        ("/remove", {"kind": "class", "id": "class-1", "user_id": "2"}),
        ("/remove", {"kind": "class", "id": "class-1", "user_id": "3"}),
    ):  # fmt: skip
        assert (await admin.post(PATH + path, fields)).status_code == 404, fields
    assert records.events() == []


async def test_nobody_but_an_admin_sees_or_changes_anything_and_each_try_is_logged(
    as_somebody, records
):
    tried = 0
    for who in (("2", "teacher"), ("S-1", "student"), ("Op", "operator")):
        somebody = as_somebody(*who)
        for path in ("", "/teachers?q=ad", "/choices", "/list", "/history", "/workload", "/remove"):
            assert "You may not see this page" in await somebody.text(PATH + path, 403)
            tried += 1
    teacher = as_somebody("2", "teacher")
    for path in ("/class", "/subject", "/bulk", "/remove", "/import"):
        answer = await teacher.post(PATH + path, {"user_id": "2", "class_level_id": "7"})
        assert answer.status_code == 403
        tried += 1
    assert records.events() == []
    admin = as_somebody("A-0", "admin")
    log = await admin.page("/admin/access-log")
    assert log.count('<td class="address">/admin/assignments') == tried
    text = text_of(log)
    assert "S-1 GET /admin/assignments/workload 127.0.0.1" in text
    assert "2 POST /admin/assignments/import 127.0.0.1" in text


async def test_a_form_without_the_sessions_token_changes_nothing(admin, records):
    for token in ("", "0" * 64):
        for path in ("/class", "/subject", "/bulk", "/remove", "/import"):
            fields = {
                "csrf_token": token, "user_id": "2", "class_level_id": "7", "subject_id": "2",
                "class_level_ids": ["7"], "kind": "class", "id": "class-1",
            }  # fmt: skip
            assert (await admin.post(PATH + path, fields)).status_code == 403, path
    assert records.events() == []


async def test_without_a_session_the_page_leads_to_signing_in(as_somebody):
    admin = as_somebody("A-0", "admin")
    admin.client.cookies.clear()
    answer = await admin.client.get(PATH)
    assert answer.headers["location"] == "/sign-in?next=/admin/assignments"
