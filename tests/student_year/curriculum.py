"""The curriculum of the year: tracks, their modules, and the missions that these recommend."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tests.student_year.facts import DAY_MINUTES, YEAR_DAYS, Calendar, Fact

# Everything was offered when the year began; what was retired was so half a year later.
OFFERED = -YEAR_DAYS * DAY_MINUTES
RETIRED = OFFERED // 2
UPDATED = OFFERED // 3


class Mission(NamedTuple):
    """A mission; ``module`` is the place in its track, from 1, of the module that recommends it."""

    mission_id: str
    title: str
    module: int
    difficulty: str
    competencies: tuple[str, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class Track:
    """A track; ``modules`` are titles, in their order."""

    track_id: str
    name: str
    personas: tuple[str, ...]
    archetype: str
    modules: tuple[str, ...]
    missions: tuple[Mission, ...]

    @property
    def skills(self) -> list[str]:
        """What its missions teach, each once."""
        every = (skill for mission in self.missions for skill in mission.competencies)
        return list(dict.fromkeys(every))

    def module_id(self, place: int) -> str:
        """The id of a module, by its place from 1."""
        return f"{self.track_id}-{place}"


DEFENDER = Track(
    "defender", "Defender", ("Threat Hunter", "Incident Responder"), "Guardian",
    ("Networks and logs", "Detection", "Incident response", "Forensics", "Threat hunting"),
    (
        Mission("logs-01", "Follow one login through the logs", 1, "beginner", ("Linux",), 30),
        Mission("siem-01", "Triage your first alerts", 2, "beginner", ("SIEM",), 45),
        Mission("siem-02", "Write a rule that fires once", 2, "intermediate", ("SIEM",), 60),
        Mission("ir-01", "Contain a compromised laptop", 3, "intermediate", ("DFIR",), 90),
        Mission("ir-02", "Lead the first hour of an incident", 3, "advanced", ("DFIR",), 120),
        Mission("dfir-01", "Recover a timeline from a disk", 4, "intermediate", ("DFIR",), 90),
        Mission("dfir-02", "Find what memory remembers", 4, "advanced", ("Memory",), 120),
        Mission("hunt-01", "Hunt for a beacon", 5, "advanced", ("Python", "SIEM"), 120),
    ),
)  # fmt: skip
CLOUD = Track(
    "cloud", "Cloud Engineer", ("Platform Builder", "Reliability Keeper"), "Maker",
    ("Linux and shell", "Networks", "Infrastructure as code", "Operations", "Cloud security"),
    (
        Mission("shell-01", "Automate a chore", 1, "beginner", ("Bash",), 30),
        Mission("net-01", "Draw the path of a packet", 2, "beginner", ("Networking",), 45),
        Mission("net-02", "Split a network in three", 2, "intermediate", ("Networking",), 60),
        Mission("iac-01", "Build it twice, the same", 3, "intermediate", ("Terraform",), 90),
        Mission("iac-02", "Change it without downtime", 3, "advanced", ("Terraform", "AWS"), 120),
        Mission("ops-01", "Write the alert you would want", 4, "intermediate", ("Monitoring",), 60),
        Mission("ops-02", "Restore from a backup, timed", 4, "intermediate", ("Operations",), 90),
        Mission("sec-01", "Take away every right but one", 5, "advanced", ("IAM", "AWS"), 120),
    ),
)  # fmt: skip
DATA = Track(
    "data", "Data Analyst", ("Pattern Finder", "Story Teller"), "Explorer",
    ("Tables and queries", "Statistics", "Python for data", "Charts", "Telling the story"),
    (
        Mission("sql-01", "Answer ten questions with SQL", 1, "beginner", ("SQL",), 45),
        Mission("sql-02", "Find the duplicate customers", 1, "intermediate", ("SQL",), 60),
        Mission("stat-01", "Is the difference real?", 2, "intermediate", ("Statistics",), 60),
        Mission("py-01", "Clean a messy file", 3, "beginner", ("Python",), 45),
        Mission("py-02", "Join what does not want to join", 3, "intermediate", ("Python",), 90),
        Mission("viz-01", "Redraw a misleading chart", 4, "beginner", ("Charts",), 30),
        Mission("viz-02", "One chart for the board", 4, "intermediate", ("Charts",), 60),
        Mission("story-01", "Defend a finding", 5, "advanced", ("Statistics", "Writing"), 120),
    ),
)  # fmt: skip
TRACKS = (DEFENDER, CLOUD, DATA)
# No longer offered; some profiles still recommend it.
FORMER = Track(
    "helpdesk", "Helpdesk Technician", ("Problem Solver",), "Helper", ("Tickets",),
    (Mission("ticket-01", "Close a ticket well", 1, "beginner", ("Writing",), 30),),
)  # fmt: skip


def facts(calendar: Calendar) -> Iterator[Fact]:
    """Tracks, modules and missions as they were offered; what is new or gone since."""
    for track in (*TRACKS, FORMER):
        yield Fact(
            "track.published", OFFERED, (track.track_id,),
            {"key": track.track_id.upper(), "name": track.name},
        )  # fmt: skip
        yield from _modules(track)
        for mission in track.missions:
            published = {"published_at": calendar.instant(OFFERED)}
            data = _described(track, mission) | published
            yield Fact("mission.published", OFFERED, (mission.mission_id,), data)
    first = DEFENDER.missions[0]
    longer = {**_described(DEFENDER, first), "estimated_minutes": first.minutes + 15}
    yield Fact("mission.updated", UPDATED, (first.mission_id,), longer)
    yield from _retired(FORMER)


def _described(track: Track, mission: Mission) -> dict[str, object]:
    return {
        "track_id": track.track_id,
        "title": mission.title,
        "difficulty": mission.difficulty,
        "competencies": list(mission.competencies),
        "estimated_minutes": mission.minutes,
    }


def _modules(track: Track) -> Iterator[Fact]:
    for place, title in enumerate(track.modules, start=1):
        missions = [m.mission_id for m in track.missions if m.module == place]
        data = {
            "track_id": track.track_id,
            "title": title,
            "position": place,
            "recommended_missions": missions,
        }
        yield Fact("module.published", OFFERED, (track.module_id(place),), data)


def _retired(track: Track) -> Iterator[Fact]:
    yield Fact("track.retired", RETIRED, (track.track_id,), {})
    for place in range(1, len(track.modules) + 1):
        yield Fact("module.retired", RETIRED, (track.module_id(place),), {})
    for mission in track.missions:
        yield Fact("mission.retired", RETIRED, (mission.mission_id,), {})
