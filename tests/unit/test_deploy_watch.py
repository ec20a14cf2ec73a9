"""What deploy/watch asks Prometheus for exists, and each alert has its page and its trials."""

import json
import re
from collections.abc import Iterator
from typing import Any

import promql_parser as promql
import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from homeroom.api.metrics import Metrics
from homeroom.engine.consuming.progress import Drift, WorkerProgress
from homeroom.engine.log.records import Partition
from homeroom.engine.ordering.store import KeptBack
from homeroom.monitoring.database_metrics import DatabaseFigures, DatabaseMetrics, RunningRebuild
from homeroom.monitoring.metrics import WorkerMetrics
from homeroom.monitoring.outbox_backlog import OutboxBacklog
from homeroom.monitoring.unscanned_resources import UnscannedResources
from homeroom.notifying.monitoring import DeliveryObserver, LedgerFigures, LedgerMetrics
from tests.support.deploy import (
    DEPLOY,
    ROOT,
    WATCH,
    alerts,
    dashboards,
    documents,
    existing_commands,
    named,
)

RUNBOOKS = DEPLOY / "runbooks"
# What Prometheus adds to whatever it scrapes.
TARGET_LABELS = {"instance", "job"}


@pytest.fixture(scope="module")
def metrics() -> dict[str, set[str]]:
    """Every series that a process of homeroom has, with its labels: from the real ones."""
    with pytest.MonkeyPatch.context() as patch:
        figures = DatabaseFigures(KeptBack(), RunningRebuild(0.0, 1, 2), OutboxBacklog(1, 2.0),
                                  UnscannedResources(1, 2.0), 3, 4, 5)  # fmt: skip
        patch.setattr(DatabaseMetrics, "figures", lambda _: figures)
        progress = WorkerProgress(
            generation="g0001",
            positions={Partition("exams", 0): 1},
            ends={Partition("exams", 0): 2},
            seen_since={Partition("exams", 0): 1.0},
            held_since={Partition("exams", 0): 1.0},
            everywhere={Partition("exams", 0): (1, 2)},
        )
        progress.retries["OperationalError"] += 1
        worker = WorkerMetrics(lambda: progress, 1.0, "", Drift({"teachers": 1}))
        service = Metrics(dict, lambda: 0)
        service.observe("/", "GET", 200, 0.1)
        service.send_live_message("websocket")
        service.end_live_connection("websocket", 1013)
        service.limit_request("reads")
        service.refuse_request("expired")
        service.see_slow_request("/")
        service.refuse_request("expired")
        ledger = LedgerFigures([("email", "due", 1, 2.0)], 3, 4.0)
        patch.setattr(LedgerMetrics, "figures", lambda _: ledger)
        notifier = DeliveryObserver(["email"], "")
        found: dict[str, set[str]] = {}
        for registry in (worker.registry, service.registry, notifier.registry):
            for family in registry.collect():
                for sample in family.samples:
                    found.setdefault(sample.name, set()).update(sample.labels)
    return found


def queries() -> Iterator[tuple[str, str]]:
    """Everything that is asked of Prometheus, with where."""
    for name, rule in alerts().items():
        yield name, rule["expr"]
    for file, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                yield f"{file}: {panel['title']}", target["expr"]
    (trigger,) = named("ScaledObject", "homeroom-worker")["spec"]["triggers"]
    yield "ScaledObject", trigger["metadata"]["query"]


def nodes(expression: str) -> list[Any]:
    """Every part of a query; ValueError where it is none."""
    found: list[Any] = []

    def keep(node: Any) -> bool:
        found.append(node)
        return True

    promql.walk(promql.parse(expression), keep)
    return found


@pytest.mark.parametrize(("where", "expression"), list(queries()))
def test_every_query_names_series_and_labels_that_exist(
    where: str, expression: str, metrics: dict[str, set[str]]
) -> None:
    parts = nodes(expression)
    selectors = [part for part in parts if isinstance(part, promql.VectorSelector)]
    assert selectors, where
    labels = set(TARGET_LABELS)
    for selector in selectors:
        assert selector.name in metrics, where
        labels |= metrics[selector.name]
        matched = {matcher.name for matcher in selector.matchers.matchers}
        assert matched <= metrics[selector.name] | TARGET_LABELS, where
    assert grouped(parts) <= labels, where


def grouped(parts: list[Any]) -> set[str]:
    """The labels that a query's aggregations keep."""
    kept = [part.modifier for part in parts if isinstance(part, promql.AggregateExpr)]
    return {label for modifier in kept if modifier for label in modifier.labels}


def texts() -> Iterator[tuple[str, str, set[str]]]:
    """Every query with the labels that a text beside it speaks of."""
    for rule in alerts().values():
        said = " ".join(rule["annotations"].values())
        yield rule["alert"], rule["expr"], set(re.findall(r"\$labels\.(\w+)", said))
    for file, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                said = set(re.findall(r"\{\{(\w+)\}\}", target["legendFormat"]))
                yield f"{file}: {panel['title']}", target["expr"], said


