"""The drawing of the flow, and the thresholds that colour it."""

from itertools import pairwise

import pytest

from homeroom.api.pages.console.flow import HEIGHT, WIDTH, FlowNode, drawing_of, graph_of
from homeroom.api.pages.console.lag import line_of
from homeroom.engine.generations.generation import StoredPlan
from homeroom.readmodel import read_model
from homeroom.settings import Settings
from homeroom.settings.lag_thresholds import LagThreshold, read_thresholds

DEFINITIONS = {
    "second": "-- rows exam_id\nSELECT f.exam_id, f.title FROM first f",
    "first": "-- rows exam_id\nSELECT e.exam_id, e.title FROM exam e",
}
SMALL = StoredPlan("", {"entities": {"exam": {"topic": "exams"}}}, DEFINITIONS)


def test_each_node_stands_right_of_all_that_it_reads() -> None:
    graph = graph_of(SMALL)
    assert [(n.kind, n.name, n.layer) for n in graph.nodes] == [
        ("topic", "exams", 0), ("entity", "exam", 1), ("projection", "first", 2),
        ("projection", "second", 3),
    ]  # fmt: skip
    names = [(here.name, there.name) for here, there in graph.edges]
    assert sorted(names) == [("exam", "first"), ("exams", "exam"), ("first", "second")]
    places = drawing_of(graph).places
    assert all(places[here][0] + WIDTH < places[there][0] for here, there in graph.edges)


def test_the_whole_read_model_is_drawn_without_two_nodes_in_one_place() -> None:
    model = read_model(Settings())
    graph = graph_of(StoredPlan("", model.catalog.described(), model.definitions))
    kinds = [node.kind for node in graph.nodes]
    assert kinds.count("entity") == len(model.catalog.entities)
    assert kinds.count("projection") == len(model.definitions)
    assert kinds.count("topic") == len(model.catalog.topics)
    drawing = drawing_of(graph)
    columns: dict[int, list[int]] = {}
    for x, y in drawing.places.values():
        assert 0 <= x <= drawing.width - WIDTH
        assert 0 <= y <= drawing.height - HEIGHT
        columns.setdefault(x, []).append(y)
    for rows in columns.values():
        rows.sort()
        assert all(below - above >= HEIGHT for above, below in pairwise(rows))


def test_what_cannot_be_read_of_an_older_generation_is_left_out() -> None:
    lost = StoredPlan("", SMALL.contract, {"second": DEFINITIONS["second"]})
    assert FlowNode("entity", "exam", 1) in graph_of(lost).nodes
    assert all(node.name != "second" for node in graph_of(lost).nodes)


def test_a_topic_has_its_own_threshold_and_the_others_the_usual_one() -> None:
    thresholds = read_thresholds("60/600, exams=30/120.5")
    assert thresholds.of("exams") == LagThreshold(30, 120.5)
    assert thresholds.of("people") == LagThreshold(60, 600)
    levels = [thresholds.of("exams").level(s) for s in (None, 0, 30, 31, 120.5, 121)]
    assert levels == ["", "", "", "warning", "warning", "critical"]
    assert read_thresholds("") == read_thresholds("60/600")


@pytest.mark.parametrize("text", ["60", "60/", "60/30", "exams", "exams=1", "a b=1/2", "-1/2"])
def test_what_is_no_threshold_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match=r"threshold|critical before"):
        read_thresholds(text)
    monkeypatch.setenv("HOMEROOM_LAG_THRESHOLDS", text)
    with pytest.raises(ValueError, match="lag_thresholds"):
        Settings()


def test_a_line_of_the_lag_has_the_highest_of_each_minute_and_says_little() -> None:
    each_second = [(float(ago), 0.0) for ago in range(3_600, -1, -1)]
    assert line_of(each_second, 60) == "0,35 240,35"
    each_second[1_800:1_805] = [(1_798.0, seconds) for seconds in (5, 60, 7, 0, 0)]
    assert line_of(each_second, 60) == "0,35 116,35 120,1 124,35 240,35"
    assert len(line_of([(float(ago), float(ago % 50)) for ago in range(3_600)], 60)) < 500
    assert line_of([], 60) == ""
    # What is older than the hour stands where the hour begins.
    assert line_of([(4_000.0, 30.0), (0.0, 60.0)], 60) == "0,18 240,1"
