"""What stands around a student's learning: portfolio, subscription, the coach's recommendations."""

from collections.abc import Iterator

from tests.student_year.characters import Character
from tests.student_year.curriculum import TRACKS
from tests.student_year.facts import DAY_MINUTES, Calendar, Fact

PERIOD_DAYS = 30
EXPIRES_DAYS = 30
ITEM_KINDS = ("Write-up", "Recording", "Code", "Report")
REASONS = (
    ("high", "Employers of your track ask for it"),
    ("medium", "Others on your track did it as well"),
    ("medium", "You liked one like it"),
    ("low", "A short one for a busy week"),
)


def portfolio(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """Items that are accepted, or not, or not yet; a few are taken away again."""
    chance = who.chance("portfolio")
    for number in range(1, round(who.days / 30 * (0.2 + who.diligence)) + 1):
        minute = chance.randint(who.joined * DAY_MINUTES, -1)
        key = (f"{who.student_id}-item-{number}",)
        mission = chance.choice(who.track.missions)
        title = f"{chance.choice(ITEM_KINDS)}: {mission.title}"
        said = {
            "student_id": who.student_id, "title": title, "added_at": calendar.instant(minute),
        }  # fmt: skip
        yield Fact("portfolio_item.added", minute, key, said)
        verdict = chance.choices(("approved", "rejected", ""), (70, 12, 18))[0]
        if verdict:
            minute += chance.randint(60, 8 * DAY_MINUTES)
            yield Fact(f"portfolio_item.{verdict}", minute, key, {})
        if chance.random() < 0.05:
            minute += chance.randint(60, 20 * DAY_MINUTES)
            yield Fact("portfolio_item.removed", minute, key, {})


def subscription(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """What the student pays for, renewed every 30 days; some went up a tier, some left."""
    if who.plan == "none":
        return
    chance = who.chance("subscription")
    key = (who.student_id,)
    minute = who.minute(who.joined, chance.randint(8 * 60, 20 * 60)) + 1
    if who.plan == "free":
        said = {"tier": "free", "started_at": calendar.instant(minute), "current_period_end": None}
        yield Fact("subscription.started", minute, key, said)
        return
    tier, started, verb = "starter3", minute, "started"
    # In which period what happens.
    turn = chance.randint(1, 4) if who.plan != "starter3" else None
    for period in range(who.days // PERIOD_DAYS + 1):
        if period == turn and who.plan == "ended":
            said = {"ended_at": calendar.instant(minute)}
            yield Fact("subscription.ended", minute, key, said)
            return
        if who.plan == "professional7" and (period == turn or who.days < 5 * PERIOD_DAYS):
            tier, started = "professional7", started if tier == "professional7" else minute
        renewed = minute + PERIOD_DAYS * DAY_MINUTES
        said = {
            "tier": tier,
            "started_at": calendar.instant(started),
            "current_period_end": calendar.instant(renewed),
        }
        yield Fact(f"subscription.{verb}", minute, key, said)
        minute, verb = renewed, "changed"


def recommendations(who: Character, calendar: Calendar) -> Iterator[Fact]:
    """What an AI coach recommends, more of it lately; some of it is waved away.

    It looks beyond the track, whose own missions the modules recommend.
    """
    chance = who.chance("coach")
    beyond = [m for track in TRACKS if track != who.track for m in track.missions]
    lately = [-chance.randint(1, 20) for _ in range(chance.randint(0, 3))]
    before = [chance.randint(who.joined, -20) for _ in range(who.days // 40)]
    for number, day in enumerate(sorted(before + lately), start=1):
        minute = who.minute(day, chance.randint(7 * 60, 21 * 60))
        mission = chance.choice(beyond)
        priority, reason = chance.choice(REASONS)
        of_mission = chance.random() < 0.75
        expires = minute + EXPIRES_DAYS * DAY_MINUTES
        key = (f"{who.student_id}-coach-{number}",)
        said = {
            "student_id": who.student_id,
            "title": mission.title if of_mission else f"Read about {mission.competencies[0]}",
            "reason": reason,
            "url": f"/missions/{mission.mission_id}" if of_mission else "/library",
            "mission_id": mission.mission_id if of_mission else None,
            "priority": priority,
            "expires_at": calendar.instant(expires) if chance.random() < 0.8 else None,
        }
        yield Fact("recommendation.made", minute, key, said)
        if chance.random() < 0.35:
            minute += chance.randint(5, 4 * DAY_MINUTES)
            yield Fact("recommendation.dismissed", minute, key, {})
