"""What is in deploy/, read for the tests."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import typer.main
import yaml

from homeroom.cli import app
from homeroom.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
WATCH = DEPLOY / "watch"
KUBERNETES_VERSION = "1.37"

Resource = dict[str, Any]


def validate_resource(resource: Resource) -> None:
    """What Kubernetes itself says of a resource; raises the ValidationError of `jsonschema`.

    Its package is imported here: that takes over a second, in each process of tests.
    """
    import kubernetes_validate

    kubernetes_validate.validate(resource, KUBERNETES_VERSION, strict=True)


@cache
def documents(file: Path) -> tuple[Resource, ...]:
    """The YAML documents of a file."""
    # Libyaml's loader: the one in Python takes ten times as long.
    found = yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader)
    return tuple(d for d in found if d is not None)


def kustomizations() -> dict[Path, Resource]:
    """Every kustomization, by its folder."""
    files = [*KUBERNETES.rglob("kustomization.yaml"), WATCH / "kustomization.yaml"]
    return {file.parent: documents(file)[0] for file in files}


def resources() -> Iterator[tuple[Path, Resource]]:
    """Every resource that a kustomization names, with its file; patches are none."""
    for folder, kustomization in kustomizations().items():
        for name in kustomization.get("resources", []):
            if (folder / name).is_file():
                for resource in documents(folder / name):
                    yield folder / name, resource


def of_kind(*kinds: str) -> list[Resource]:
    return [resource for _, resource in resources() if resource["kind"] in kinds]


def named(kind: str, name: str) -> Resource:
    (found,) = [r for r in of_kind(kind) if r["metadata"]["name"] == name]
    return found


def pod_templates() -> dict[str, Resource]:
    """The pod template of every Deployment, Job and CronJob, by its name."""
    found = {}
    for resource in of_kind("Deployment", "Job", "CronJob"):
        spec = resource["spec"]
        if resource["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        found[resource["metadata"]["name"]] = spec["template"]
    return found


def containers(template: Resource) -> list[Resource]:
    spec = template["spec"]
    return [*spec.get("initContainers", []), *spec["containers"]]


def env_file(file: Path) -> dict[str, str]:
    """What a .env file sets."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def suggested(file: Path) -> dict[str, str]:
    """What a .env file shows in comments, to be taken out."""
    return dict(re.findall(r"^# (HOMEROOM_\w+)=(\S+)$", file.read_text(), re.MULTILINE))


def dashboards() -> dict[str, Resource]:
    """Grafana's dashboards, by the name of their file."""
    return {file.name: json.loads(file.read_text()) for file in WATCH.glob("dashboards/*.json")}


def alerts() -> dict[str, Resource]:
    """The alerting rules by name."""
    groups = documents(WATCH / "alerts.yaml")[0]["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def existing_settings() -> set[str]:
    return {f"HOMEROOM_{name.upper()}" for name in Settings.model_fields}


def existing_commands() -> dict[str, set[str]]:
    """Every command as it is typed after `homeroom`, with its options."""
    return dict(_commands(typer.main.get_command(app), ""))


def _commands(command: Any, path: str) -> Iterator[tuple[str, set[str]]]:
    below = getattr(command, "commands", {})
    for name, sub in below.items():
        yield from _commands(sub, f"{path} {name}".strip())
    if not below or command.invoke_without_command:
        yield path, {option for parameter in command.params for option in parameter.opts}


def is_a_command(args: list[str]) -> bool:
    """Whether homeroom takes these arguments: a command, and options of it."""
    options = {arg for arg in args if arg.startswith("-")}
    command = " ".join(arg for arg in args if arg not in options)
    return options <= existing_commands().get(command, set()) and command in existing_commands()
