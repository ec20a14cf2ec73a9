"""Tracks, modules and missions of a student, over entity rows as plain dicts."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import floor
from typing import Any

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[str, Row]]
DIFFICULTIES = ("beginner", "intermediate", "advanced")


def of(rows: Rows, entity: str, who: str) -> Iterator[Row]:
    return (row for row in rows[entity].values() if row["student_id"] == who)


def rounded(percentage: Fraction, digits: int) -> float:
    """Half up, but what is below 100 stays below it."""
    nearest = floor(percentage * 10**digits + Fraction(1, 2))
    if percentage < 100 and nearest == 100 * 10**digits:
        nearest -= 1
    return nearest / 10**digits


def own_track(rows: Rows, who: str) -> Row | None:
    return rows["track"].get(rows["student"][who]["track_id"])


def track_name(track: Row | None) -> str:
    return (track and track["name"]) or "Not assigned"


def modules_of(rows: Rows, who: str) -> list[Row]:
    """The published modules of the student's track, in their order."""
    track_id = rows["student"][who]["track_id"]
    mine = [m for m in rows["module"].values() if m["track_id"] == track_id and not m["retired"]]
    return sorted(mine, key=lambda m: (m["position"], m["module_id"]))


def done(rows: Rows, module: Row, who: str) -> Fraction:
    found = rows["module_progress"].get(f"{module['module_id']}/{who}")
    return Fraction(found["percent"]) if found else Fraction(0)


def completion(rows: Rows, who: str) -> float:
    modules = modules_of(rows, who)
    if not modules:
        return 0.0
    return rounded(sum((done(rows, m, who) for m in modules), Fraction()) / len(modules), 1)


def recommended(rows: Rows, who: str, modules: list[Row]) -> list[Row]:
    """What unfinished ones of these modules recommend: offered, not approved, easiest first."""
    unfinished = [m for m in modules if done(rows, m, who) < 100]
    wanted = {mission for m in unfinished for mission in m["recommended_missions"]}
    approved = {
        p["mission_id"] for p in of(rows, "mission_progress", who) if p["status"] == "approved"
    }
    offered = [
        m for m in rows["mission"].values()
        if m["mission_id"] in wanted - approved and not m["retired"]
    ]  # fmt: skip
    return sorted(offered, key=lambda m: (DIFFICULTIES.index(m["difficulty"]), m["mission_id"]))


def progress_of_known(rows: Rows, who: str) -> list[tuple[Row, Row]]:
    """The student's progress, with the mission; none where the mission is not known."""
    return [
        (p, rows["mission"][p["mission_id"]])
        for p in of(rows, "mission_progress", who)
        if p["mission_id"] in rows["mission"]
    ]
