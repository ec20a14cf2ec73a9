"""The dashboard of a teacher at a school, over entity rows as plain dicts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from tests.model.teacher import Row, Rows, students_of_class

DAY = timedelta(days=1)
ITEMS_MAX, ACTIVITIES_MAX = 50, 20
ZERO = Decimal("0.00")


def schools(rows: Rows, teacher: str) -> list[Row]:
    """Where the teacher teaches now, by name."""
    found = [
        rows["school"][m["school_id"]] for m in rows["membership"].values()
        if m["user_id"] == teacher and m["role"] == "teacher" and m["revoked_at"] is None
        and m["school_id"] in rows["school"] and not rows["school"][m["school_id"]]["closed"]
    ]  # fmt: skip
    return sorted(found, key=lambda s: (s["name"], s["school_id"]))


def classes(rows: Rows, teacher: str, school: str) -> list[Row]:
    """The teacher's own there, and those of which the teacher has a session there."""
    of_sessions = {s["class_id"] for s in sessions(rows, teacher, school)}
    found = [
        c for c in rows["class"].values()
        if c["organization_id"] == school and not c["deleted"]
        and (c["teacher_id"] == teacher or c["class_id"] in of_sessions)
    ]  # fmt: skip
    return sorted(found, key=lambda c: (c["name"], c["class_id"]))


def members(rows: Rows, class_: Row) -> set[str]:
    """Who counts in a class of a school: whose membership of it was not revoked."""
    return {
        s for s in students_of_class(rows, class_["class_id"])
        if rows["membership"].get(f"{class_['organization_id']}/{s}", {}).get("revoked_at") is None
    }  # fmt: skip


def students(rows: Rows, teacher: str, school: str) -> list[str]:
    """By name, those whom nobody registered at the end."""
    found: set[str] = set()
    for class_ in classes(rows, teacher, school):
        found |= members(rows, class_)
    return sorted(found, key=lambda s: (name(rows, s) is None, name(rows, s) or "", s))


def name(rows: Rows, student: str) -> str | None:
    return rows["student"][student]["name"] if student in rows["student"] else None


def sessions(rows: Rows, teacher: str, school: str) -> list[Row]:
    """The oldest first."""
    found = [s for s in rows["session"].values()
             if s["teacher_id"] == teacher and s["organization_id"] == school]  # fmt: skip
    return sorted(found, key=lambda s: (s["starts_at"], s["session_id"]))


def own(rows: Rows, entity: str, teacher: str, school: str) -> list[Row]:
    return [row for row in rows[entity].values()
            if (row["teacher_id"], row["school_id"]) == (teacher, school)]  # fmt: skip


def dashboard(
    rows: Rows, teacher: str, school_id: str | None, date_range: str, now: datetime
) -> dict[str, Any] | None:
    """The body of the answer; None where it is refused."""
    known = {s["school_id"]: s for s in schools(rows, teacher)}
    if school_id is not None and school_id not in known:
        return None
    school_id = school_id if school_id is not None else next(iter(known), "")
    school = known.get(school_id)
    zone = zone_of(school["time_zone"] if school else None)
    times = calendar(now.astimezone(zone).date(), zone)
    listed = [{"id": wire(s["school_id"]), "name": s["name"], "time_zone": s["time_zone"]}
              for s in known.values()]  # fmt: skip
    account = rows["teacher"].get(teacher, {"name": None, "email": None})
    of = sessions(rows, teacher, school_id)
    ranged = [s for s in of if within(s["starts_at"], times[date_range])]
    today = [s for s in of if within(s["starts_at"], times["today"])]
    completed = [s for s in ranged if s["status"] == "completed"]
    cancelled = [s for s in ranged if s["status"] == "cancelled"]
    upcoming = [s for s in ranged if s["status"] == "scheduled" and s["starts_at"] >= now]

    def items(some: Iterable[Row]) -> list[dict[str, Any]]:
        return [session(rows, s) for s in [*some][:ITEMS_MAX]]

    who = students(rows, teacher, school_id)
    return {
        "school": school and {"id": wire(school_id), "name": school["name"]},
        "schools": listed,
        "teacher_info": {
            "id": wire(teacher), "name": account["name"], "email": account["email"],
            "schools": listed,
            "courses_taught": [
                {"id": wire(c["class_id"]), "name": c["name"], "subject": c["subject"]}
                for c in classes(rows, teacher, school_id)[:ITEMS_MAX]
            ],
        },
        "students": [student(rows, teacher, school_id, s, zone) for s in who],
        "sessions": {"today": items(today), "upcoming": items(upcoming),
                     "recent_completed": items(reversed(completed))},
        "recent_sessions": items(reversed(ranged)),
        "progress_metrics": metrics(rows, teacher, school_id, who),
        "recent_activities": activities(rows, teacher, school_id),
        "earnings": earnings(own(rows, "payment", teacher, school_id), times),
        "quick_stats": {
            "total_students": len(who), "sessions_today": len(today),
            "sessions_this_week": sum(within(s["starts_at"], times["week"]) for s in of),
            "completion_rate": tenths(
                Fraction(100 * len(completed), len(completed) + len(cancelled))
            ) if completed or cancelled else None,
        },
        "notifications": {"unread": len(unread(rows, teacher, school_id, now))},
    }  # fmt: skip


