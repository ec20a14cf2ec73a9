"""On each board a person follows a number to its events, which have just happened."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page

from homeroom.settings import Settings
from homeroom_kit.publishing.events import OutgoingEvent
from tests.support import wait_for
from tests.support.browser.axe import axe
from tests.support.browser.loops import run_beside
from tests.support.commands import Service
from tests.support.habits import event, publish
from tests.support.strength import thinned

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
AT = NOW.isoformat()


@pytest.fixture
def site(own_living_service: Service) -> Service:
    return own_living_service


def happened() -> Sequence[OutgoingEvent]:
    """Something on each board: a class, who is in one, a session, a habit, and a mark."""
    started = {"habit_id": "H-go", "student_id": "S-2", "name": "Go",
               "started_on": (NOW - 7 * DAY).date().isoformat()}  # fmt: skip
    logged = {"habit_id": "H-go", "student_id": "S-2", "logged_on": NOW.date().isoformat(),
              "done": True, "recorded_at": AT}  # fmt: skip
    return [
        event("class.created.v1", "C-80", 1, {
            "class_id": "C-80", "organization_id": None, "teacher_id": "T-1", "name": "Sculpture",
            "code": "S", "subject": "Art", "created_at": AT,
        }),
        event("enrollment.started.v1", "C-80/S-2", 1,
              {"class_id": "C-80", "student_id": "S-2", "enrolled_at": AT}),
        event("class_assignment.made.v1", "L-80", 1,
              {"assignment_id": "L-80", "teacher_id": "T-1", "class_id": "C-80", "made_at": AT,
               "made_by": "A-1"}),
        event("mark.recorded.v1", "K-80", 1, {
            "mark_id": "K-80", "student_id": "S-2", "class_id": "C-80", "subject_id": "J-1",
            "score": 73, "recorded_by": "T-1", "recorded_at": AT,
        }),
        event("session.scheduled.v1", "X-80", 1, {
            "session_id": "X-80", "organization_id": "O-1", "teacher_id": "T-2",
            "class_id": "C-4-O-1", "title": "Castles", "starts_at": AT, "ends_at": AT,
        }),
        event("habit.started.v1", "H-go", 1, started),
        event("habit_log.recorded.v1", f"H-go/{NOW.date().isoformat()}", 1, logged),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def happening(own_living_settings: Settings) -> None:
    run_beside(publish(own_living_settings, happened()))


# Who looks at which board, the words of the number, those of a row if a query computes it, and the
# event at the end of the way.
BOARDS = (
    ("teacher", "/teacher", r"^Classes: ", "", "class.created.v1"),
    ("teacher", "/teacher/classes?q=Sculpture", "1 student of Sculpture", "",
     "enrollment.started.v1"),
    ("teacher", "/teacher/teaching", "^1 student: why", "", "enrollment.started.v1"),
    ("teacher", "/reports/classes/C-80", "^73: why", "K-80", "mark.recorded.v1"),
    ("teacher", "/reports/students/S-2", "· 73: why|^73: why", "K-80", "mark.recorded.v1"),
    ("teacher", "/marks?class_level_id=C-80&subject_id=J-1", "^73: why", "K-80",
     "mark.recorded.v1"),
    ("admin", "/admin/assignments?user_id=T-1", "^1 student of Sculpture: why", "",
     "enrollment.started.v1"),
    ("admin", "/admin/assignments/workload", "^4 classes: why", "L-80", "class_assignment.made.v1"),
    ("teacher of two schools", "/teacher/schools/O-1", "^Sessions this week: ", "X-80",
     "session.scheduled.v1"),
    ("student on the free tier", "/student", "^Streak: 1 day: why", "H-go",
     "habit_log.recorded.v1"),
)  # fmt: skip


# Of a table, and of a query over the rows of a school.
FEW_BOARDS = {"/teacher", "/teacher/schools/O-1"}


def follow(page: Page, link: Locator, shown: Locator) -> None:
    """What takes too long to explain on a busy machine is asked for again."""
    link.click()

    def is_shown() -> bool:
        if not shown.is_visible():
            page.reload()
        return shown.is_visible()

    wait_for(is_shown, 30)


@pytest.mark.usefixtures("happening")
@pytest.mark.parametrize(
    ("person", "board", "number", "row", "event_type"),
    thinned(BOARDS, lambda one: one[1] in FEW_BOARDS),
    ids=[one[1] for one in BOARDS],
)
def test_a_number_leads_to_its_events(
    new_page: Callable[..., Page], person: str, board: str, number: str, row: str, event_type: str
) -> None:
    page = new_page(person, allowed=["403", "503"])
    link = page.get_by_role("main").get_by_role("link", name=re.compile(number)).first

    def shows() -> bool:
        page.goto(board)
        return link.is_visible()

    wait_for(shows, 60)
    events = page.get_by_role("table").filter(has_text=event_type)
    if row:
        rows = page.get_by_role("link", name=re.compile(f"^{row}")).first
        follow(page, link, rows)
        assert axe(page) == []
        follow(page, rows, events)
    else:
        follow(page, link, events)
    assert axe(page) == []
