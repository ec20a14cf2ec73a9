"""The year that is made up around the data set's students: valid, whole, and always the same."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from lzma import decompress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from homeroom.commands.habit_log_rules import Log, parse
from homeroom.local import oulad
from homeroom.local.demo.report import STUDENT
from homeroom.local.demo.schools import STUDENTS_MIN
from homeroom.local.demo.students import NAMED, students_of_year
from homeroom.local.demo.year import CLASS, FOLDER, TOPICS, HabitLogs, Year
from homeroom_kit.contract import EVENT_TYPES
from homeroom_kit.errors import HomeroomError
from homeroom_kit.publishing.events import OutgoingEvent, check
from tests.student_year.characters import Character
from tests.student_year.generator import LOGS_MAX, GeneratedYear
from tests.support.oulad_numbers import Numbers, part_of_data_set, unpack
from tests.support.strength import at_full_strength, pick

END = date(2026, 11, 21)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
# The year that ends here begins and ends on a leap year's last day of February.
OTHER_END = date(2028, 2, 29)

AFTER = {
    "": {"started"},
    "started": {"submitted"},
    "submitted": {"ai_scored"},
    "ai_scored": {"review_started"},
    "review_started": {"mentor_scored", "approved", "changes_requested"},
    "mentor_scored": {"approved", "changes_requested"},
    "changes_requested": {"submitted"},
    "approved": set(),
}


@pytest.fixture(scope="module")
def year() -> Year:
    return Year(END)


@pytest.fixture(scope="module")
def generated() -> GeneratedYear:
    """The year as its generator makes it."""
    return GeneratedYear.of_data_set()


@pytest.fixture(scope="module")
def students(generated: GeneratedYear) -> list[Character]:
    """The students as the generator knows them."""
    return generated.characters


@pytest.fixture(scope="module")
def events(year: Year) -> list[OutgoingEvent]:
    return list(year)


@pytest.fixture(scope="module")
def habit_logs(year: Year) -> list[HabitLogs]:
    return year.habit_logs()


@pytest.fixture(scope="module")
def other_events() -> list[OutgoingEvent]:
    return list(Year(OTHER_END))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> list[OutgoingEvent]:
    """What the import says of people and their classes, in the module of that class."""
    whole, part = (tmp_path_factory.mktemp(name) for name in ("whole", "part"))
    unpack(whole)
    numbers = Numbers(whole)
    numbers.write_part(part, (CLASS.partition("-")[0],))
    numbers.close()
    kept = ("student.", "teacher.", "enrollment.")
    return [event for event in oulad.Events(part) if event.type.startswith(kept)]


def of_type(events: list[OutgoingEvent], *types: str) -> list[OutgoingEvent]:
    return [event for event in events if event.type in types]


def entity(event: OutgoingEvent) -> str:
    return EVENT_TYPES[event.type].entity


def subjects(events: list[OutgoingEvent]) -> dict[tuple[str, str], list[OutgoingEvent]]:
    found = defaultdict(list)
    for event in events:
        found[entity(event), event.subject].append(event)
    return found


def test_its_students_are_those_who_stayed_in_one_real_class(
    students: list[Character], imported: list[OutgoingEvent]
) -> None:
    enrolled = {
        event.data["student_id"]: event.type
        for event in imported
        if event.data.get("class_id") == CLASS
    }
    stayed = {student for student, last in enrolled.items() if last == "enrollment.started.v1"}
    assert len(stayed) == 299
    assert {who.student_id for who in students} == stayed


def test_the_files_are_what_the_generator_makes(generated: GeneratedYear) -> None:
    """Where this fails, `python -m tests.student_year` writes them anew."""
    made = generated.files()
    for name, text in made.items():
        assert decompress((FOLDER / name).read_bytes()).decode() == text, name
    assert {path.name for path in FOLDER.iterdir()} == {*made, "LICENSE.md"}


@at_full_strength
def test_one_end_gives_one_year(events: list[OutgoingEvent]) -> None:
    count = pick(quick=5000, thorough=len(events))
    assert list(islice(Year(END), count)) == events[:count]


def test_no_date_is_left_relative(habit_logs: list[HabitLogs], events: list[OutgoingEvent]) -> None:
    said = str(events) + str(habit_logs)
    assert "<" not in said
    assert "Q4 2026" in said


@at_full_strength
def test_another_end_gives_the_same_lives_on_other_days(
    events: list[OutgoingEvent], other_events: list[OutgoingEvent]
) -> None:
    assert len(other_events) == len(events)
    assert [(e.type, e.id) for e in events if entity(e) != "readiness"] == [
        (e.type, e.id) for e in other_events if entity(e) != "readiness"
    ]
    assert max(e.time for e in other_events)[:10] == "2028-02-28"


@pytest.mark.parametrize("end", [END, OTHER_END], ids=str)
def test_every_event_is_as_the_contract_says(
    end: date, year: Year, events: list[OutgoingEvent], other_events: list[OutgoingEvent]
) -> None:
    made = events if end == END else other_events
    assert len(made) == len(year) > 40_000
    for event in made[:: pick(quick=5, thorough=1)]:
        check(event)


def test_it_speaks_of_every_topic_that_it_names(events: list[OutgoingEvent]) -> None:
    assert {EVENT_TYPES[event.type].topic for event in events} == set(TOPICS)


def test_sequences_go_on_from_the_import_without_holes(
    events: list[OutgoingEvent], imported: list[OutgoingEvent]
) -> None:
    before = Counter((entity(event), event.subject) for event in imported)
    for subject, made in subjects(events).items():
        first = before[subject] + 1
        assert [event.sequence for event in made] == list(range(first, first + len(made)))
        assert EVENT_TYPES[made[0].type].creates == (first == 1), subject


def test_ids_are_unique_within_their_source(
    events: list[OutgoingEvent], imported: list[OutgoingEvent]
) -> None:
    ids = [(event.source, event.id) for event in events + imported]
    assert len(set(ids)) == len(ids)


def test_all_of_it_has_happened_within_the_year_and_is_told_in_its_order(
    events: list[OutgoingEvent],
) -> None:
    times = [datetime.fromisoformat(event.time) for event in events]
    assert all(earlier <= later for earlier, later in pairwise(times))
    assert times[0] == MIDNIGHT - timedelta(days=365)
    assert MIDNIGHT - timedelta(hours=1) < times[-1] < MIDNIGHT


def test_what_is_spoken_of_is_known(students: list[Character], events: list[OutgoingEvent]) -> None:
    known = defaultdict(set)
    for event in events:
        known[entity(event)].add(event.subject)
    student_ids = {who.student_id for who in students}
    teachers = {None, *oulad.teachers()}
    names = {
        "student_id": student_ids, "mission_id": known["mission"] | {None},
        "track_id": known["track"], "recommended_track_id": known["track"],
        "module_id": known["module"], "mentor_id": teachers, "reviewer_id": teachers,
    }  # fmt: skip
    looked_at = Counter[str]()
    for event in events:
        for name, value in event.data.items():
            if name in names:
                assert value in names[name], event
                looked_at[name] += 1
        assert set(event.data.get("recommended_missions", ())) <= known["mission"]
    assert set(looked_at) == set(names)


def test_missions_are_handed_in_before_they_are_judged(events: list[OutgoingEvent]) -> None:
    last = set()
    for (of, subject), made in subjects(events).items():
        if of != "mission_progress":
            continue
        before = ""
        for event in made:
            step = event.type.split(".")[1]
            assert step in AFTER[before], subject
            before = step
        last.add(before)
    assert last >= {"started", "ai_scored", "review_started", "changes_requested", "approved"}


def test_nothing_of_a_student_is_earlier_than_joining(
    students: list[Character], events: list[OutgoingEvent]
) -> None:
    """A day more or less: the times of day are by other clocks."""
    joined = {who.student_id: MIDNIGHT + timedelta(days=who.joined - 1) for who in students}
    of_students = [event for event in events if "student_id" in event.data]
    assert len(of_students) > 40_000
    for event in of_students:
        happened = datetime.fromisoformat(event.time)
        assert happened >= joined[event.data["student_id"]], event


def test_every_tier_occurs_and_some_have_ended(events: list[OutgoingEvent]) -> None:
    last = [made[-1] for (of, _), made in subjects(events).items() if of == "subscription"]
    found = Counter(e.data.get("tier", "ended") for e in last)
    assert set(found) == {"free", "starter3", "professional7", "ended"}
    assert min(found.values()) > 10
    for event in last:
        if event.data.get("current_period_end"):
            assert datetime.fromisoformat(event.data["current_period_end"]) >= MIDNIGHT


def test_deadlines_are_near_as_well_as_past(events: list[OutgoingEvent]) -> None:
    started = of_type(events, "mission_progress.started.v1")
    deadlines = [datetime.fromisoformat(e.data["deadline_at"]) for e in started if
                 e.data["deadline_at"]]  # fmt: skip
    soon = [at for at in deadlines if MIDNIGHT <= at < MIDNIGHT + timedelta(days=2)]
    assert len(soon) > 10
    assert max(deadlines) > MIDNIGHT + timedelta(days=7)


def test_habit_logs_are_requests_that_the_command_takes(
    habit_logs: list[HabitLogs], students: list[Character], events: list[OutgoingEvent]
) -> None:
    zones = {who.student_id: ZoneInfo(who.time_zone or "UTC") for who in students}
    habits = {e.subject: e.data["student_id"] for e in of_type(events, "habit.started.v1")}
    sent = set()
    for student_id, logs in habit_logs:
        assert 0 < len(logs) <= LOGS_MAX
        for given in logs:
            log = parse(given)
            assert isinstance(log, Log), log
            assert habits[log.habit_id] == student_id
            assert log.recorded_at < MIDNIGHT
            local = log.recorded_at.astimezone(zones[student_id])
            assert date.fromisoformat(log.logged_on) <= local.date()
            sent.add((student_id, log.id))
    assert len(sent) == sum(len(logs) for _, logs in habit_logs) > 10_000


def test_some_keep_a_habit_all_year_and_some_correct_a_day(habit_logs: list[HabitLogs]) -> None:
    days = defaultdict(list)
    for _, logs in habit_logs:
        for log in logs:
            days[log["habit_id"], log["logged_on"]].append(log["done"])
    assert max(Counter(habit for habit, _ in days).values()) > 300
    corrected = [done for done in days.values() if len(done) > 1]
    assert len(corrected) > 50
    assert all(done == [done[0], not done[0]] for done in corrected)


def test_many_streaks_are_alive_and_some_have_just_broken(habit_logs: list[HabitLogs]) -> None:
    """Of those whose morning of the last day is over, wherever they live."""
    last_done: dict[str, str] = {}
    for _, logs in habit_logs:
        for log in logs:
            if log["done"]:
                last_done[log["habit_id"]] = max(
                    log["logged_on"], last_done.get(log["habit_id"], "")
                )
    found = Counter(last_done.values())
    assert found["2026-11-20"] > 100
    assert found["2026-11-19"] > 10


def test_the_student_that_the_demo_shows_is_one_of_them(students: list[Character]) -> None:
    (shown,) = (who for who in students if who.student_id == STUDENT.user_id)
    assert shown.plan == "starter3"
    # West of Greenwich the last day of the year is today or yesterday, whatever the hour.
    assert (shown.time_zone or "").startswith("America/")


def test_a_part_of_the_data_set_has_the_year_of_its_students_alone(
    habit_logs: list[HabitLogs], events: list[OutgoingEvent]
) -> None:
    some = NAMED | {"6516", "24734"}
    part = Year(END, some)
    made = [*part]
    assert len(part) == len(made) < len(events) / 20
    owners = {e.data["student_id"] for e in made if "student_id" in e.data}
    assert owners == some
    whose = {(entity(e), e.subject): e.data["student_id"] for e in events if "student_id" in e.data}
    # In the same order, and of whoever is in it no event is lacking.
    assert made == [e for e in events if whose.get((entity(e), e.subject), "6516") in some]
    assert part.habit_logs() == [logs for logs in habit_logs if logs.student_id in some]


@at_full_strength
def test_a_part_of_the_data_set_without_those_whom_the_demo_shows_is_refused(
    tmp_path: Path,
) -> None:
    everybody = students_of_year(None)
    assert len(everybody) == 299
    folders = [tmp_path / name for name in ("part", "without", "few")]
    for folder in folders:
        folder.mkdir()
    part, without, few = folders
    found = students_of_year(part_of_data_set(part, one_in=8, named=NAMED))
    assert NAMED <= found < everybody
    assert len(found) >= STUDENTS_MIN
    with pytest.raises(HomeroomError, match=f"lacks students of {CLASS} .*: .*{STUDENT.user_id}"):
        students_of_year(part_of_data_set(without, one_in=1000))
    with pytest.raises(HomeroomError, match=f"has 4 students .* needs {STUDENTS_MIN}"):
        students_of_year(part_of_data_set(few, one_in=100_000, named=NAMED))
