"""The demo's batches of essays, against what DuckDB makes of the shipped files by itself."""

from collections import Counter, defaultdict
from pathlib import Path

import duckdb
import pytest

from homeroom.local.demo.batches import ESSAYS_MAX, UNFINISHED, OuladBatches, batch_id_of
from homeroom.local.oulad import Events
from homeroom_kit.publishing.events import OutgoingEvent, check
from tests.support.oulad_numbers import unpack

# The first twenty of each assignment that tutors marked, in the order of the file.
ESSAYS = """
SELECT id_assessment, id_student, score, a.code_module, a.code_module || '-' || a.code_presentation,
       row_number() OVER (PARTITION BY id_assessment ORDER BY s.line) AS place
FROM (SELECT *, row_number() OVER () AS line
      FROM read_csv('{folder}/studentAssessment.csv', all_varchar = true)) s
JOIN read_csv('{folder}/assessments.csv', all_varchar = true) a USING (id_assessment)
WHERE a.assessment_type = 'TMA' QUALIFY place <= 20
"""


@pytest.fixture(scope="module")
def events() -> list[OutgoingEvent]:
    return list(OuladBatches(Events().submissions()))


@pytest.fixture(scope="module")
def essays(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, ...]]:
    folder: Path = tmp_path_factory.mktemp("oulad")
    unpack(folder)
    duckdb.execute("SET threads = 1; SET preserve_insertion_order = true")
    return duckdb.execute(ESSAYS.format(folder=folder)).fetchall()


def of_type(events: list[OutgoingEvent], type_name: str) -> list[OutgoingEvent]:
    return [event for event in events if event.type == f"{type_name}.v1"]


def test_each_event_is_one_of_the_contract_and_the_next_of_its_subject(
    events: list[OutgoingEvent],
) -> None:
    reached: Counter[str] = Counter()
    for event in events:
        check(event)
        reached[event.subject] += 1
        assert event.sequence == reached[event.subject]
    assert 2_000 < len(events) < 5_000


def test_the_essays_are_real_ones_and_of_the_class_that_they_were_written_for(
    events: list[OutgoingEvent], essays: list[tuple[str, ...]]
) -> None:
    made = {
        (e.data["batch_id"], e.data["student_id"], e.data["class_id"])
        for e in of_type(events, "essay_association.made")
    }
    assert made == {
        (batch_id_of(assessment), student, class_)
        for assessment, student, _, _, class_, _ in essays
    }
    counts = Counter(batch_id_of(assessment) for assessment, *_ in essays)
    registered = {e.subject: e.data["essay_count"] for e in of_type(events, "batch.registered")}
    assert registered == counts
    assert max(counts.values()) == ESSAYS_MAX


def test_what_is_done_is_what_was_graded_and_one_of_each_module_is_not_finished(
    events: list[OutgoingEvent], essays: list[tuple[str, ...]]
) -> None:
    graded: defaultdict[str, list[bool]] = defaultdict(list)
    for assessment, _, score, *_ in essays:
        graded[batch_id_of(assessment)].append(score not in ("", "?", None))
    numbers = {e.subject: e.data for e in of_type(events, "batch.progressed")}
    statuses = {e.subject: e.data["status"] for e in of_type(events, "batch.status_changed")}
    assert statuses.keys() == graded.keys()
    finished = {id_: s for id_, s in statuses.items() if s.startswith("completed")}
    for id_, status in finished.items():
        assert numbers[id_]["completed_essays"] == sum(graded[id_])
        assert numbers[id_]["failed_essays"] == len(graded[id_]) - sum(graded[id_])
        assert (status == "completed_successfully") == all(graded[id_])
    left = sorted(s for id_, s in statuses.items() if id_ not in finished)
    assert left == sorted(status for status, _ in UNFINISHED.values())