def zone_of(told: str | None) -> ZoneInfo:
    return ZoneInfo(told if told in available_timezones() else "UTC")


def calendar(day: date, zone: ZoneInfo) -> dict[str, tuple[datetime, datetime]]:
    """By its word, from when until when each lasts."""
    monday, first = day - day.weekday() * DAY, day.replace(day=1)
    following = (first + 31 * DAY).replace(day=1)
    days = {"today": (day, day + DAY), "week": (monday, monday + 7 * DAY),
            "month": (first, following),
            "last month": ((first - DAY).replace(day=1), first)}  # fmt: skip

    def begins(at: date) -> datetime:
        return datetime.combine(at, time(), zone).astimezone(UTC)

    return {word: (begins(start), begins(end)) for word, (start, end) in days.items()}


def within(at: datetime, period: tuple[datetime, datetime]) -> bool:
    return period[0] <= at < period[1]


def session(rows: Rows, s: Row) -> dict[str, Any]:
    class_ = rows["class"].get(s["class_id"])
    there = class_ if class_ and not class_["deleted"] \
        and class_["organization_id"] == s["organization_id"] else None  # fmt: skip
    return {
        "id": wire(s["session_id"]), "class_id": wire(s["class_id"]),
        "class_name": there["name"] if there else None, "title": s["title"],
        "starts_at": instant(s["starts_at"]), "ends_at": instant(s["ends_at"]),
        "status": s["status"], "student_count": len(members(rows, there)) if there else 0,
        "attended_count": sum(
            a["session_id"] == s["session_id"] and a["present"]
            for a in rows["attendance"].values()
        ),
        "notes": s["notes"],
    }  # fmt: skip


def assessments(rows: Rows, teacher: str, school: str, who: str) -> list[Row]:
    """The newest first."""
    found = [a for a in own(rows, "assessment", teacher, school) if a["student_id"] == who]
    found.sort(key=lambda a: a["assessment_id"])
    return sorted(found, key=lambda a: a["assessed_at"], reverse=True)


def progress(rows: Rows, teacher: str, school: str, who: str) -> list[Row]:
    """The newest first."""
    found = [p for p in own(rows, "progress", teacher, school) if p["student_id"] == who]
    found.sort(key=lambda p: p["class_id"])
    return sorted(found, key=lambda p: p["updated_at"], reverse=True)


def student(
    rows: Rows, teacher: str, school: str, who: str, zone: ZoneInfo
) -> dict[str, Any]:  # fmt: skip
    newest = progress(rows, teacher, school, who)
    of = {c["class_id"] for c in classes(rows, teacher, school) if who in members(rows, c)}
    held = [s["starts_at"] for s in sessions(rows, teacher, school)
            if s["class_id"] in of and s["status"] == "completed"]  # fmt: skip
    return {
        "id": wire(who), "name": name(rows, who),
        "current_level": newest[0]["level"] if newest else None,
        "completion_percentage": number(newest[0]["completion"]) if newest else None,
        "last_session_date": max(held).astimezone(zone).date().isoformat() if held else None,
        "recent_assessments": [
            {"id": wire(a["assessment_id"]), "title": a["title"], "kind": a["kind"],
             "score": number(a["score"]), "max_score": number(a["max_score"]),
             "assessed_at": instant(a["assessed_at"])}
            for a in assessments(rows, teacher, school, who)[:3]
        ],
        "skills_mastered": sorted({skill for p in newest for skill in p["skills_mastered"]}),
    }  # fmt: skip


def mean(some: list[Fraction]) -> Fraction | None:
    return sum(some, Fraction()) / len(some) if some else None


