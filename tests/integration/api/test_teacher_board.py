"""The whole dashboard in one answer is what the single answers are."""

from datetime import timedelta

from tests.support.readmodel import NOON, Tables

LISTS = {
    "exams": ("exams/recent", "teacher_exams", "exam_id", "scheduled_at"),
    "questionBanks": (
        "question-banks/recent", "teacher_question_banks", "question_bank_id", "created_at",
    ),
    "classes": ("classes/recent", "teacher_classes", "class_id", "created_at"),
    "assignments": ("assignments/recent", "teacher_assignments", "assignment_id", "created_at"),
}  # fmt: skip


async def check(api) -> dict[str, list[str]]:
    """The ids of each list, once the whole is what its parts are."""
    answer = await api.dashboard("")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert [*data] == ["stats", "navigationCounts", *LISTS]
    assert data["stats"] == (await api.dashboard("stats")).json()["data"]
    counts = (await api.dashboard("navigation-counts")).json()["data"]
    assert data["navigationCounts"] == counts
    for name, (path, *_) in LISTS.items():
        part = (await api.dashboard(path)).content
        whole = answer.content
        shown = part.partition(f'"{name}":'.encode())[2].partition(b',"total":')[0]
        assert f'"{name}":'.encode() + shown in whole, name
    assert answer.json()["message"] == "Dashboard retrieved successfully"
    return {name: [item["_id"] for item in data[name]] for name in LISTS}


async def test_a_teacher_without_anything_has_zeros_and_empty_lists(api, tables: Tables):
    tables.insert("teachers")
    assert await check(api) == {name: [] for name in LISTS}


async def test_lists_of_any_lengths_stand_side_by_side_each_in_its_order(api, tables: Tables):
    tables.insert("teachers")
    tables.insert("teacher_stats", {"classes": 2, "exams": 7, "quizzes": 1})
    for count, (name, (_, table, key, by)) in zip((7, 0, 2, 4), LISTS.items(), strict=True):
        for n in range(count):
            tables.insert(table, {key: f"{name}-{n}", by: NOON + timedelta(days=n % 3)})
        tables.insert(table, {key: "theirs", "teacher_id": "T-2", by: NOON})
    assert {name: len(ids) for name, ids in (await check(api)).items()} == {
        "exams": 5, "questionBanks": 0, "classes": 2, "assignments": 4,
    }  # fmt: skip


async def test_the_board_lacks_what_any_part_of_it_lacks(api, tables: Tables):
    tables.insert("teachers")
    tables.insert("teacher_question_banks", {"question_bank_id": "B-1"})
    assert "homeroom-incomplete-since" not in (await api.dashboard("")).headers
    tables.insert("incomplete", {"entity": "question_bank", "key": "B-1"})
    assert "homeroom-incomplete-since" in (await api.dashboard("")).headers
