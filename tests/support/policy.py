"""What a manifest must say so that a pod that was taken over can do little: a policy, as code.

The rules are the Pod Security Standard `restricted` and four of our own: a root file system that
is read-only, limits, an image of a version, and a network that is closed unless it was opened.
"""

import re
from collections.abc import Iterator, Sequence

from tests.support.deploy import Resource, containers

WORKLOADS = {"Deployment", "Job", "CronJob", "StatefulSet", "DaemonSet", "Pod"}
VOLUMES = {"configMap", "secret", "projected", "emptyDir", "downwardAPI", "persistentVolumeClaim"}
VERSION = re.compile(r".+:[^:/@]*\d+(\.\d+)+[^:/@]*(@sha256:[0-9a-f]{64})?")


def violations(resources: Sequence[Resource]) -> list[str]:
    """What breaks the policy, a sentence each."""
    policies = [r for r in resources if r["kind"] == "NetworkPolicy"]
    return [
        f"{resource['kind']} {resource['metadata']['name']}: {problem}"
        for resource in resources
        if resource["kind"] in WORKLOADS
        for problem in (*_of_pod(template_of(resource)), *_of_network(resource, policies))
    ]


def template_of(resource: Resource) -> Resource:
    """The pod template of a workload."""
    spec = resource["spec"]
    if resource["kind"] == "Pod":
        return resource
    template: Resource = (
        spec["jobTemplate"]["spec"]["template"] if "jobTemplate" in spec else spec["template"]
    )
    return template


def _of_pod(template: Resource) -> Iterator[str]:
    spec = template["spec"]
    security = spec.get("securityContext", {})
    if security.get("runAsNonRoot") is not True or not security.get("runAsUser"):
        yield "it may run as root"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "any system call is let through (seccompProfile)"
    if spec.get("automountServiceAccountToken") is not False:
        yield "it has a token of the cluster (automountServiceAccountToken)"
    if shared := {"hostNetwork", "hostPID", "hostIPC"} & set(spec):
        yield f"it shares the node's {', '.join(sorted(shared))}"
    for volume in spec.get("volumes", []):
        if kinds := set(volume) - {"name"} - VOLUMES:
            yield f"the volume {volume['name']} is of the node: {', '.join(sorted(kinds))}"
    for container in containers(template):
        yield from (f"{container['name']}: {problem}" for problem in _of_container(container))


def _of_container(container: Resource) -> Iterator[str]:
    security = container.get("securityContext", {})
    if security.get("capabilities") != {"drop": ["ALL"]}:
        yield "it keeps capabilities"
    if security.get("allowPrivilegeEscalation") is not False or security.get("privileged"):
        yield "it may gain privileges"
    if security.get("readOnlyRootFilesystem") is not True:
        yield "its root file system can be written"
    if set(security) & {"runAsUser", "runAsNonRoot", "seccompProfile", "procMount"}:
        yield "it sets aside what the pod says"
    limits = container.get("resources", {}).get("limits", {})
    if "memory" not in limits:
        yield "its memory has no limit"
    if not VERSION.fullmatch(container["image"]):
        yield f"{container['image']} is of no exact version"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield "it listens on the node's own address"


def _of_network(resource: Resource, policies: Sequence[Resource]) -> Iterator[str]:
    """Pods are closed by a policy that opens nothing but names, and let in only what it names."""
    labels = template_of(resource)["metadata"].get("labels", {})
    ours = [p["spec"] for p in policies if _selects(p["spec"]["podSelector"], labels)]
    for direction in ("Ingress", "Egress"):
        if not any(direction in spec.get("policyTypes", []) for spec in ours):
            yield f"no network policy closes it ({direction})"
    for spec in ours:
        for rule in (*spec.get("ingress", []), *spec.get("egress", [])):
            if not rule or not rule.get("ports"):
                yield "a network policy opens every port"


def _selects(selector: Resource, labels: Resource) -> bool:
    wanted = selector.get("matchLabels", {})
    return all(labels.get(name) == value for name, value in wanted.items()) and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])
    )