def metrics(rows: Rows, teacher: str, school: str, who: list[str]) -> dict[str, Any]:
    newest = [of[0] for s in who if (of := progress(rows, teacher, school, s))]
    improving = struggling = 0
    for s in who:
        of = assessments(rows, teacher, school, s)
        percents = [100 * Fraction(a["score"]) / Fraction(a["max_score"]) for a in of]
        latest, earlier = mean(percents[:3]), mean(percents[3:6])
        improving += latest is not None and earlier is not None and latest > earlier
        struggling += latest is not None and latest < 50
    average = mean([Fraction(p["completion"]) for p in newest])
    return {
        "total_students": len(who),
        "average_progress": None if average is None else tenths(average),
        "students_improving": improving, "students_struggling": struggling,
    }  # fmt: skip


def earnings(
    payments: list[Row], times: dict[str, tuple[datetime, datetime]]
) -> dict[str, Any]:  # fmt: skip
    newest = sorted(payments, key=lambda p: p["payment_id"])
    newest.sort(key=lambda p: p["earned_at"], reverse=True)
    currency = newest[0]["currency"] if newest else None

    def of(code: str | None) -> dict[str, str]:
        some = [p for p in payments if p["currency"] == code]
        sums = {
            "current_month": [p for p in some if within(p["earned_at"], times["month"])],
            "last_month": [p for p in some if within(p["earned_at"], times["last month"])],
            "pending_amount": [p for p in some if p["processed_at"] is None],
        }
        return {word: str(sum((p["amount"] for p in found), ZERO)) for word, found in sums.items()}

    others = {p["currency"] for p in payments if p["processed_at"] is None
              or within(p["earned_at"], times["month"])
              or within(p["earned_at"], times["last month"])} - {currency}  # fmt: skip
    return of(currency) | {
        "currency": currency, "others": [{"currency": c, **of(c)} for c in sorted(others)],
    }  # fmt: skip


def activities(rows: Rows, teacher: str, school: str) -> list[dict[str, Any]]:
    found = [
        ("session_completed", s["ends_at"], f"Session completed: {s['title']}", s["session_id"])
        for s in sessions(rows, teacher, school)
        if s["status"] == "completed"
    ]
    for class_ in classes(rows, teacher, school):
        found += [
            ("student_enrolled", rows["enrollment"][f"{class_['class_id']}/{s}"]["enrolled_at"],
             f"{name(rows, s) or 'A student'} joined {class_['name']}", s)
            for s in members(rows, class_)
        ]  # fmt: skip
    found += [
        (
            "assessment_given",
            a["assessed_at"],
            f"Assessment given: {a['title']}",
            a["assessment_id"],
        )
        for a in own(rows, "assessment", teacher, school)
    ]
    found += [
        ("payment_processed", p["processed_at"],
         f"Payment processed: {p['amount']} {p['currency']}", p["payment_id"])
        for p in own(rows, "payment", teacher, school) if p["processed_at"] is not None
    ]  # fmt: skip
    found.sort(key=lambda a: (a[0], a[3], a[2]))
    found.sort(key=lambda a: a[1], reverse=True)
    return [{"kind": kind, "at": instant(at), "text": text, "id": wire(id_)}
            for kind, at, text, id_ in found[:ACTIVITIES_MAX]]  # fmt: skip


def unread(rows: Rows, teacher: str, school: str, now: datetime) -> list[Row]:
    """What shows under the school, is neither read nor dismissed, and has not expired."""
    found: list[Row] = []
    if not school:
        return found
    for n in rows["notification"].values():
        own_one = n["teacher_id"] == teacher and n["school_id"] in (None, school)
        of_all = n["teacher_id"] is None and n["school_id"] == school and school
        told = rows["notification_receipt"].get(f"{n['notification_id']}/{teacher}", {})
        if (own_one or of_all) and not (told.get("read_at") or told.get("dismissed_at")):
            found += [n] if n["expires_at"] is None or n["expires_at"] > now else []
    return found


def wire(id_: str) -> int | str:
    """Digits without a leading zero are a number."""
    return int(id_) if id_.isdecimal() and not id_.startswith("0") and len(id_) < 16 else id_


def instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def number(told: Any) -> int | float:
    return int(told) if float(told).is_integer() else float(told)


def tenths(of: Fraction) -> int | float:
    exact = Decimal(of.numerator) / Decimal(of.denominator)
    return number(exact.quantize(Decimal("0.1"), ROUND_HALF_UP))
