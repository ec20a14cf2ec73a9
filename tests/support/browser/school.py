"""A school that looks like one, as entity rows: for whoever `people.py` lets sign in."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aiokafka import AIOKafkaProducer

from homeroom.settings import Settings
from homeroom_kit.kafka import client_options
from tests.support import a_student
from tests.support.a_student import Told
from tests.support.habits import event, publish
from tests.support.students import Students

NAMES = (
    "Amara Okafor", "Björn Lindqvist", "Chloé Martin", "Daniel Weiss", "Elena Rossi",
    "Farah Haddad", "Grace Hopper", "Hugo Almeida", "Ingrid Solberg", "Jonas Meyer",
    "Katarzyna Nowak", "Liam O’Connor", "Mei Tanaka", "Noor Rahman", "Olga Petrova",
    "Pedro Carvalho", "Quentin Dubois", "Rosa Jiménez", "Sven Johansson", "Tariq Aziz",
    "Ursula Klein", "Victor Hugo Santos-Albuquerque de Vasconcelos", "Wanda Kowalska", "Xin Li",
)  # fmt: skip
SUBJECTS = ("Mathematics", "Physics", "English", "History")
# What a student has, as somebody would call it.
TEXTS = {
    "Mission 1": "Read a firewall's log", "Mission 2": "Map a small network",
    "Mission 3": "Spot the phishing mail", "Mission 4": "Write up an incident",
    "Mission 5": "Harden a web server", "Mission 6": "Capture and read packets",
    "Mission 7": "Divide a network", "Logs": "Logs and what they tell", "Run": "Read chapter 4",
    "Sleep": "Go over the notes of Friday", "Coach 1": "Practise subnetting",
    "Coach 2": "Repeat the quiz on ports", "Coach 3": "Watch the talk on DNS",
    "Because": "Your last answers show a gap here", "Neat": "Clear and complete",
    "Very neat": "Well argued, well sourced", "Name the source": "Name the sources",
    "DFIR": "Digital forensics",
}  # fmt: skip
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# The hour in which the school is as it is.
NOW = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
SCHOOL, OTHER_SCHOOL = "O-1", "O-2"
# What stands for `{…}` in the paths of visits.
IDS = {"teacher_id": "T-1", "student_id": "S-1", "class_id": "C-1", "school_id": "O-1"}


def fill(url: str) -> None:
    """Have the live generation of a prepared database hold it."""
    students = Students(url)
    students.hold(*told())
    students.reach(NOW)
    students.close()


async def happen(settings: Settings) -> None:
    """What an operator has to look at: an event that is missing, and a record that is none."""
    started = {"habit_id": "H-9", "student_id": "S-2", "name": "Chess", "started_on": "2026-01-05"}
    events = [
        event("habit.started.v1", "H-9", 1, started),
        event("habit.stopped.v1", "H-9", 3, {"habit_id": "H-9"}),
    ]
    await publish(settings, events)
    async with AIOKafkaProducer(**client_options(settings)) as producer:
        topic = f"{settings.topic_prefix}coaching"
        await producer.send_and_wait(topic, b"{not JSON", b"H-9")


def told() -> list[Told]:
    """All of it."""
    return [*_people(), *_classes(), *_exams(), *_assignments(), *_teaching(), *_schools(),
            *_missions(), *_students()]  # fmt: skip


def _people() -> list[Told]:
    teachers = {"T-1": "Ada Lovelace", "T-2": "Emmy Noether", "T-3": "Alan Turing"}
    schools = {SCHOOL: "Northgate College", OTHER_SCHOOL: "Southbank Academy"}
    return [
        *(("teacher", {"teacher_id": i, "name": name, "email": None})
          for i, name in teachers.items()),
        *(("school", {"school_id": i, "name": name, "time_zone": "Europe/London"})
          for i, name in schools.items()),
        *(("membership", {"school_id": school, "user_id": user, "role": role, "granted_at": NOW})
          for school, user, role in (
              (SCHOOL, "T-2", "teacher"),
              (OTHER_SCHOOL, "T-2", "teacher"), (SCHOOL, "A-2", "admin"))),
    ]  # fmt: skip


def _student_ids() -> list[str]:
    # S-1 and S-2 sign in.
    return [f"S-{number + 1}" for number in range(len(NAMES)) if number != 8]


def _classes() -> list[Told]:
    rows: list[Told] = []
    for number, subject in enumerate(SUBJECTS, 1):
        teacher = "T-2" if number == 4 else "T-1"
        school = {"class_id": f"C-{number}", "teacher_id": teacher}
        about = {"name": f"{subject} {6 + number}b", "code": f"{subject[:3].upper()}-{6 + number}B"}
        rows.append(("class", school | about | {"subject": subject, "created_at": NOW - 90 * DAY}))
        for student in _student_ids()[number - 1 :: 1 + number // 3]:
            enrolled = {"class_id": f"C-{number}", "student_id": student}
            rows.append(("enrollment", enrolled | {"enrolled_at": NOW - 80 * DAY}))
    return rows


def _exams() -> list[Told]:
    titles = ("Fractions", "Linear equations", "Waves", "Mock exam", "Vocabulary", "Optics")
    statuses = ("completed", "active", "scheduled", "draft", "completed", "cancelled")
    rows: list[Told] = []
    for number, (title, status) in enumerate(zip(titles, statuses, strict=True), 1):
        exam: dict[str, Any] = {
            "exam_id": f"E-{number}", "created_by": "T-1", "title": title, "status": status,
            "class_id": f"C-{1 + number % 3}", "subject": SUBJECTS[number % 3],
            "kind": "quiz" if number % 2 else "exam", "total_questions": 10 * number,
            "total_marks": 100, "created_at": NOW - number * DAY,
        }  # fmt: skip
        if status != "draft":
            exam["scheduled_at"] = NOW + (4 - number) * DAY
        rows.append(("exam", exam))
        rows += [
            ("exam_result", {"exam_id": f"E-{number}", "student_id": student, "graded_by": "T-1",
                             "score": 55.0 + (7 * place) % 45, "recorded_at": NOW - DAY})
            for place, student in enumerate(_student_ids()[:18]) if status == "completed"
        ]  # fmt: skip
    rows += [
        ("question_bank", {"question_bank_id": f"B-{number}", "created_by": "T-1", "name": name,
                           "subject": SUBJECTS[0], "status": status, "created_at": NOW - DAY})
        for number, (name, status) in enumerate((("Fractions", "active"), ("Algebra", "draft")), 1)
    ]  # fmt: skip
    rows += [
        ("question", {"question_id": f"Q-{number}", "question_bank_id": "B-1", "created_by": "T-1"})
        for number in range(12)
    ]
    return rows


def _assignments() -> list[Told]:
    rows: list[Told] = []
    titles = ("Essay on growth", "Worksheet 4", "Lab report", "Reading diary")
    for number, title in enumerate(titles, 1):
        assignment = {"assignment_id": f"A-{number}", "created_by": "T-1", "title": title}
        of = {"class_id": f"C-{1 + number % 3}", "subject": SUBJECTS[number % 3]}
        status = ("published", "graded", "draft", "published")[number - 1]
        dated = {"status": status, "due_at": NOW + number * DAY, "created_at": NOW - number * DAY}
        rows.append(("assignment", assignment | of | dated))
        rows += [
            ("submission", {"assignment_id": f"A-{number}", "student_id": student,
                            "submitted_at": NOW - HOUR * place,
                            "graded_by": "T-1" if status == "graded" else None,
                            "graded_at": NOW if status == "graded" else None,
                            "score": 70.0 + place if status == "graded" else None})
            for place, student in enumerate(_student_ids()[: 5 * number])
            if status != "draft"
        ]  # fmt: skip
    return rows


def _teaching() -> list[Told]:
    made = {"made_by": "A-1", "made_at": NOW - 30 * DAY}
    rows: list[Told] = [
        ("subject", {"subject_id": f"J-{number}", "name": name})
        for number, name in enumerate(SUBJECTS, 1)
    ]
    for number in (1, 2, 3):
        of = {"teacher_id": "T-1", "assignment_id": f"00000000-0000-4000-8000-00000000000{number}"}
        rows.append(("class_assignment", made | of | {"class_id": f"C-{number}"}))
        of = {"teacher_id": "T-1", "assignment_id": f"00000000-0000-4000-8000-00000000001{number}"}
        rows.append(("subject_assignment", made | of | {"subject_id": f"J-{number}"}))
        rows += [
            ("mark", {"mark_id": f"K-{number}-{student}", "student_id": student, "score": score,
                      "class_id": f"C-{number}", "subject_id": f"J-{number}",
                      "recorded_by": "T-1", "recorded_at": NOW - DAY})
            for student, score in zip(_student_ids(), range(48, 100, 3), strict=False)
        ]  # fmt: skip
    return rows


def _schools() -> list[Told]:
    """What a teacher of two schools has: sessions, earnings, notifications, resources."""
    rows: list[Told] = []
    for school in (SCHOOL, OTHER_SCHOOL):
        own = {"teacher_id": "T-2", "school_id": school}
        at = {"teacher_id": "T-2", "organization_id": school, "class_id": f"C-4-{school}"}
        named = f"History {10 if school == SCHOOL else 11}a"
        rows.append(("class", at | {"name": named, "subject": "History"}))
        for number, status in enumerate(("completed", "active", "scheduled")):
            when = {"starts_at": NOW + (number - 1) * HOUR, "ends_at": NOW + number * HOUR}
            session = {"session_id": f"X-{school}-{number}", "title": "The long 19th century"}
            rows.append(("session", at | session | when | {"status": status}))
            paid = {"payment_id": f"Y-{school}-{number}", "amount": "42.50", "currency": "GBP"}
            rows.append(("payment", own | paid | {"earned_at": NOW - number * DAY}))
        for student in _student_ids()[:8]:
            in_class = {"class_id": f"C-4-{school}", "student_id": student}
            rows.append(("enrollment", in_class | {"enrolled_at": NOW - 20 * DAY}))
            level = {"level": "intermediate", "completion": 62.5, "updated_at": NOW - DAY}
            rows.append(("progress", own | in_class | level | {"skills_mastered": ["Sources"]}))
        rows += [
            ("notification", own | {"notification_id": f"N-{school}-{kind}", "kind": kind,
                                    "title": title, "message": f"{title}.", "created_at": NOW})
            for kind, title in (("new_student", "A student joined your class"),
                                ("session_reminder", "Your session begins in an hour"))
        ]  # fmt: skip
        rows += [
            ("resource", own | {"resource_id": f"R-{school}-{status}", "title": title,
                                "file_name": "notes.pdf", "media_type": "application/pdf",
                                "size_bytes": 48_211, "status": status, "uploaded_at": NOW - DAY})
            for status, title in (("clean", "Lecture notes"), ("pending", "Slides"))
        ]  # fmt: skip
    return rows


def _missions() -> list[Told]:
    told = [(entity, _moved(given, 0 * DAY)) for entity, given in a_student.school()]
    # Its teacher is one of ours already.
    return [(entity, given) for entity, given in told if entity != "teacher"]


def _students() -> list[Told]:
    rows: list[Told] = [
        ("student", {"student_id": student, "name": name, "email": None, "cohort": "2026-A"})
        for student, name in zip(_student_ids(), NAMES, strict=False)
    ]
    moved = NOW - a_student.NOON
    rows += [(entity, _moved(given, moved)) for entity, given in a_student.student("S-1")]
    rows += [*_more_habits("S-1")]
    free = {"student_id": "S-2", "tier": "free", "started_at": NOW - 9 * DAY}
    return [*rows, ("subscription", free | {"current_period_end": None})]


def _more_habits(student: str) -> list[Told]:
    """Ten weeks of exercise, with days off."""
    habit = {"habit_id": "H-2", "student_id": student}
    logs = [
        ("habit_log", habit | {"logged_on": (NOW - back * DAY).date().isoformat(),
                               "done": (back * 5) % 11 != 3})
        for back in range(1, 70) if (back * back) % 7 != 4
    ]  # fmt: skip
    return [("habit", habit | {"name": "Exercise for 20 minutes"}), *logs]


def _moved(given: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The same so much later, days and times alike, in the words of a school."""
    later = {n: TEXTS.get(v, v) if isinstance(v, str) else v for n, v in given.items()}
    for name, value in given.items():
        if isinstance(value, datetime):
            later[name] = value + by
        elif isinstance(value, str) and name.endswith("_on"):
            later[name] = (datetime.fromisoformat(value) + by).date().isoformat()
    return later
