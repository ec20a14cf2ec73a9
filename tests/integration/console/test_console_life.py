"""A subject's life and the explanation of a number, read from a real log."""

import re

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.log.records import StoredRecord
from homeroom.operations.explain.life import subject_life
from homeroom.settings import Settings
from tests.integration.console.conftest import ConsoleClient, Log, Teachers
from tests.support.feed import Feed, record
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for_async

TIME = "2026-01-02T03:04:05Z"


@pytest.fixture
async def life_of_t1(log: Log, teachers: Teachers) -> None:
    """Registered, renamed, something wrong, and something that waits behind a gap."""
    await log.hold(
        teachers.event("T1", 1, name="Ada"), teachers.event("T2", 1),
        teachers.event("T1", 2, name="Ada Lovelace"),
        teachers.event("T1", 3, name=5), teachers.event("T1", 6, name="Eve"),
    )  # fmt: skip


async def whole_life(console: ConsoleClient, path: str) -> str:
    """The page when the log has been read; the part as a script would get it."""
    await console.text(path)
    found: list[str] = []

    async def read() -> bool:
        answer = await console.pages.get(path, HX_Request="true", HX_Target="life")
        found.append(answer.text)
        return 'aria-busy="false"' in answer.text

    await wait_for_async(read, 60)
    return found[-1]


@pytest.mark.usefixtures("life_of_t1")
async def test_a_subject_s_life_tells_each_event_with_what_it_changed(
    console: ConsoleClient, teachers: Teachers
) -> None:
    page = await whole_life(console, "/console/subjects/teacher/T1")
    steps = re.findall(r'<li class="step (\w+)">', page)
    assert steps == ["applied", "applied", "dead_letter", "gap", "waiting"]
    renamed = page.split('<li class="step ')[2]
    assert "teacher.updated.v1" in renamed
    assert f"{teachers.topic}:0:2" in renamed
    assert re.search(r"name</th><td><code>Ada</code></td><td><code>Ada Lovelace</code>", renamed)
    assert re.findall(r'<th scope="row">(\w+)</th>', renamed) == ["name"]
    followed = re.search(r"Tables that followed: (.*)</p>", renamed)
    assert followed
    assert "teachers" in followed[1].split(", ")
    assert "teacher_stats" not in followed[1].split(", ")
    assert "another row than" not in page
    assert f"/console/dead-letters?id={teachers.topic}%3A0%3A3" in page
    assert "4–5" in page


@pytest.mark.usefixtures("life_of_t1")
async def test_the_row_is_shown_as_it_was_after_any_event(console: ConsoleClient) -> None:
    page = await whole_life(console, "/console/subjects/teacher/T1")
    rows = [re.search(r"<dt>name</dt><dd><code>([^<]*)</code>", step)
            for step in page.split('<li class="step ')[1:]]  # fmt: skip
    assert [row and row[1] for row in rows] == ["Ada", None, None, None, None]
    # The values of the row as it is now lead to what they are made of.
    now = re.search(
        r'<dt>name</dt><dd><a class="explained" href="([^"]+)" '
        r'aria-label="name: Ada Lovelace: why\?"><code>([^<]*)</code>',
        page,
    )
    assert now
    assert now.groups() == ("/console/explain/teacher/T1/name", "Ada Lovelace")


@at_full_strength
@pytest.mark.usefixtures("life_of_t1")
async def test_an_operator_asks_for_a_value_a_row_or_a_number_of_somebody(
    console: ConsoleClient,
) -> None:
    asked = await console.text("/console/explain")
    assert "<option>teacher_stats</option>" in asked
    for given, leads_to in (
        ("table=teachers&key=T1&column=name", "/console/explain/teachers/T1/name"),
        ("table=teachers&key=T1&column=", "/console/explain/teachers/T1/%2A"),
        ("table=enrollment&key=C/S&column=ended_at", "/console/explain/enrollment/C%2FS/ended_at"),
        ("number=marks&of=", "/explain/computed/marks"),
        ("number=upcoming_exams&of=T1", "/explain/computed/upcoming_exams?of=T1"),
    ):  # fmt: skip
        answer = await console.pages.get(f"/console/explain?{given}")
        assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    row = await console.text("/console/explain/teachers/T1/%2A")
    assert 'href="/console/explain/teachers/T1/name"' in row
    assert "teacher.updated.v1" in row
    marks = await console.text("/explain/computed/marks")
    assert "There are many such numbers" in marks
    assert '<input id="class_id" name="class_id"' in marks


@at_full_strength
@pytest.mark.usefixtures("life_of_t1")
async def test_a_row_that_somebody_has_edited_is_said_to_differ(
    settings: Settings, model: ReadModel, feed: Feed
) -> None:
    life = await subject_life(settings, model, "teacher", "T1", 20)
    assert (life.agrees, life.sequence, life.log.complete) == (True, 2, True)
    await feed.rows("UPDATE teacher SET name = 'Mallory' WHERE teacher_id = 'T1' RETURNING 1")
    assert (await subject_life(settings, model, "teacher", "T1", 20)).agrees is False


async def test_an_event_whose_number_was_taken_is_told_as_not_applied(
    settings: Settings, model: ReadModel, log: Log, teachers: Teachers
) -> None:
    await log.hold(teachers.event("T1", 1), teachers.event("T1", 1), teachers.event("T1", 2))
    life = await subject_life(settings, model, "teacher", "T1", 20)
    assert [(s.sequence, s.what) for s in life.steps] == [
        (1, "applied"), (1, "old"), (2, "applied"),
    ]  # fmt: skip


