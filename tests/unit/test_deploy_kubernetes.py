"""The Kubernetes manifests are valid, hang together, and agree with the code."""

import copy
import importlib
import pkgutil
import re
from pathlib import Path
from typing import Any

import pytest

from homeroom import commands
from homeroom.commands import relay
from homeroom.engine.consuming import consumer as worker
from homeroom.notifying import application as notifier
from homeroom.operations.verifying import background
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES
from homeroom_kit import contract
from homeroom_kit.contract.event import EventData
from homeroom_kit.kafka import TOPIC_CONFIGURATION
from tests.support.deploy import (
    DEPLOY,
    KUBERNETES,
    WATCH,
    Resource,
    containers,
    documents,
    env_file,
    existing_settings,
    is_a_command,
    kustomizations,
    named,
    of_kind,
    pod_templates,
    resources,
    suggested,
    validate_resource,
)
from tests.support.policy import WORKLOADS, template_of, violations

EXAMPLE = KUBERNETES / "overlays" / "example"
SERVE = ("Deployment", "homeroom-serve")
OURS = {"app.kubernetes.io/name": "homeroom", "app.kubernetes.io/part-of": "homeroom"}

# `make check-deploy` holds all but Strimzi's against their operators' definitions; Strimzi's cannot
# be had from a package.
DEFINED_ELSEWHERE = {
    "keda.sh/v1alpha1",
    "monitoring.coreos.com/v1",
    "kafka.strimzi.io/v1",
    "postgresql.cnpg.io/v1",
    "barmancloud.cnpg.io/v1",
}


@pytest.mark.parametrize(
    ("file", "resource"),
    [
        pytest.param(file, r, id=f"{r['kind']} {r['metadata']['name']}")
        for file, r in resources()
        if r["apiVersion"] not in DEFINED_ELSEWHERE
    ],
)
def test_a_manifest_is_what_kubernetes_takes(file: Path, resource: Resource) -> None:
    validate_resource(resource)
    assert "status" not in resource, file


def test_a_field_that_kubernetes_does_not_know_is_noticed() -> None:
    deployment = named("Deployment", "homeroom-serve")
    deployment["spec"]["replica"] = 3
    with pytest.raises(Exception, match="'replica' was unexpected"):
        validate_resource(deployment)


def test_every_file_is_part_of_a_kustomization_and_everything_named_is_there() -> None:
    named_files: set[Path] = set()
    for folder, kustomization in kustomizations().items():
        listed = [*kustomization.get("resources", []), *kustomization.get("components", [])]
        for generator in kustomization.get("configMapGenerator", []):
            listed += [*generator.get("envs", []), *generator.get("files", [])]
        listed += [patch["path"] for patch in kustomization.get("patches", []) if "path" in patch]
        found = {(folder / name).resolve() for name in listed}
        assert [path for path in found if not path.exists()] == []
        named_files |= found
    there = {file for file in KUBERNETES.rglob("*") if file.is_file()}
    assert {f.resolve() for f in there if f.name != "kustomization.yaml"} <= named_files
    assert {WATCH.resolve(), *(KUBERNETES / "components").iterdir()} <= named_files


