"""What the demo says at its end."""

from datetime import UTC, date, datetime
from pathlib import Path

from homeroom.local.demo import report as demo_report
from homeroom.local.demo.load import Load
from homeroom.local.demo.report import STUDENT, TEACHER, Contents
from homeroom.operations.differences import Compared

FOUND = Contents({"goal": 3, "habit": 0}, {"students": 2, "teachers": 0}, None)


def summary(done: Load, compared: list[Compared] | None = None) -> list[str]:
    return [line.strip() for line in demo_report.summary(done, FOUND, compared or []).splitlines()]


def test_it_says_what_was_published_recorded_and_projected() -> None:
    done = Load(
        date(2026, 11, 21), 50, published=40, publishing_seconds=2, recorded=10,
        recording_seconds=5, projected=50, projecting_seconds=4,
    )  # fmt: skip
    assert summary(done)[:4] == [
        "published  40 events in 2.0 s (20 events/s)",
        "recorded   10 habit logs in 5.0 s (2 habit logs/s)",
        "projected  50 events in 4.0 s (12 events/s)",
        "students   those of AAA-2014J live a made-up year, up to 21 November 2026",
    ]


def test_it_says_so_where_there_was_nothing_to_do() -> None:
    said = summary(Load(date(2026, 11, 21), 50))
    assert said[:2] == [
        "published  nothing: the log holds 50 events already",
        "projected  nothing: the tables held all of them already",
    ]


def test_tables_are_listed_shortly_or_each_with_its_verdict() -> None:
    done = Load(date(2026, 11, 21))
    assert summary(done)[-2:] == ["entities   3 goal", "tables     2 students"]
    compared = [
        Compared("students", rows=2, unexpected=0, missing=0),
        Compared("teachers", rows=0, unexpected=1, missing=2),
    ]
    assert summary(done, compared)[-2:] == [
        "students        2 rows  equal to its definition",
        "teachers        0 rows  DIFFERS: 1 unexpected, 2 missing",
    ]


def test_no_line_of_many_counts_is_too_wide() -> None:
    many = Contents({f"entity_{n}": 10**6 for n in range(50)}, {}, None)
    said = demo_report.summary(Load(date(2026, 11, 21)), many, [])
    assert max(map(len, said.splitlines())) <= demo_report.WIDTH
    assert "1,000,000 entity_49" in said
    assert not any(line.rstrip(",").endswith("1,000,000") for line in said.splitlines())


def test_an_old_year_is_told_with_what_to_do() -> None:
    assert demo_report.old_year(datetime.now(UTC).date(), Path("/demo")) == ""
    told = demo_report.old_year(date(2025, 2, 3), Path("/demo"))
    assert "ended on 03 February 2025" in told
    assert "remove /demo" in told
    assert "remove" not in demo_report.old_year(date(2025, 2, 3), None)


def test_everybodys_curl_lines_carry_their_own_token() -> None:
    tokens = {TEACHER: "teachers", STUDENT: "students"}
    said = demo_report.how_to_use("http://h:1", tokens, "key", Path("/demo/env.sh"))
    lines = [line for line in said.splitlines() if line.startswith("curl ")]
    *lines, of_service = lines
    assert "X-Internal-API-Key: key'" in of_service
    assert len(lines) == len(TEACHER.paths) + len(STUDENT.paths)
    for line in lines:
        whose = "students" if "/api/v1/student/" in line else "teachers"
        assert f"Bearer {whose}'" in line