@at_full_strength
async def test_a_life_tells_of_letters_that_were_closed_how_and_by_whom(
    console: ConsoleClient, feed: Feed, log: Log, teachers: Teachers
) -> None:
    await log.hold(teachers.event("T1", 1), *(teachers.event("T1", n, name=5) for n in (2, 3)))
    value = teachers.event("T1", 2, name="Ada").value
    await feed.writer.connection.execute(
        "UPDATE dead_letters SET value = %s WHERE sequence = 2", (value,)
    )
    for offset, action, why in ((1, "retry", "mended"), (2, "discard", "never meant")):
        letter = f"{teachers.topic}:0:{offset}"
        await console.post(f"/console/dead-letters/{action}", id=letter, why=why)
    page = await whole_life(console, "/console/subjects/teacher/T1")
    steps = page.split('<li class="step ')[1:]
    retried, discarded = (one for one in steps if one.startswith("closed"))
    for step, offset, how, why in (
        (retried, 1, "retried", "mended"), (discarded, 2, "discarded", "never meant"),
    ):  # fmt: skip
        assert f"Dead letter ({how})" in step
        assert f"{teachers.topic}:0:{offset}</a>" in step
        assert "invalid_data" in step
        assert re.search(rf"{how} at [^<]+ by op-1: {why}</p>", step)
    # Each stands in its place, before what its number has become.
    assert steps.index(retried) == 1
    assert steps.index(discarded) > 1


@at_full_strength
async def test_a_subject_whose_only_event_was_discarded_has_a_life(
    console: ConsoleClient, log: Log, teachers: Teachers
) -> None:
    await log.hold(teachers.event("T1", 1, name=5))
    letter = f"{teachers.topic}:0:0"
    await console.post("/console/dead-letters/discard", id=letter, why="a test")
    page = await whole_life(console, "/console/subjects/teacher/T1")
    assert "Dead letter (discarded)" in page
    assert "by op-1: a test" in page


async def test_a_search_leads_to_the_subject(console: ConsoleClient) -> None:
    answer = await console.pages.get("/console/subjects?entity=enrollment&key=C1/S%2F1")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/console/subjects/enrollment/C1/S/1"
    unknown = await whole_life(console, "/console/subjects/nothing/T1")
    assert "There is no entity nothing" in unknown


def school(settings: Settings) -> list[StoredRecord]:
    """A class of T1 with two students."""
    prefix = settings.topic_prefix
    class_ = {"class_id": "C1", "organization_id": None, "teacher_id": "T1", "name": "Maths",
              "code": "M1", "subject": "Maths", "created_at": TIME}  # fmt: skip
    return [
        record(f"{prefix}people", "teacher.registered.v1", "T1", 1,
               {"teacher_id": "T1", "name": "Ada", "email": None, "organization_id": None}),
        record(f"{prefix}classes", "class.created.v1", "C1", 1, class_),
        *(record(f"{prefix}classes", "enrollment.started.v1", f"C1/{student}", 1,
                 {"class_id": "C1", "student_id": student, "enrolled_at": TIME})
          for student in ("S1", "S2")),
    ]  # fmt: skip


async def test_explain_leads_from_a_number_to_its_rows_and_events(
    console: ConsoleClient, log: Log, settings: Settings
) -> None:
    await log.hold(*school(settings))
    page = await console.text("/console/explain/teacher_stats/T1/students")
    assert "<code>2</code>" in page
    assert "-- totals teacher_id" in page
    assert "2 rows of enrollment" in page
    assert "enrollment.started.v1" in page
    assert "/console/subjects/enrollment/C1%2FS1" in page or (
        "/console/subjects/enrollment/C1/S1" in page
    )
    assert f"{settings.topic_prefix}classes:0:" in page
    assert "has no column" in await console.text("/console/explain/teacher_stats/T1/x", 404)


async def test_a_teacher_sees_the_own_number_explained_and_nobody_s_rows(
    console: ConsoleClient, log: Log, settings: Settings
) -> None:
    await log.hold(*school(settings))
    console.pages.sign_in("T1", "teacher")
    page = await console.text("/explain/teacher_stats/T1/students")
    assert "<code>2</code>" in page
    assert "2 rows of enrollment" in page
    assert "enrollment.started.v1" in page
    assert "S1" not in page
    assert "/console" not in page
    assert await console.text("/explain/teacher_classes/C1/total_students")
    # What no board of theirs shows may say what a consent hides.
    await console.text("/explain/teacher_classes/C1/name", 403)
    await console.text("/explain/teacher_student_names/T1%2FS1/name", 403)
    console.pages.sign_in("T2", "teacher")
    for path in ("/explain/teacher_stats/T1/students", "/explain/teacher_classes/C1/name",
                 "/explain/teacher_stats/T9/students", "/explain/teacher/T2/name",
                 "/console/explain/teacher_stats/T2/students"):  # fmt: skip
        await console.text(path, 403)
    console.pages.sign_in("S1", "student")
    await console.text("/explain/teacher_stats/T1/students", 403)
    await console.text("/explain/student_missions/M1/mentor_feedback", 403)