@pytest.mark.parametrize(("where", "expression", "said"), list(texts()))
def test_texts_speak_of_labels_that_are_left(where: str, expression: str, said: set[str]) -> None:
    parts = nodes(expression)
    aggregates = any(isinstance(part, promql.AggregateExpr) for part in parts)
    assert said <= (grouped(parts) if aggregates else TARGET_LABELS), where


def test_a_query_that_is_none_is_noticed() -> None:
    with pytest.raises(ValueError, match="unclosed left parenthesis"):
        nodes("sum(rate(homeroom_batches_total[5m])")


def test_every_metric_that_the_pages_name_exists(metrics: dict[str, set[str]]) -> None:
    families = set(metrics) | {re.sub("_(bucket|count|sum)$", "", name) for name in metrics}
    pages = {page.name: page.read_text() for page in (*RUNBOOKS.glob("*.md"), DEPLOY / "README.md")}
    wrong = {
        (page, name)
        for page, text in pages.items()
        for name in re.findall(r"`(homeroom_[a-z_]+)", text)
        if name not in families | {"homeroom_reader"}
    }
    assert wrong == set()


def test_every_alert_has_its_page_and_every_page_its_alert() -> None:
    assert sorted(page.stem for page in RUNBOOKS.glob("*")) == sorted(alerts())
    for name, rule in alerts().items():
        assert rule["annotations"]["runbook"] == f"deploy/runbooks/{name}.md"
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in {"warning", "critical"}


@pytest.mark.parametrize("name", sorted(alerts()))
def test_a_page_says_what_it_means_how_to_look_what_to_do_and_when_to_wait(name: str) -> None:
    lines = (RUNBOOKS / f"{name}.md").read_text().splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings == [f"# {name}", "## Look", "## Do", "## Wait"]
    assert lines[2]


def test_every_command_that_the_pages_name_exists() -> None:
    existing = existing_commands()
    groups = {command.split(" ")[0] for command in existing}
    for page in (*RUNBOOKS.glob("*.md"), DEPLOY / "README.md"):
        for said in re.findall(r"`homeroom ([a-z][a-z -]*)", page.read_text()):
            words = said.split(" --")[0].split(" ")
            two, one = " ".join(words[:2]).strip(), words[0]
            assert two in existing or (one in existing and one in groups), f"{page.name}: {said}"


def test_links_of_the_pages_lead_somewhere() -> None:
    for page in (*RUNBOOKS.glob("*.md"), DEPLOY / "README.md"):
        for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text()):
            assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_operators_rules_are_the_same_as_the_plain_ones() -> None:
    (plain,) = documents(WATCH / "alerts.yaml")
    assert named("PrometheusRule", "homeroom")["spec"] == plain


def test_every_alert_is_tried_where_it_speaks_and_where_it_is_silent() -> None:
    (trials,) = documents(WATCH / "alerts.test.yaml")
    speaks, silent = set(), set()
    for trial in (t for test in trials["tests"] for t in test["promql_expr_test"]):
        expected = trial.get("exp_samples", [])
        speaks |= {re.findall(r'alertname="(\w+)"', s["labels"])[0] for s in expected}
        silent |= set(re.findall(r'alertname="(\w+)"', trial["expr"])) if not expected else set()
    assert speaks == set(alerts())
    assert silent == set(alerts())


@pytest.mark.parametrize("file", sorted(dashboards()))
def test_a_dashboard_is_one_as_grafana_reads_it(file: str) -> None:
    dashboard = dashboards()[file]
    read = Dashboard.from_json(dashboard)
    assert read.panels
    assert contains(json.loads(JSONEncoder().encode(read)), dashboard)
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids))


def test_dashboards_have_places_of_their_own_and_are_all_shipped() -> None:
    assert len({d["uid"] for d in dashboards().values()}) == len(dashboards())
    (generator,) = documents(WATCH / "kustomization.yaml")[0]["configMapGenerator"]
    assert sorted(generator["files"]) == sorted(f"dashboards/{name}" for name in dashboards())
    for dashboard in dashboards().values():
        for panel in dashboard["panels"]:
            assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}


def contains(whole: Any, part: Any) -> bool:
    """Whether nothing of ``part`` was lost on the way to ``whole``."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(
            value is None or contains(whole.get(key), value) for key, value in part.items()
        )
    if isinstance(part, list):
        return len(part) == len(whole) and all(map(contains, whole, part))
    return bool(whole == part)


def test_operating_points_at_the_pages() -> None:
    assert "../deploy/runbooks" in (ROOT / "docs" / "operating-reference.md").read_text()
