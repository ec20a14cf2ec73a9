"""The commands of `homeroom flink`, with a real SQL gateway."""

import json

import pytest
from click.testing import Result
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.errors import FlinkRefused
from homeroom.local.flink import LocalFlink
from homeroom.settings import Settings
from tests.flink.feeding import SCHEMA, Side
from tests.flink.histories import history
from tests.flink.installed import HOME, JAVA
from tests.support.waiting import wait_for

pytestmark = pytest.mark.flink
TABLES = ("exam_totals", "teacher_batches")


def test_submit_starts_a_job_that_keeps_the_tables(
    settings: Settings, environment: dict[str, str], flink: LocalFlink
) -> None:
    side = Side(settings, TABLES)
    side.project(history(1))
    told = json.loads(flink_command(
        "submit", "--gateway", flink.url, "--schema", SCHEMA, "--entities", "--bounded", "--json",
        *(f"--only={name}" for name in TABLES), env=environment,
    ))  # fmt: skip
    assert len(told["job"]) == 32
    assert set(told["tables"]) == set(side.tables())
    wait_for(lambda: not side.differences(), 60)


def test_check_has_a_gateway_plan_the_job(flink: LocalFlink) -> None:
    only = [f"--only={name}" for name in ("habit_runs", "student_readiness")]
    said = flink_command("check", "--gateway", flink.url, *only)
    assert "all can be translated, and Flink plans habit_runs, student_readiness." in said


def test_check_plans_the_job_by_a_flink_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLINK_HOME", str(HOME))
    monkeypatch.setenv("JAVA_HOME", str(JAVA.parents[1]))
    assert "Flink plans exam_totals." in flink_command("check", "--local", "--only=exam_totals")


def test_what_flink_refuses_is_told_in_its_words(
    environment: dict[str, str], flink: LocalFlink
) -> None:
    done = invoke(
        "submit", "--gateway", flink.url, "--from", "file:///nowhere/chk-1", "--only=exam_totals",
        env=environment,
    )  # fmt: skip
    assert isinstance(done.exception, FlinkRefused)
    assert "Cannot find checkpoint" in str(done.exception)


def flink_command(*arguments: str, env: dict[str, str] | None = None) -> str:
    done = invoke(*arguments, env=env)
    assert done.exit_code == 0, done.output
    return done.stdout


def invoke(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(app, ["flink", *arguments], env=env)
