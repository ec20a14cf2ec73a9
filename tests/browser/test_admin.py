"""An admin assigns a class, and the teacher whose page is open sees it, and gives marks in it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser.axe import axe_in_both_schemes
from tests.support.commands import Service
from tests.support.strength import at_full_strength, thinned

NEW_CLASS = "History 10b"


@pytest.fixture
def site(living_service: Service) -> Service:
    return living_service


def test_what_an_admin_assigns_and_removes_the_teachers_page_shows_without_a_reload(
    new_page: Callable[..., Page],
) -> None:
    teacher, admin = new_page("teacher"), new_page("admin")
    teacher.goto("/teacher/teaching")
    expect(teacher.get_by_role("heading", name="My Classes")).to_be_visible()
    own = teacher.get_by_role("region", name="My Classes")
    expect(own).not_to_contain_text(NEW_CLASS)
    teacher.evaluate("() => { window.notReloaded = true }")

    admin.goto("/admin/assignments")
    admin.get_by_label("Select Teacher").press_sequentially("ada")
    admin.get_by_role("status").get_by_role("link", name="Ada").click()
    admin.get_by_label("Class to add").select_option(label=NEW_CLASS)
    admin.get_by_role("button", name="Add Class").click()
    expect(admin.get_by_text("1 assignment was made.")).to_be_visible()
    expect(admin.get_by_role("region", name="Assigned Classes")).to_contain_text(NEW_CLASS)
    expect(own).to_contain_text(NEW_CLASS)
    expect(teacher.locator("#announcements")).to_have_text("Your assignments have changed.")

    admin.get_by_role("button", name=f"Remove {NEW_CLASS}").click()
    expect(admin.get_by_role("heading", level=1)).to_contain_text(f"class {NEW_CLASS}?")
    assert axe_in_both_schemes(admin) == []
    admin.get_by_role("button", name="Remove").click()
    expect(admin.get_by_text("The assignment was removed.")).to_be_visible()
    expect(own).not_to_contain_text(NEW_CLASS)
    assert teacher.evaluate("() => window.notReloaded")


@at_full_strength
def test_what_was_ticked_stays_so_while_another_part_of_the_names_is_searched_for(
    new_page: Callable[..., Page],
) -> None:
    admin = new_page("admin")
    admin.goto("/admin/assignments?user_id=T-3")
    admin.get_by_role("checkbox", name="Mathematics 7b").check()
    admin.get_by_role("searchbox", name="Find a class or a subject").press_sequentially("phys")
    expect(admin.get_by_role("checkbox", name="English 9b")).to_have_count(0)
    expect(admin.get_by_role("checkbox", name="Mathematics 7b")).to_be_checked()
    admin.get_by_role("checkbox", name="Physics 8b").check()
    admin.get_by_role("button", name="Bulk Assign").click()
    expect(admin.get_by_text("2 assignments were made.")).to_be_visible()
    assigned = admin.get_by_role("region", name="Assigned Classes")
    expect(assigned).to_contain_text("Mathematics 7b")
    expect(assigned).to_contain_text("Physics 8b")


@at_full_strength
def test_a_teacher_enters_a_mark_and_finds_it_in_the_reports(new_page: Callable[..., Page]) -> None:
    teacher = new_page("teacher")
    teacher.goto("/teacher/teaching")
    teacher.get_by_role("link", name="Enter Marks of Mathematics 7b").click()
    grid = teacher.get_by_role("table", name="Mathematics in Mathematics 7b")
    row = grid.get_by_role("row", name="Chloé Martin")
    row.get_by_role("textbox").fill("97.5")
    row.get_by_role("textbox").press("Enter")
    expect(teacher.get_by_text("1 mark was recorded.")).to_be_visible()
    expect(row).to_contain_text("97.5")
    teacher.get_by_role("link", name="Report of the class").click()
    expect(teacher.get_by_role("heading", level=1)).to_have_text("Report of Mathematics 7b")
    teacher.get_by_role("link", name="Chloé Martin").click()
    expect(teacher.get_by_role("table", name="Marks by subject")).to_contain_text("54 · 97.5")


@pytest.mark.parametrize(
    ("path", "table"),
    thinned(
        [("/marks?class_level_id=C-1&subject_id=J-1", "Mathematics in Mathematics 7b"),
         ("/reports/classes/C-1", "Each student's marks by subject"),
         ("/reports/students/S-1", "Marks by subject")],
        lambda one: one[0].startswith("/marks"),
    ),
)  # fmt: skip
def test_marks_and_reports_are_printed_without_what_nobody_can_press_on_paper(
    new_page: Callable[..., Page], path: str, table: str
) -> None:
    teacher = new_page("teacher")
    teacher.goto(path)
    teacher.emulate_media(media="print")
    expect(teacher.get_by_role("table", name=table).get_by_role("row").nth(1)).to_be_visible()
    for pressed in ("button", "textbox", "combobox", "navigation"):
        expect(teacher.get_by_role(pressed)).to_have_count(0)


@at_full_strength
def test_the_report_of_an_imported_file_can_be_read_by_everybody(
    new_page: Callable[..., Page],
) -> None:
    admin = new_page("admin")
    admin.goto("/admin/assignments")
    lines = b"user_id,class_level_id,subject_id\nT-2,C-1,\nT-1,C-1,\nT-9,C-1,\n"
    file = {"name": "a.csv", "mimeType": "text/csv", "buffer": lines}
    admin.get_by_label("CSV file").set_input_files(file)
    admin.get_by_role("button", name="Import").click()
    report = admin.get_by_role("table", name="What became of each line of the file")
    for number, result in ((2, "Assigned"), (3, "Skipped: there already"), (4, "Refused")):
        expect(report.get_by_role("row", name=f"{number} {result}")).to_be_visible()
    assert axe_in_both_schemes(admin) == []


@at_full_strength
def test_a_select_of_very_many_searches_for_what_is_typed_above_it(
    new_page: Callable[..., Page],
) -> None:
    admin = new_page("admin")
    # Of so few all would be listed, and there would be nothing to type.
    admin.goto("/admin/assignments?find_teacher=nobody")
    typed = admin.get_by_role("searchbox", name="Type to search: Teacher")
    chosen = admin.get_by_label("Teacher", exact=True)
    expect(chosen).to_have_value("")
    typed.fill("")
    typed.press_sequentially("ada")
    expect(chosen.locator("option:checked")).to_have_text("Ada Lovelace")
    expect(admin.locator("#announcements")).to_contain_text("1 is found.")
    assert axe_in_both_schemes(admin) == []
    typed.press("Enter")
    expect(admin).to_have_url(re.compile("teacher=T-1"))
    expect(chosen.locator("option:checked")).to_have_text("Ada Lovelace")
    listed = admin.get_by_role("table", name="Teachers and their assignments")
    expect(listed.get_by_role("row")).to_have_count(2)
