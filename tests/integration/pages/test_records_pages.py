"""Students, marks and reports: restricted as the API is, with a line that says what is shown."""

import re

import pytest

from tests.integration.api.records.conftest import link
from tests.support.school_pages import SchoolPages, text_of


@pytest.fixture
def teacher(as_somebody) -> SchoolPages:
    """Who has class 5 and Maths."""
    return as_somebody("2", "teacher")


async def test_a_teacher_sees_the_students_of_assigned_classes_and_which_those_are(teacher):
    text = await teacher.text("/students")
    assert "Showing your class: Class 5" in text
    assert "Alan Class 5" in text
    assert "Barbara Class 5" in text
    for hidden in ("Clara", "Class 6", "Of the school"):
        assert hidden not in text, hidden
    assert "Showing class: Class 5" in await teacher.text("/students", class_level_id="5")


@pytest.mark.parametrize("path", ["/students", "/marks", "/teacher/teaching"])
async def test_who_has_no_assignments_is_told_so(as_somebody, path):
    assert "You have no assignments yet" in await as_somebody("T-none", "teacher").text(path)


async def test_an_admin_sees_the_students_of_the_realm(as_somebody):
    text = await as_somebody("A-0", "admin").text("/students")
    assert "Showing all classes" in text
    assert "Barbara Class 5 Class 6" in text
    text = await as_somebody("A-1", "admin", "O-1").text("/students")
    assert "Of the school" in text
    assert "Alan" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/students?class_level_id=6", "/students?class_level_id=no", "/marks?class_level_id=6",
        "/marks?subject_id=2", "/reports/classes/6", "/reports/students/S-3",
    ],
)  # fmt: skip
async def test_what_is_not_a_teachers_is_denied_by_a_page_and_logged(as_somebody, path):
    assert "You may not see this page" in await as_somebody("2", "teacher").text(path, 403)
    assert f"2 GET {path} " in await as_somebody("A-0", "admin").text("/admin/access-log")


async def test_what_is_of_another_realm_is_not_there_for_its_admin(as_somebody):
    admin = as_somebody("A-1", "admin", "O-1")
    for path in ("/reports/classes/5", "/reports/students/S-1", "/marks?class_level_id=5"):
        assert "There is no such page" in await admin.text(path, 404)
    assert "1 student" not in await admin.text("/students", class_level_id="5")


@pytest.mark.parametrize("who", [("S-1", "student"), ("Op", "operator")])
async def test_neither_students_nor_operators_see_these_pages(as_somebody, who):
    somebody = as_somebody(*who)
    for path in ("/students", "/marks", "/reports/classes/5", "/reports/students/S-1",
                 "/teacher/teaching"):  # fmt: skip
        await somebody.page(path, 403)


async def test_the_grid_has_a_row_for_each_student_and_a_column_for_each_assessment(
    teacher, records
):
    text = await teacher.text("/marks")
    assert "Maths in Class 5 Student Assessment 1 Average New mark" in text
    assert "Alan 80 80 Barbara 91.5 91.5" in text
    records.students.hold_further(link("subject", 9, "2", "2"))
    text = await teacher.text("/marks", class_level_id="5", subject_id="2")
    assert "Art in Class 5" in text
    assert "Alan 60.25 60.3 Barbara – –" in text


async def test_entered_marks_are_recorded_and_shown(teacher, records):
    fields = {"class_level_id": "5", "subject_id": "1", "score-S-1": "70", "score-S-2": "99,5"}
    answer = await teacher.post("/marks", fields)
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == ("/marks?class_level_id=5&subject_id=1&recorded=2&soon=1")
    told = [(data["student_id"], data["score"], data["recorded_by"])
            for _, _, _, data in records.events()]  # fmt: skip
    assert told == [("S-1", 70, "2"), ("S-2", 99.5, "2")]
    records.apply()
    text = await teacher.text("/marks", recorded="2")
    assert "2 marks were recorded." in text
    assert "Alan 80 70 75 Barbara 91.5 99.5 95.5" in text


