"""What is in deploy/flink: of the versions that are tested, valid, closed, and beside the rest."""

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from homeroom.local.flink_jars import COORDINATES, PINNED
from tests.support.deploy import DEPLOY, Resource, documents, is_a_command, validate_resource
from tests.support.policy import violations
from tests.support.strength import at_full_strength
from tests.unit.test_deploy_compose import SERVICES

FLINK = DEPLOY / "flink"
KUBERNETES = FLINK / "kubernetes"
COMPOSE = FLINK / "compose.yaml"
(PROJECT,) = documents(COMPOSE)
OURS = ("jobmanager", "taskmanager", "sql-gateway")
# Flink's own distribution has it in another folder.
GATEWAY = "flink-sql-gateway"
(VERSION,) = [c.rsplit(":", 1)[1] for c in COORDINATES if GATEWAY in c]


def manifests() -> list[Resource]:
    """As kustomize makes them: with the image that it sets."""
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    (image,) = kustomization["images"]
    found = [r for name in kustomization["resources"] for r in documents(KUBERNETES / name)]
    for resource in found:
        if resource["kind"] == "Deployment":
            for container in resource["spec"]["template"]["spec"]["containers"]:
                assert container["image"] in (
                    image["name"],
                    f"{image['newName']}:{image['newTag']}",
                )
                container["image"] = f"{image['newName']}:{image['newTag']}"
    return found


def test_the_image_has_the_jars_that_are_tested_and_no_others() -> None:
    names = {"m": "http://maven.apache.org/POM/4.0.0"}
    told = [
        ":".join(
            of.findtext(f"m:{part}", "", names) for part in ("groupId", "artifactId", "version")
        )
        for of in ElementTree.parse(FLINK / "pom.xml").iterfind(
            "m:dependencies/m:dependency", names
        )
    ]
    assert sorted(told) == sorted(c for c in COORDINATES if GATEWAY not in c)
    pinned = [line for line in PINNED.read_text().splitlines() if GATEWAY not in line]
    assert (FLINK / "jars.sha256").read_text().splitlines() == pinned
    assert "sha256sum --check --strict" in (FLINK / "Containerfile").read_text()


def test_flink_is_of_the_version_that_is_tested_everywhere() -> None:
    container = (FLINK / "Containerfile").read_text()
    assert re.findall(r"^FROM flink:(\S+?)-", container, re.MULTILINE) == [VERSION]
    (flink,) = [r for r in manifests() if r["kind"] == "FlinkDeployment"]
    assert flink["spec"]["flinkVersion"] == "v" + "_".join(VERSION.split(".")[:2])
    (kustomization,) = documents(KUBERNETES / "kustomization.yaml")
    (image,) = kustomization["images"]
    assert flink["spec"]["image"] == f"{image['newName']}:{image['newTag']}"
    assert image["newTag"].startswith(f"{VERSION}-")
    (main,) = flink["spec"]["podTemplate"]["spec"]["containers"]
    (plugins,) = [v["value"] for v in main["env"] if v["name"] == "ENABLE_BUILT_IN_PLUGINS"]
    assert re.findall(r"-(\d[\d.]*)\.jar", plugins) == [VERSION]


@at_full_strength
def test_the_compose_file_of_flink_is_what_compose_takes() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", OURS)
def test_a_process_of_flink_may_do_no_more_than_it_must(name: str) -> None:
    service = PROJECT["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert service["healthcheck"]["test"][0] == "CMD"
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:")
    for mount in service["volumes"]:
        source, target = mount.split(":")[:2]
        # Of the folder of the first file.
        assert (DEPLOY / source).exists() or source in PROJECT["volumes"], source
        assert target.startswith(("/opt/flink/conf/", "/var/lib/flink"))
    assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).exists()


def test_it_stands_beside_the_other_services_and_changes_only_the_databases_connections() -> None:
    assert PROJECT["name"] == documents(DEPLOY / "compose.yaml")[0]["name"]
    assert {*PROJECT["services"]} - {*SERVICES} == {*OURS}
    assert {*PROJECT["services"]} & {*SERVICES} == {"postgres"}
    (change,) = PROJECT["services"]["postgres"].items()
    assert "command" not in SERVICES["postgres"]
    name, value = change[1][-1].split("=")
    # With all tables and entities the job has 130 (docs/flink.md).
    assert (change[0], name, int(value) >= 200) == ("command", "max_connections", True)


def test_the_processes_find_each_other() -> None:
    (config,) = documents(FLINK / "config.yaml")
    assert config["jobmanager.rpc.address"] == config["rest.address"] == "jobmanager"
    assert config["sql-gateway.endpoint.rest.address"] == "sql-gateway"
    (published,) = PROJECT["services"]["sql-gateway"]["ports"]
    assert published.endswith(f":{config['sql-gateway.endpoint.rest.port']}")
    for name in ("checkpoints", "savepoints"):
        assert any(str(value).endswith(f"/var/lib/flink/{name}") for value in config.values())
    kept = config["taskmanager.numberOfTaskSlots"]
    assert config["parallelism.default"] <= kept


def test_the_commands_that_it_names_are_commands() -> None:
    named = re.findall(r"homeroom (flink .*)$", COMPOSE.read_text(), re.MULTILINE)
    assert len(named) == 2
    for command in named:
        assert is_a_command([word.split("=")[0] for word in command.split()])


@pytest.mark.parametrize(
    "resource", manifests(), ids=lambda r: f"{r['kind']} {r['metadata']['name']}"
)
def test_a_manifest_of_flink_is_what_kubernetes_takes(resource: Resource) -> None:
    if resource["apiVersion"] != "flink.apache.org/v1beta1":
        validate_resource(resource)
    assert "status" not in resource


def test_the_manifests_of_flink_break_no_rule_of_the_policy() -> None:
    assert violations(manifests()) == []
    (flink,) = [r for r in manifests() if r["kind"] == "FlinkDeployment"]
    pod = flink["spec"]["podTemplate"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    for container in pod["containers"]:
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
    closed = [r["spec"] for r in manifests() if r["kind"] == "NetworkPolicy"]
    label = {"app": flink["metadata"]["name"]}
    assert [label] == [p["podSelector"].get("matchLabels") for p in closed if "app" in
                       p["podSelector"].get("matchLabels", {})]  # fmt: skip


def test_the_gateway_sends_jobs_to_the_cluster() -> None:
    (config,) = [r for r in manifests() if r["kind"] == "ConfigMap"]
    (flink,) = [r for r in manifests() if r["kind"] == "FlinkDeployment"]
    # As the operator calls the Service of a cluster.
    assert f"rest.address: {flink['metadata']['name']}-rest\n" in config["data"]["config.yaml"]
