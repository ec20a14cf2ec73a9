"""What a student learns: the track, missions, modules, and how ready that makes them."""

from collections.abc import Iterator
from random import Random

from homeroom.local.oulad_subjects import OuladStudent
from tests.student_year.characters import Character
from tests.student_year.curriculum import FORMER, TRACKS, Mission
from tests.student_year.facts import DAY_MINUTES, Calendar, Fact

CONSENTS = {"share_with_mentor": 0.8, "employer_share": 0.5, "public_portfolio": 0.3}
# So many missions were begun in the last days, the others before.
CURRENT_MISSIONS = (2, 4)
CURRENT_DAYS = 16
MISSION_DAYS = 24
ROUNDS_MAX = 3
READY_SCORE = 85
AI_FEEDBACK = (
    "Clear steps; say how you checked the result.",
    "Works. The second part needs a source.",
    "Good structure. Name what you left out.",
)
MENTOR_FEEDBACK = (
    "Good work. Tell me next time why you chose this way.",
    "I would show this to a colleague.",
    "Nearly there: one more pass over the ending.",
)
NEXT_ACTIONS = (
    "Show how you checked the result",
    "Shorten the summary to five lines",
    "Explain the step that failed",
)


def account(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """The student joins a track; some change later what others may see."""
    chance = who.chance("account")
    # Registered by the data set's import, whose events of the student these continue.
    registered = OuladStudent(who.student_id, 0).steps()[0].data
    data = registered | {
        "track_id": who.track.track_id,
        "cohort": calendar.quarter(who.joined),
        "mentor_id": who.mentor_id,
        "time_zone": who.time_zone,
        "consents": {name: chance.random() < share for name, share in CONSENTS.items()},
    }
    joined = who.minute(who.joined, chance.randint(8 * 60, 20 * 60))
    yield Fact("student.updated", joined, (who.student_id,), data)
    if chance.random() < 0.3:
        later = chance.randint(joined, -1)
        asked = dict.fromkeys(CONSENTS, True)
        yield Fact("student.updated", later, (who.student_id,), data | {"consents": asked})


def profile(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """What the student could become; a few were never assessed, some twice."""
    chance = who.chance("profile")
    if chance.random() < 0.05:
        return
    minute = who.minute(who.joined + 1, chance.randint(8 * 60, 20 * 60))
    persona = chance.choice(who.track.personas)
    alignment = chance.randint(50, 90)
    recommended = chance.choices((who.track, *TRACKS, FORMER), (20, 1, 1, 1, 1))[0]
    for assessment in range(chance.choices((1, 2), (2, 1))[0]):
        yield Fact(
            "profile.assessed", minute, (who.student_id,),
            {"persona": persona,
             "archetype": who.track.archetype if chance.random() < 0.8 else None,
             "skills_needed": who.track.skills[assessment : assessment + 4],
             "alignment": min(100, alignment + 7 * assessment),
             "recommended_track_id": recommended.track_id,
             "readiness_window": calendar.quarter(chance.randint(60, 300)),
             "assessed_at": calendar.instant(minute)},
        )  # fmt: skip
        minute += 60 * DAY_MINUTES


def missions(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """The track's missions in their order, the last of them still under way."""
    chance = who.chance("missions")
    begun = min(len(who.track.missions), 2 + round(who.days / 25 * (0.5 + who.diligence)))
    current = min(begun, chance.randint(*CURRENT_MISSIONS))
    days = [-chance.randint(1, CURRENT_DAYS) for _ in range(current)]
    days += [chance.randint(who.joined, -CURRENT_DAYS) for _ in range(begun - current)]
    for mission, day in zip(who.track.missions, sorted(days), strict=False):
        minute = who.minute(day, chance.randint(7 * 60, 21 * 60))
        yield from _mission(who, calendar, chance, mission, minute)


def _mission(
    who: Character, calendar: Calendar, chance: Random, mission: Mission, minute: int
) -> Iterator[Fact]:
    key = (mission.mission_id, who.student_id)
    deadline = minute + chance.randint(5, MISSION_DAYS) * DAY_MINUTES
    said = {
        "started_at": calendar.instant(minute),
        "deadline_at": calendar.instant(deadline) if chance.random() < 0.9 else None,
    }
    yield Fact("mission_progress.started", minute, key, said)
    if chance.random() < 0.08:  # left lying
        return
    minute += chance.randint(DAY_MINUTES, 10 * DAY_MINUTES)
    for round_ in range(1, ROUNDS_MAX + 1):
        approved = round_ == ROUNDS_MAX or chance.random() < 0.45 + 0.4 * who.diligence
        yield from _review(who, calendar, chance, key, minute, approved=approved)
        if approved:
            return
        minute += chance.randint(7 * DAY_MINUTES, 12 * DAY_MINUTES)


def _review(
    who: Character,
    calendar: Calendar,
    chance: Random,
    key: tuple[str, ...],
    minute: int,
    *,
    approved: bool,
) -> Iterator[Fact]:
    """From handing in to the decision, within a week."""
    score = chance.uniform(60, 98) if approved else chance.uniform(30, 60)
    submitted = {"submitted_at": calendar.instant(minute)}
    yield Fact("mission_progress.submitted", minute, key, submitted)
    scored = {"ai_score": round(score, 1), "ai_feedback": chance.choice(AI_FEEDBACK)}
    yield Fact("mission_progress.ai_scored", minute + 2, key, scored)
    minute += chance.randint(DAY_MINUTES // 2, 3 * DAY_MINUTES)
    yield Fact("mission_progress.review_started", minute, key, {"reviewer_id": who.mentor_id})
    minute += chance.randint(60, 3 * DAY_MINUTES)
    if who.mentor_id is not None:
        judged = {
            "mentor_id": who.mentor_id,
            "mentor_score": float(round(score + chance.uniform(-2, 2))),
            "mentor_feedback": chance.choice(MENTOR_FEEDBACK),
        }
        yield Fact("mission_progress.mentor_scored", minute, key, judged)
    verdict = "approved" if approved else "changes_requested"
    minute += 5
    decided = {
        "decided_at": calendar.instant(minute),
        "next_action": None if approved else chance.choice(NEXT_ACTIONS),
    }
    yield Fact(f"mission_progress.{verdict}", minute, key, decided)


def modules(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """One module after the other, each in a few sittings."""
    chance = who.chance("modules")
    day = who.joined + chance.randint(1, 10)
    for place in range(1, len(who.track.modules) + 1):
        percent = 0
        while percent < 100:
            percent = min(100, percent + chance.randint(10, 40))
            minute = who.minute(day, chance.randint(7 * 60, 21 * 60))
            said = {"percent": float(percent), "recorded_at": calendar.instant(minute)}
            key = (who.track.module_id(place), who.student_id)
            yield Fact("module_progress.recorded", minute, key, said)
            day += chance.randint(2, 10 + round(20 * (1 - who.diligence)))


def readiness(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """A score each week, and the gaps that are left, the worst first."""
    chance = who.chance("readiness")
    gaps = who.track.skills
    chance.shuffle(gaps)
    score = chance.uniform(15, 40)
    for day in range(who.joined + chance.randint(3, 9), 0, 7):
        score = min(97, max(5, score + chance.uniform(-2, 3.5) * (0.5 + who.diligence)))
        left = max(1, round(len(gaps) * (100 - score) / 100))
        said = {
            "score": round(score, 1),
            "gaps": gaps[:left],
            "time_to_ready_days": max(0, round((READY_SCORE - score) * 4)),
        }
        minute = day * DAY_MINUTES + 4 * 60
        yield Fact("readiness.scored", minute, (who.student_id, calendar.day(day)), said)