async def test_a_form_of_marks_that_is_saved_twice_is_recorded_once(teacher, records):
    key, another = [
        re.findall('name="key" value="([^"]+)"', await teacher.page("/marks")) for _ in range(2)
    ]
    assert key != another
    fields = {"key": key[0], "class_level_id": "5", "subject_id": "1", "score-S-1": "70"}
    for _ in range(2):
        answer = await teacher.post("/marks", fields)
        assert answer.headers["location"].endswith("&recorded=1&soon=1")
    assert len(records.events()) == 1
    answer = await teacher.post("/marks", fields | {"score-S-2": "71"})
    assert answer.status_code == 422
    assert "These marks were saved before" in answer.text
    # Nothing that would be saved twice is filled in.
    assert 'value="70"' not in answer.text
    assert len(records.events()) == 1


async def test_a_mark_that_is_none_records_nothing_and_stays_in_the_form(teacher, records):
    for wrong in ("101", "-1", "x", "1e1", "nan", "1_0"):
        fields = {"class_level_id": "5", "subject_id": "1", "score-S-1": "70", "score-S-2": wrong}
        answer = await teacher.post("/marks", fields)
        assert answer.status_code == 400, wrong
        assert "a mark is a number from 0 to 100" in answer.text
        assert f'value="{wrong}"' in answer.text
        assert answer.text.count('aria-invalid="true"') == 1
    assert records.events() == []


async def test_where_one_mark_is_refused_none_is_recorded(as_somebody, records):
    # S-3 has left class 5 since the form was shown.
    fields = {"class_level_id": "5", "subject_id": "1", "score-S-1": "70", "score-S-3": "60"}
    assert (await as_somebody("2", "teacher").post("/marks", fields)).status_code == 403
    assert records.events() == []
    answer = await as_somebody("A-0", "admin").post("/marks", fields)
    assert answer.status_code == 400
    assert "were recorded" not in answer.text
    assert "was recorded." not in answer.text
    assert 'value="70"' in answer.text
    assert records.events() == []


async def test_marks_of_others_are_not_recorded(as_somebody, records):
    teacher = as_somebody("2", "teacher")
    for changed in ({"class_level_id": "6"}, {"subject_id": "2"}, {"class_level_id": "O-C"}):
        fields = {"class_level_id": "5", "subject_id": "1", "score-S-2": "70"} | changed
        assert (await teacher.post("/marks", fields)).status_code == 403, changed
    answer = await teacher.post(
        "/marks", {"class_level_id": "5", "subject_id": "1", "score-S-3": "70"}
    )
    assert answer.status_code == 403
    fields = {"csrf_token": "", "class_level_id": "5", "subject_id": "1", "score-S-1": "70"}
    assert (await teacher.post("/marks", fields)).status_code == 403
    admin = as_somebody("A-1", "admin", "O-1")
    fields = {"class_level_id": "5", "subject_id": "1", "score-S-1": "70"}
    assert (await admin.post("/marks", fields)).status_code == 404
    assert records.events() == []


async def test_the_report_of_a_class_has_marks_by_subject_and_averages_as_bars(teacher):
    page = await teacher.page("/reports/classes/5")
    text = text_of(page)
    assert "Report of Class 5" in text
    assert "Student Art Maths Average Alan 60.25 80 70.1 Barbara – 91.5 91.5" in text
    assert 'width="85.8"' in page, "Maths: 85.75, with one decimal"
    assert 'href="/reports/students/S-1"' in page


async def test_the_report_of_a_student_has_marks_by_subject_and_averages_as_bars(as_somebody):
    page = await as_somebody("A-0", "admin").page("/reports/students/S-2")
    text = text_of(page)
    assert "Report of Barbara" in text
    assert "Maths 91.5 · 70 80.8" in text
    assert 'width="80.8"' in page


async def test_reports_have_a_button_that_prints(teacher):
    for path in ("/reports/classes/5", "/reports/students/S-1"):
        assert "data-print" in await teacher.page(path)


async def test_a_teacher_sees_own_classes_and_subjects_with_ways_on(teacher):
    page = await teacher.page("/teacher/teaching")
    text = text_of(page)
    assert "My Teaching Assignments" in text
    assert "My Classes Class 5 2 students View Students Enter Marks Report" in text
    assert "My Subjects Maths View Students" in text
    assert "Add Assignment" not in text
    for link_to in ("/students?class_level_id=5", "/marks?class_level_id=5", "/reports/classes/5"):
        assert f'href="{link_to}"' in page, link_to


async def test_an_admin_sees_own_assignments_and_adds(as_somebody):
    text = await as_somebody("A-0", "admin").text("/teacher/teaching")
    for heading in ("Assigned Classes", "Assigned Subjects", "Add Assignment"):
        assert heading in text, heading
