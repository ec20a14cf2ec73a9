"""The container file and the compose file are valid, closed, and agree with the code."""

import re
import subprocess
import sys
from fnmatch import fnmatch
from io import BytesIO
from pathlib import Path

import pytest
from dockerfile_parse import DockerfileParser

from homeroom.api.keys import PUBLISHED_SECRETS, SECRET_BYTES_MIN
from homeroom.settings.databases import PROCESSES
from homeroom_kit.kafka import TOPIC_CONFIGURATION
from tests.support.deploy import (
    DEPLOY,
    KUBERNETES,
    ROOT,
    WATCH,
    Resource,
    documents,
    env_file,
    existing_settings,
    is_a_command,
    pod_templates,
)
from tests.support.strength import at_full_strength

COMPOSE = DEPLOY / "compose.yaml"
(PROJECT,) = documents(COMPOSE)
SERVICES: Resource = PROJECT["services"]
OURS = {"migrate", "worker", "serve", "notify", "homeroom"}
ENDS = {"migrate", "homeroom"}
KEY = re.compile(
    r"HOMEROOM_(?:JWT_SECRET|INTERNAL_API_KEYS|SESSION_SECRET)"
    r"(?:: |=)(?:\$\{\w+:-|\w+=)?([^\s,}`]+)"
)


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file, with what stands behind each."""
    parser = DockerfileParser(fileobj=BytesIO((DEPLOY / "Containerfile").read_bytes()))
    return [(i["instruction"], i["value"]) for i in parser.structure]


def last_stage() -> dict[str, str]:
    found = instructions()
    begin = max(i for i, (name, _) in enumerate(found) if name == "FROM")
    return dict(found[begin:])


def test_the_image_is_made_in_stages_and_runs_as_nobody_special() -> None:
    assert [name for name, _ in instructions()].count("FROM") == 2
    stage = last_stage()
    user = stage["USER"].split(":")[0]
    assert int(user) > 0
    assert "RUN" not in stage
    assert "HEALTHCHECK" in stage
    assert stage["ENTRYPOINT"] == '["homeroom"]'
    for template in pod_templates().values():
        assert template["spec"]["securityContext"]["runAsUser"] == int(user)


def test_the_image_listens_where_the_manifests_look() -> None:
    stage = last_stage()
    assert set(re.findall(r"(HOMEROOM_\w+)=", stage["ENV"])) <= existing_settings()
    ports = dict(re.findall(r"(HOMEROOM_\w*PORT)=(\d+)", stage["ENV"]))
    assert "HOMEROOM_HOST=0.0.0.0" in stage["ENV"]
    internal = str(SERVICES["serve"]["environment"]["HOMEROOM_INTERNAL_PORT"])
    exposed = [ports["HOMEROOM_PORT"], ports["HOMEROOM_METRICS_PORT"]]
    assert stage["EXPOSE"].split() == [exposed[0], internal, exposed[1]]
    listened = [
        str(port["containerPort"])
        for name in ("homeroom-serve", "homeroom-worker")
        for port in pod_templates()[name]["spec"]["containers"][0]["ports"]
    ]
    assert listened == stage["EXPOSE"].split()
    (container,) = pod_templates()["homeroom-serve"]["spec"]["containers"]
    variables = {v["name"]: v.get("value") for v in container["env"]}
    assert variables["HOMEROOM_INTERNAL_PORT"] == internal
    (scraping,) = documents(WATCH / "prometheus.yaml")
    asked = [config["dns_sd_configs"][0] for config in scraping["scrape_configs"]]
    assert {d["names"][0]: str(d["port"]) for d in asked} == {
        "serve": internal,
        "worker": exposed[1],
        "notify": exposed[1],
    }
    for service, port in (("serve", exposed[0]), ("worker", exposed[1]), ("notify", exposed[1])):
        assert f":{port}/" in SERVICES[service]["healthcheck"]["test"][-1]
        assert f":{port}/" in stage["HEALTHCHECK"]


def test_what_is_copied_into_the_image_is_there_and_not_ignored() -> None:
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    allowed = {line[1:] for line in ignored if line.startswith("!")}
    copied = {
        name
        for instruction, value in instructions()
        if instruction == "COPY" and not value.startswith("--from")
        for name in value.split()[:-1]
    }
    assert all((ROOT / name).exists() for name in copied)
    assert {name.split("/")[0] for name in copied} == allowed
    assert ignored[1] == "*"


def test_what_the_image_is_built_with_is_locked() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    runs = " ".join(value for name, value in instructions() if name == "RUN")
    tools = re.findall(r"\^\(([\w|-]+)\)==", runs)[0].split("|")
    assert all(re.search(f"^{tool}==", lock, re.MULTILINE) for tool in ["uv", *tools])
    assert runs.count("--require-hashes") == 3


@at_full_strength
def test_the_compose_file_is_what_compose_takes() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    command = [checker, "--builtin-schema", "vendor.compose-spec", COMPOSE]
    checked = subprocess.run(command, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_may_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    # Kafka's image writes its configuration at its start.
    assert service.get("read_only", False) is (name != "kafka")
    assert not {"privileged", "network_mode", "pid", "devices"} & set(service)
    for port in service.get("ports", []):
        assert port.startswith("127.0.0.1:")
    if name not in ENDS:
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"


def test_one_command_starts_everything_in_order() -> None:
    started = {name for name, service in SERVICES.items() if "profiles" not in service}
    assert started == {"kafka", "postgres", "migrate", "worker", "serve"}
    for name in ("worker", "serve", "notify"):
        waits = {n: w["condition"] for n, w in SERVICES[name]["depends_on"].items()}
        assert waits == {
            "kafka": "service_healthy",
            "postgres": "service_healthy",
            "migrate": "service_completed_successfully",
        }
    for service in SERVICES.values():
        assert set(service.get("depends_on", [])) <= set(SERVICES)
    images = {name: service["image"] for name, service in SERVICES.items()}
    assert re.fullmatch(r"postgres:18\.\d+(@sha256:[0-9a-f]{64})?", images["postgres"])
    assert images["kafka"].startswith("apache/kafka:4.")


@pytest.mark.parametrize("name", sorted(OURS))
def test_services_of_ours_run_commands_with_settings_that_exist(name: str) -> None:
    service = SERVICES[name]
    assert is_a_command(service["command"])
    assert set(service["environment"]) <= existing_settings()
    assert service["environment"]["HOMEROOM_JWT_SECRET"].startswith("${HOMEROOM_JWT_SECRET:?")
    for claim in ("ISSUER", "AUDIENCE"):
        given = service["environment"][f"HOMEROOM_JWT_{claim}"]
        assert given == f"${{HOMEROOM_JWT_{claim}:-homeroom}}"


def test_no_password_is_known_beforehand(tmp_path: Path) -> None:
    """And what the page says makes all that compose asks for."""
    text = COMPOSE.read_text()
    # A login that need not be has none unless one is set.
    assert re.findall(r"\$\{\w*PASSWORD\w*(?!\w|:\?|:-\})[^}]*\}", text) == []

    assert re.findall(r"postgresql://\w+:(?!\$\{)[^@]*@", text) == []
    asked = set(re.findall(r"\$\{(\w+):\?", text))
    assert {f"{p.upper()}_PASSWORD" for p in PROCESSES} < asked
    page = (DEPLOY / "README.md").read_text()
    (command,) = [c for c in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "deploy/.env" in c]
    (tmp_path / "deploy").mkdir()
    subprocess.run(["sh", "-ec", command], cwd=tmp_path, check=True)
    made = env_file(tmp_path / "deploy" / ".env")
    assert set(made) == asked
    assert len(set(made.values())) == len(made)
    assert all(re.fullmatch(r"[0-9a-f]{48,}", value) for value in made.values())
    assert (tmp_path / "deploy" / ".env").stat().st_mode & 0o777 == 0o600


def test_no_file_holds_a_key_that_homeroom_takes() -> None:
    """Else whoever reads the file could sign tokens of whoever copied it."""
    files = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *DEPLOY.rglob("*")]
    texts = [file.read_text() for file in files if file.is_file() and file.suffix != ".sum"]
    said = {key for text in texts for key in KEY.findall(text)}
    taken = {key for key in said if len(key) >= SECRET_BYTES_MIN and not key.startswith("$")}
    assert taken <= PUBLISHED_SECRETS


def test_the_broker_loses_nothing() -> None:
    kafka = {name: str(value) for name, value in SERVICES["kafka"]["environment"].items()}
    assert kafka["KAFKA_LOG_RETENTION_MS"] == "-1"
    assert kafka["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert kafka["KAFKA_MESSAGE_MAX_BYTES"] == TOPIC_CONFIGURATION["max.message.bytes"]
    (volume,) = SERVICES["kafka"]["volumes"]
    assert volume == f"kafka:{kafka['KAFKA_LOG_DIRS']}"


def test_mounted_files_are_there_and_volumes_are_declared() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (DEPLOY / source).exists(), source
                assert mount.endswith(":ro")
            else:
                assert source in PROJECT["volumes"]


def test_the_query_service_and_workers_share_the_folder_of_files() -> None:
    mounts = [SERVICES[name]["volumes"] for name in ("serve", "worker")]
    folders = [SERVICES[name]["environment"]["HOMEROOM_RESOURCE_FOLDER"] for name in OURS]
    (folder,) = set(folders)
    assert mounts == [[f"resources:{folder}"]] * 2
    # A new volume has the owner that the image says.
    runs = " ".join(value for name, value in instructions() if name == "RUN")
    assert f"mkdir -p {folder}" in runs
    user = last_stage()["USER"]
    (copied,) = [v for n, v in instructions() if n == "COPY" and f"--chown={user} " in v]
    assert all(folder.startswith(path) for path in copied.split()[2:])


def test_grafana_finds_prometheus_and_the_dashboards() -> None:
    mounts = dict(mount.split(":")[:2] for mount in SERVICES["grafana"]["volumes"])
    (sources,) = documents(WATCH / "grafana" / "datasources.yaml")
    (providers,) = documents(WATCH / "grafana" / "dashboards.yaml")
    assert sources["datasources"][0]["url"] == "http://prometheus:9090"
    assert providers["providers"][0]["options"]["path"] == mounts["./watch/dashboards"]


def test_versions_are_the_same_everywhere() -> None:
    version = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    for folder in ("base", "overlays/example"):
        (kustomization,) = documents(KUBERNETES / folder / "kustomization.yaml")
        assert [image["newTag"] for image in kustomization["images"]] == version


def test_no_tag_of_an_image_moves_by_a_major_version() -> None:
    for service in SERVICES.values():
        image, _, tag = service["image"].partition(":")
        assert image == "homeroom" or fnmatch(tag, "*[0-9]*"), image
