"""`homeroom definitions check`: a verdict on each definition, its costs and its followers."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from homeroom.cli import app
from homeroom.engine.generations.generation import ReadModel, StoredPlan
from homeroom.engine.generations.registry import Generation, to_feed
from homeroom.engine.planning.checking import Accepted, Refused, check
from homeroom.errors import DefinitionError
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from tests.support.pages import DOCS
from tests.support.strength import at_full_strength

MODEL = read_model(Settings(sparse_topics=""))
AVERAGES = (
    "-- totals exam_id\n"
    "SELECT r.exam_id, avg(r.score) AS average FROM exam_result r GROUP BY r.exam_id;\n"
)


def verdict(name: str, **others: str) -> Accepted | Refused:
    (only,) = check(MODEL.catalog, {**MODEL.definitions, **others}, (name,))
    return only


def run(*arguments: object) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["definitions", "check", *map(str, arguments)])
    return done.exit_code, done.output


@at_full_strength
def test_all_definitions_of_the_project_are_accepted() -> None:
    code, output = run()
    assert code == 0
    assert f"All {len(MODEL.definitions)} definitions are accepted." in output


def test_a_refused_file_is_told_with_its_rewrite(tmp_path: Path) -> None:
    file = tmp_path / "averages.sql"
    file.write_text(AVERAGES)
    code, output = run(file)
    assert code == 1
    assert "averages: refused at `AVG(r.score)`" in output
    assert "Say how many: `round(AVG(r.score), 2)`." in output
    code, output = run("--json", file)
    assert code == 1
    (told,) = json.loads(output)["definitions"]
    assert (told["name"], told["accepted"], told["where"]) == ("averages", False, "AVG(r.score)")


def test_the_page_shows_what_the_command_prints(tmp_path: Path) -> None:
    (tmp_path / "averages.sql").write_text(AVERAGES)
    (tmp_path / "teacher_classes.sql").write_text(MODEL.definitions["teacher_classes"])
    page = (DOCS / "definitions.md").read_text()
    shown = re.findall(
        r"```\n\$ homeroom definitions check \S*?(\w+\.sql)\n(.*?)```", page, re.DOTALL
    )
    assert [name for name, _ in shown] == ["averages.sql", "teacher_classes.sql"]
    for name, output in shown:
        assert run(tmp_path / name)[1] == output


@pytest.mark.parametrize("name", ["missing.sql", "averages.txt"])
def test_a_file_that_cannot_be_taken_is_wrong_usage(tmp_path: Path, name: str) -> None:
    (tmp_path / "averages.txt").write_text(AVERAGES)
    assert run(tmp_path / name)[0] == 2


@at_full_strength
def test_what_rests_on_a_refused_definition_says_so_and_others_are_still_judged() -> None:
    texts = {**MODEL.definitions, "class_totals": "-- totals class_id\nSELECT 1"}
    verdicts = {v.name: v for v in check(MODEL.catalog, texts, tuple(texts))}
    follower = verdicts["teacher_classes"]
    assert isinstance(verdicts["class_totals"], Refused)
    assert isinstance(follower, Refused)
    assert follower.problem == "it rests on class_totals, which is refused"
    assert isinstance(verdicts["exam_totals"], Accepted)


def test_a_relation_that_does_not_exist_and_a_circle_are_told() -> None:
    nowhere = verdict("a", a="-- rows exam_id\nSELECT q.exam_id FROM quiz q")
    assert isinstance(nowhere, Refused)
    assert nowhere.problem == "there is no relation quiz"
    circle = verdict("b", b="-- rows exam_id\nSELECT b.exam_id FROM b b")
    assert isinstance(circle, Refused)
    assert "reads itself" in circle.problem


def test_an_accepted_one_names_costs_and_followers() -> None:
    classes = verdict("class_totals")
    assert isinstance(classes, Accepted)
    assert {"teacher_classes", "teacher_stats"} <= set(classes.followers)
    readiness = verdict("student_readiness")
    assert isinstance(readiness, Accepted)
    assert [s.cost for s in readiness.sources] == [
        "computes every row of its student_id again, from all that belongs to it"
    ]
    fan_out = verdict(
        "example",
        example="-- rows exam_id\nSELECT e.exam_id, e.class_id, c.name FROM exam e "
        "LEFT JOIN class c ON c.class_id = e.class_id",
    )
    assert isinstance(fan_out, Accepted)
    assert [s.cost for s in fan_out.sources] == [
        "computes one row", "computes the rows with its class_id"
    ]  # fmt: skip
    assert {"exam (class_id)", "example (class_id)"} <= set(fan_out.indexes)


def test_a_worker_with_a_refused_definition_says_why() -> None:
    model = ReadModel(MODEL.catalog, {**MODEL.definitions, "averages": AVERAGES})
    plan = {
        "fingerprint": MODEL.fingerprint(),
        "contract": MODEL.catalog.described(),
        "definitions": dict(MODEL.definitions),
    }
    live = Generation("g0001", "live", datetime.now(UTC), None, None, StoredPlan.read(plan))
    with pytest.raises(DefinitionError, match="no end of decimals"):
        to_feed([live], model)