@pytest.mark.parametrize("name", sorted(pod_templates()))
def test_pods_are_restricted(name: str) -> None:
    """The Pod Security Standard `restricted`, and a root file system that is read-only."""
    spec = pod_templates()[name]["spec"]
    assert spec["automountServiceAccountToken"] is False
    pod = spec["securityContext"]
    assert pod["runAsNonRoot"] is True
    assert pod["runAsUser"] > 0
    assert pod["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC", "volumes"} & set(spec)
    for container in containers(pod_templates()[name]):
        assert container["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]


def as_deployed() -> list[Resource]:
    """Base as kustomize makes it: with the labels and the image's version that it adds."""
    found = copy.deepcopy([r for file, r in resources() if KUBERNETES / "base" in file.parents])
    (tag,) = [i["newTag"] for i in kustomizations()[KUBERNETES / "base"]["images"]]
    for resource in found:
        if resource["kind"] in WORKLOADS:
            template = template_of(resource)
            template["metadata"]["labels"] |= OURS
            for container in containers(template):
                container["image"] += f":{tag}"
    return found


def test_the_manifests_break_no_rule_of_the_policy() -> None:
    assert len([r for r in as_deployed() if r["kind"] in WORKLOADS]) == 6
    assert violations(as_deployed()) == []


@pytest.mark.parametrize(
    ("of_pod", "of_container", "problem"),
    [
        ({"securityContext": {}}, {}, "it may run as root"),
        ({"securityContext": {"runAsNonRoot": True, "runAsUser": 1}}, {}, "any system call"),
        ({"automountServiceAccountToken": True}, {}, "a token of the cluster"),
        ({"hostNetwork": True}, {}, "the node's hostNetwork"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, {}, "the volume v is of"),
        ({}, {"securityContext": {}}, "it keeps capabilities"),
        ({}, {"securityContext": {"privileged": True}}, "it may gain privileges"),
        ({}, {"securityContext": {"capabilities": {"drop": ["ALL"]}}}, "can be written"),
        ({}, {"securityContext": {"runAsUser": 0}}, "it sets aside what the pod says"),
        ({}, {"resources": {"limits": {"cpu": "1"}}}, "its memory has no limit"),
        ({}, {"image": "homeroom:latest"}, "is of no exact version"),
        ({}, {"image": "homeroom"}, "is of no exact version"),
        ({}, {"ports": [{"hostPort": 1}]}, "the node's own address"),
    ],
)
def test_a_pod_that_breaks_a_rule_of_the_policy_is_noticed(
    of_pod: Resource, of_container: Resource, problem: str
) -> None:
    changed = as_deployed()
    (serve,) = [r for r in changed if (r["kind"], r["metadata"]["name"]) == SERVE]
    template_of(serve)["spec"] |= of_pod
    template_of(serve)["spec"]["containers"][0] |= of_container
    assert any(problem in one for one in violations(changed))


def test_pods_that_no_network_policy_closes_are_noticed() -> None:
    opened = [r for r in as_deployed() if r["kind"] != "NetworkPolicy"]
    found = violations(opened)
    assert len([one for one in found if "no network policy closes it" in one]) == 2 * 6
    changed = as_deployed()
    for resource in changed:
        if resource["metadata"]["name"] == "homeroom-default-deny":
            resource["spec"]["egress"] = [{}]
    assert any("opens every port" in one for one in violations(changed))


@pytest.mark.parametrize("name", sorted(pod_templates()))
def test_containers_run_commands_with_settings_that_exist(name: str) -> None:
    for container in containers(pod_templates()[name]):
        assert container["image"] == "homeroom"
        assert is_a_command(container["args"])
        variables = {variable["name"] for variable in container["env"]}
        assert variables <= existing_settings()
        # Only who migrates is the owner of the database.
        assert ("HOMEROOM_DATABASE_URL" in variables) == (container["args"] == ["migrate"])
        assert variables & {f"HOMEROOM_{process.upper()}_DATABASE_URL" for process in PROCESSES}


def test_settings_are_ones_that_homeroom_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    base = env_file(KUBERNETES / "base" / "settings.env")
    example = env_file(EXAMPLE / "settings.env")
    assert set(base) | set(example) <= existing_settings()
    for name, value in (base | example).items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.kafka_security_protocol == "SASL_SSL"
    assert settings.topic_partitions == 4


def test_settings_to_choose_from_are_shown_and_are_ones_that_homeroom_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown = suggested(KUBERNETES / "base" / "settings.env")
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    Settings()
    assert set(shown) <= existing_settings()
    # Those of the query service that say where it stands and who may ask.
    prefixes = ("ROOT_", "TRUSTED_", "HSTS_", "CONNECTIONS_", "KEEP_", "REQUEST_", "CORS_", "JWT_",
                "S3_", "CLAMD_", "INGESTION", "OIDC_ISSUER", "OIDC_CLIENT_",
                "SESSION_SECONDS", "SMTP_HOST", "SMTP_PORT", "SMTP_SECURITY", "SMTP_USERNAME",
                "EMAIL_", "VAPID_", "WEBHOOK_", "NOTIFY_LINKS", "NOTIFY_LANGUAGE")  # fmt: skip
    secret = {
        "HOMEROOM_OIDC_CLIENT_SECRET", "HOMEROOM_VAPID_PRIVATE_KEY", "HOMEROOM_WEBHOOK_SECRET",
        "HOMEROOM_JWT_SECRET", "HOMEROOM_JWT_PUBLIC_KEY", "HOMEROOM_S3_SECRET_ACCESS_KEY",
    }  # fmt: skip
    named = {n for n in existing_settings() if n.removeprefix("HOMEROOM_").startswith(prefixes)}
    assert set(shown) | set(env_file(KUBERNETES / "base" / "settings.env")) >= named - secret
    assert set(shown) <= named - secret


def test_a_worker_that_only_waits_is_not_restarted() -> None:
    for name, port in (
        ("homeroom-worker", "metrics"), ("homeroom-serve", "http"), ("homeroom-notify", "metrics"),
    ):  # fmt: skip
        (container,) = pod_templates()[name]["spec"]["containers"]
        assert container["ports"][0]["name"] == port
        asked = {kind: container[f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness")}
        assert asked["liveness"] == {"path": "/healthz", "port": port}
        assert asked["readiness"] == {"path": "/readyz", "port": port}
        assert container["startupProbe"]["httpGet"] == asked["liveness"]


def test_there_is_time_to_stop() -> None:
    needs = worker.STOP_SECONDS_MAX + worker.COMMIT_SECONDS_MAX + worker.LEAVE_SECONDS_MAX
    needs += background.END_SECONDS_MAX + relay.END_SECONDS_MAX
    spec = pod_templates()["homeroom-worker"]["spec"]
    assert spec["terminationGracePeriodSeconds"] >= 2 * needs
    spec = pod_templates()["homeroom-notify"]["spec"]
    assert spec["terminationGracePeriodSeconds"] >= 2 * notifier.DRAIN_SECONDS_MAX


def test_workers_are_never_more_than_partitions_and_never_none() -> None:
    scaled = named("ScaledObject", "homeroom-worker")["spec"]
    partitions = int(env_file(KUBERNETES / "base" / "settings.env")["HOMEROOM_TOPIC_PARTITIONS"])
    assert 1 <= scaled["minReplicaCount"] <= scaled["maxReplicaCount"] <= partitions
    assert scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= partitions
    # Two that set it would fight.
    assert "replicas" not in named("Deployment", scaled["scaleTargetRef"]["name"])["spec"]
    # A generation has a consumer group of its own, so no scaler may ask for one.
    assert [trigger["type"] for trigger in scaled["triggers"]] == ["prometheus"]


def test_topics_are_as_migrate_would_make_them() -> None:
    topics = {topic["metadata"]["name"]: topic["spec"] for topic in of_kind("KafkaTopic")}
    assert set(topics) == set(contract.TOPICS)
    partitions = env_file(KUBERNETES / "base" / "settings.env")["HOMEROOM_TOPIC_PARTITIONS"]
    for topic in topics.values():
        assert {name: str(value) for name, value in topic["config"].items()} == TOPIC_CONFIGURATION
        assert str(topic["partitions"]) == partitions
    brokers = named("Kafka", "homeroom-kafka")["spec"]["kafka"]["config"]
    assert brokers["log.retention.ms"] == -1
    assert str(brokers["message.max.bytes"]) == TOPIC_CONFIGURATION["max.message.bytes"]
    assert brokers["auto.create.topics.enable"] is False


def selects(selector: Resource, template: Resource) -> bool:
    """Whether a label selector takes the pods of a template, with the labels that base adds."""
    labels = template["metadata"]["labels"] | OURS
    wanted: dict[str, str] = selector.get("matchLabels", {})
    return all(labels.get(k) == v for k, v in wanted.items()) and all(
        labels.get(expression["key"]) in expression["values"]
        for expression in selector.get("matchExpressions", [])
    )


def selected(kind: str) -> dict[str, list[str]]:
    """For each resource of a kind the workloads that it selects."""
    found = {}
    for resource in of_kind(kind):
        spec = resource["spec"]
        selector = spec.get("podSelector") or spec.get("selector")
        found[resource["metadata"]["name"]] = [
            name
            for name, template in sorted(pod_templates().items())
            if selects(selector, template)
        ]
    return found


def test_selectors_find_the_pods_that_they_mean() -> None:
    everybody = sorted(pod_templates())
    each = {"homeroom-worker": ["homeroom-worker"], "homeroom-serve": ["homeroom-serve"]}
    internal = {"homeroom-internal": ["homeroom-internal"]}
    notify = {"homeroom-notify": ["homeroom-notify"]}
    assert selected("Deployment") == each | internal | notify
    assert selected("PodDisruptionBudget") == each
    assert selected("PodMonitor") == each | notify
    assert selected("NetworkPolicy") == each | internal | notify | {
        "homeroom-default-deny": everybody,
        "homeroom-to-database": everybody,
        "homeroom-to-brokers": [
            "homeroom-internal",
            "homeroom-notify",
            "homeroom-rebuild",
            "homeroom-worker",
        ],
        "homeroom-to-people": ["homeroom-notify"],
        "homeroom-database": [],
    }
    (labels,) = kustomizations()[KUBERNETES / "base"]["labels"]
    assert labels == {"pairs": OURS, "includeTemplates": True}
    for name, pods in (("homeroom", "homeroom-serve"), ("homeroom-internal", "homeroom-internal")):
        selector = {"matchLabels": named("Service", name)["spec"]["selector"]}
        assert [n for n, t in pod_templates().items() if selects(selector, t)] == [pods]


def test_no_gateway_reaches_what_is_for_services_and_operators() -> None:
    """It asks at the port `http`, where these are not answered."""
    (container,) = pod_templates()["homeroom-serve"]["spec"]["containers"]
    ports = {port["name"]: str(port["containerPort"]) for port in container["ports"]}
    variables = {v["name"]: v.get("value") for v in container["env"]}
    assert variables["HOMEROOM_INTERNAL_PORT"] == ports["internal"] != ports["http"]
    assert [p["targetPort"] for p in named("Service", "homeroom")["spec"]["ports"]] == ["http"]
    let_in = {
        rule["ports"][0]["port"]: [str(one["namespaceSelector"]) for one in rule["from"]]
        for rule in named("NetworkPolicy", "homeroom-serve")["spec"]["ingress"]
    }
    assert not set(let_in["http"]) & set(let_in["internal"])
    monitor = named("PodMonitor", "homeroom-serve")["spec"]["podMetricsEndpoints"]
    assert [endpoint["port"] for endpoint in monitor] == ["internal"]


def test_who_reads_everybodys_rows_is_asked_by_services_alone() -> None:
    """Explaining needs that, and the log; it is in pods with nothing but the internal port."""
    reads_all = {
        name
        for name, template in pod_templates().items()
        for container in template["spec"]["containers"]
        if "HOMEROOM_EXPLAIN_DATABASE_URL" in {v["name"] for v in container["env"]}
    }
    assert reads_all == {"homeroom-internal"}
    (container,) = pod_templates()["homeroom-internal"]["spec"]["containers"]
    variables = {v["name"]: v.get("value") for v in container["env"]}
    assert variables["HOMEROOM_HOST"] == "127.0.0.1"
    assert [(p["name"], str(p["containerPort"])) for p in container["ports"]] == [
        ("internal", variables["HOMEROOM_INTERNAL_PORT"])
    ]
    (rule,) = named("NetworkPolicy", "homeroom-internal")["spec"]["ingress"]
    assert rule == {
        "from": [{"namespaceSelector": {"matchLabels": {"homeroom/asks-internally": "true"}}}],
        "ports": [{"protocol": "TCP", "port": "internal"}],
    }
    assert "homeroom-internal" in selected("NetworkPolicy")["homeroom-to-brokers"]


def test_tokens_must_say_whose_they_are_and_for_whom() -> None:
    base = env_file(KUBERNETES / "base" / "settings.env")
    assert base["HOMEROOM_JWT_ISSUER"] == base["HOMEROOM_JWT_AUDIENCE"] == "homeroom"


def test_nothing_is_let_in_or_out_unsaid() -> None:
    denied = named("NetworkPolicy", "homeroom-default-deny")["spec"]
    assert denied["policyTypes"] == ["Ingress", "Egress"]
    assert "ingress" not in denied
    assert [rule["ports"] for rule in denied["egress"]] == [
        [{"protocol": "UDP", "port": 53}, {"protocol": "TCP", "port": 53}]
    ]


def test_scraped_ports_are_ports_of_the_pods() -> None:
    for monitor in of_kind("PodMonitor"):
        (container,) = pod_templates()[monitor["metadata"]["name"]]["spec"]["containers"]
        (endpoint,) = monitor["spec"]["podMetricsEndpoints"]
        assert endpoint["port"] in [port["name"] for port in container["ports"]]


def test_a_rebuild_begins_when_it_is_told_to_and_goes_on_when_it_is_killed() -> None:
    rebuild: Any = named("CronJob", "homeroom-rebuild")["spec"]
    assert rebuild["suspend"] is True
    assert rebuild["concurrencyPolicy"] == "Forbid"
    assert rebuild["jobTemplate"]["spec"]["backoffLimit"] > 0
    assert pod_templates()["homeroom-rebuild"]["spec"]["restartPolicy"] == "OnFailure"


def test_the_example_gives_the_password_to_everybody_who_reads_the_log() -> None:
    patched: set[str] = set()
    for file in EXAMPLE.glob("brokers-*.yaml"):
        (patch,) = documents(file)
        spec = patch["spec"].get("jobTemplate", patch)["spec"]["template"]["spec"]
        (volume,) = spec["volumes"]
        for container in containers({"spec": spec}):
            assert [v["name"] for v in container["env"]] == ["HOMEROOM_KAFKA_SASL_PASSWORD"]
            (mount,) = container["volumeMounts"]
            assert mount["name"] == volume["name"]
            authority = env_file(EXAMPLE / "settings.env")["HOMEROOM_KAFKA_CA_FILE"]
            assert authority == f"{mount['mountPath']}/{volume['secret']['items'][0]['path']}"
            patched.add(container["name"])
    assert patched == {"migrate", "worker", "rebuild", "internal", "notify"}


def published_topics() -> set[str]:
    """The topics of the events that commands write, which the relay publishes."""
    modules = [
        importlib.import_module(f"homeroom.commands.{module.name}")
        for module in pkgutil.iter_modules(commands.__path__)
    ]
    used = [value for module in modules for value in vars(module).values()]
    return {
        value.topic
        for value in used
        if isinstance(value, type) and issubclass(value, EventData) and value is not EventData
    }


def test_the_kafka_user_may_read_all_topics_and_write_those_of_the_relay() -> None:
    acls = named("KafkaUser", "homeroom")["spec"]["authorization"]["acls"]
    of_topics = [acl for acl in acls if acl["resource"]["type"] == "topic"]
    writable = {acl["resource"]["name"] for acl in of_topics if "Write" in acl["operations"]}
    assert writable == published_topics()
    assert writable == {"coaching", "notifications", "nudges", "resources", "teaching"}
    (of_all,) = [acl for acl in of_topics if acl["resource"]["name"] == "*"]
    assert of_all["operations"] == ["Describe", "DescribeConfigs", "Read"]


def test_the_database_is_backed_up_to_a_store_that_is_there() -> None:
    (plugin,) = named("Cluster", "homeroom-database")["spec"]["plugins"]
    assert plugin["isWALArchiver"] is True
    assert named("ObjectStore", plugin["parameters"]["barmanObjectName"])
    nightly = named("ScheduledBackup", "homeroom-nightly")["spec"]
    assert nightly["cluster"] == {"name": "homeroom-database"}
    assert nightly["pluginConfiguration"] == {"name": plugin["name"]}


def test_people_sign_in_at_pods_that_have_the_secrets_of_it_and_at_no_others() -> None:
    variables = {
        name: {v["name"]: v for v in pod_templates()[name]["spec"]["containers"][0]["env"]}
        for name in ("homeroom-serve", "homeroom-internal")
    }
    for secret in ("HOMEROOM_SESSION_SECRET", "HOMEROOM_OIDC_CLIENT_SECRET"):
        # Without pages there is none.
        given = variables["homeroom-serve"][secret]["valueFrom"]["secretKeyRef"]
        assert (given["name"], given["optional"]) == ("homeroom-tokens", True)
        assert secret not in variables["homeroom-internal"]
    assert variables["homeroom-internal"]["HOMEROOM_OIDC_ISSUER"]["value"] == ""


def test_who_delivers_has_the_secrets_of_the_channels_and_nobody_else() -> None:
    secrets = {"HOMEROOM_SMTP_PASSWORD", "HOMEROOM_VAPID_PRIVATE_KEY", "HOMEROOM_WEBHOOK_SECRET"}
    for name, template in pod_templates().items():
        for container in containers(template):
            given = {v["name"]: v for v in container["env"] if v["name"] in secrets}
            assert given.keys() == (secrets if name == "homeroom-notify" else set())
            for variable in given.values():
                # A channel that is not used needs none.
                assert variable["valueFrom"]["secretKeyRef"]["optional"] is True


def test_who_prepares_the_database_makes_every_login() -> None:
    (migrate,) = pod_templates()["homeroom-worker"]["spec"]["initContainers"]
    made = {variable["name"] for variable in migrate["env"]}
    assert made == {f"HOMEROOM_{p.upper()}_DATABASE_URL" for p in PROCESSES} | {
        "HOMEROOM_DATABASE_URL"
    }
    page = (DEPLOY / "README.md").read_text()
    (named_there,) = re.findall(r"for login in ([a-z ]+); do", page)
    assert {*named_there.split()} == {*PROCESSES}
