"""What those who run it say of deploy/: Prometheus, kustomize, compose, and operators.

Run by `make check-deploy`, which builds the tools.
"""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.deploy import (
    DEPLOY,
    KUBERNETES,
    ROOT,
    WATCH,
    Resource,
    containers,
    validate_resource,
)
from tests.support.policy import violations

pytestmark = pytest.mark.tools

TOOLS = ROOT / ".cache" / "tools"
EXAMPLE = KUBERNETES / "overlays" / "example"
# Where each operator's definitions are.
DEFINITIONS = {
    "ScaledObject": "keda/keda.sh_scaledobjects.yaml",
    "Cluster": "cloudnative-pg/postgresql.cnpg.io_clusters.yaml",
    "ScheduledBackup": "cloudnative-pg/postgresql.cnpg.io_scheduledbackups.yaml",
    "ObjectStore": "barman-cloud/barmancloud.cnpg.io_objectstores.yaml",
    "PodMonitor": "prometheus-operator/monitoring.coreos.com_podmonitors.yaml",
    "PrometheusRule": "prometheus-operator/monitoring.coreos.com_prometheusrules.yaml",
}
# Their operator publishes no definitions as a package.
UNCHECKED = {"Kafka", "KafkaNodePool", "KafkaTopic", "KafkaUser"}


def run(tool: str, *arguments: str | Path) -> str:
    """What a tool prints, which must end well."""
    command = [str(TOOLS / tool), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_prometheus_takes_the_rules() -> None:
    run("promtool", "check", "rules", "--lint-fatal", WATCH / "alerts.yaml")


def test_alerts_speak_and_are_silent_where_they_should() -> None:
    run("promtool", "test", "rules", WATCH / "alerts.test.yaml")


def test_prometheus_takes_its_configuration() -> None:
    run("promtool", "check", "config", WATCH / "prometheus.yaml")


def test_compose_takes_its_file() -> None:
    # The tool sees no variables, and one is required.
    project = yaml.safe_load(run("compose-go", "-no-interpolation", DEPLOY / "compose.yaml"))
    assert {"kafka", "postgres", "migrate", "worker", "serve"} <= set(project["services"])


def built(folder: Path) -> list[Resource]:
    return list(yaml.safe_load_all(run("kustomize", "build", folder)))


def test_base_alone_needs_nobodys_operator() -> None:
    for resource in built(KUBERNETES / "base"):
        validate_resource(resource)


@pytest.fixture(scope="module")
def example() -> list[Resource]:
    return built(EXAMPLE)


def test_what_kustomize_makes_of_the_example_is_taken(example: list[Resource]) -> None:
    for resource in example:
        kind = resource["kind"]
        if kind in DEFINITIONS:
            validate_by_definition(resource)
        elif kind not in UNCHECKED:
            validate_resource(resource)
    assert set(DEFINITIONS) | UNCHECKED <= {resource["kind"] for resource in example}
    assert {r["metadata"].get("namespace", "homeroom") for r in example} == {"homeroom"}


def test_what_kustomize_makes_of_the_example_breaks_no_rule_of_the_policy(
    example: list[Resource],
) -> None:
    assert violations(example) == []


def test_a_field_that_an_operator_does_not_know_is_noticed(example: list[Resource]) -> None:
    (scaled,) = [r for r in example if r["kind"] == "ScaledObject"]
    wrong = scaled | {"spec": scaled["spec"] | {"maxReplicas": 3}}
    with pytest.raises(Exception, match="'maxReplicas' was unexpected"):
        validate_by_definition(wrong)


LOGINS = {
    "worker": "HOMEROOM_WORKER_DATABASE_URL",
    "migrate": "HOMEROOM_DATABASE_URL",
    "rebuild": "HOMEROOM_OPERATOR_DATABASE_URL",
    "internal": "HOMEROOM_EXPLAIN_DATABASE_URL",
    "notify": "HOMEROOM_NOTIFY_DATABASE_URL",
}


def test_pods_of_the_example_have_image_settings_and_password(example: list[Resource]) -> None:
    config_maps = {r["metadata"]["name"] for r in example if r["kind"] == "ConfigMap"}
    for resource in example:
        if resource["kind"] not in {"Deployment", "CronJob"}:
            continue
        spec = resource["spec"].get("jobTemplate", resource)["spec"]["template"]["spec"]
        for container in containers({"spec": spec}):
            assert container["image"].startswith("registry.example.com/homeroom:")
            (source,) = container["envFrom"]
            assert source["configMapRef"]["name"] in config_maps
            if container["name"] in LOGINS:
                variables = {variable["name"] for variable in container["env"]}
                login = LOGINS[container["name"]]
                assert {login, "HOMEROOM_KAFKA_SASL_PASSWORD"} <= variables


def validate_by_definition(resource: Resource) -> None:
    """Raises a ValidationError where the operator's own definition refuses a resource."""
    # It takes over a second, in each process of tests.
    import jsonschema

    jsonschema.validate(resource, schema(resource))


def schema(resource: Resource) -> dict[str, Any]:
    """What the operator's own definition says of a resource; fields that it lacks are refused."""
    definition = yaml.safe_load((TOOLS / "crds" / DEFINITIONS[resource["kind"]]).read_text())
    (version,) = [
        version["schema"]["openAPIV3Schema"]
        for version in definition["spec"]["versions"]
        if version["name"] == resource["apiVersion"].split("/")[1]
    ]
    found: dict[str, Any] = closed(version)
    return found


def closed(node: Any) -> Any:
    """Kubernetes drops fields without a definition; here they are errors."""
    if isinstance(node, list):
        return [closed(part) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: closed(value) for key, value in node.items()}
    open_ended = {"additionalProperties", "x-kubernetes-preserve-unknown-fields"} & set(node)
    if isinstance(node.get("properties"), dict) and not open_ended:
        found["additionalProperties"] = False
    if node.get("x-kubernetes-int-or-string"):
        found.pop("type", None)
    if isinstance(pattern := node.get("pattern"), str) and "(?i)" in pattern:
        # Go takes this flag anywhere, Python in front.
        found["pattern"] = "(?i)" + pattern.replace("(?i)", "")
    return found
