"""homeroom as it is published: built, installed beside nothing else, and used from any folder."""

import json
import os
import re
import subprocess
import tarfile
import tomllib
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeroom.local.demo.students import NAMED
from homeroom.settings import Settings
from tests.support.commands import running
from tests.support.demo import home_in, once
from tests.support.oulad_numbers import part_of_data_set
from tests.support.packaging import BIN, Installed, install
from tests.support.pages import ROOT
from tests.support.strength import at_full_strength
from tests.support.waiting import wait_for

TIME = "2026-03-01T09:00:00Z"
EVENTS = [
    {
        "specversion": "1.0", "id": type_, "source": "/services/test", "type": type_,
        "subject": subject, "sequence": "1", "time": TIME, "data": data,
    }
    for type_, subject, data in (
        (
            "teacher.registered.v1", "T-1",
            {"teacher_id": "T-1", "name": "Ada", "email": None, "organization_id": None},
        ),
        (
            "class.created.v1", "C-1",
            {
                "class_id": "C-1", "organization_id": None, "teacher_id": "T-1",
                "name": "Algebra", "code": "ALG-1", "subject": "Maths", "created_at": TIME,
            },
        ),
    )
]  # fmt: skip
WHEEL = "homeroom-*.whl"
PATH = "/api/teachers/T-1/dashboard/classes/recent"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with the extra `local`, in an environment of its own."""
    return install(tmp_path_factory.mktemp("installed"))


def run(installed: Installed, *arguments: str, folder: Path, **variables: str) -> str:
    """What the installed command prints that must succeed."""
    done = subprocess.run(
        [installed.homeroom, *arguments],
        cwd=folder, env=os.environ | variables, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def tracked(*folders: str) -> set[str]:
    """The files below folders that the project keeps."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *folders],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}


@at_full_strength
def test_the_wheel_has_every_file_of_the_package_and_what_ships_with_it(
    installed: Installed,
) -> None:
    files = tracked("src/homeroom", "projections", "migrations", "schemas")
    expected = {f"homeroom/{name.removeprefix('src/homeroom/')}" for name in files}
    endings = {Path(name).suffix for name in expected}
    assert {".py", ".sql", ".json", ".xz", ".html", ".css", ".js", ".po"} <= endings
    assert expected - {*zipfile.ZipFile(installed.built(WHEEL)).namelist()} == set()


@at_full_strength
def test_the_wheel_of_the_sdist_is_the_same(installed: Installed, tmp_path: Path) -> None:
    with tarfile.open(installed.built("homeroom-*.tar.gz")) as content:
        content.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    subprocess.run(
        [BIN / "hatchling", "build", "-t", "wheel", "-d", tmp_path], cwd=unpacked, check=True,
        capture_output=True,
    )  # fmt: skip
    (again,) = tmp_path.glob("*.whl")
    assert members(again) == members(installed.built(WHEEL))


def members(wheel: Path) -> dict[str, int]:
    """The files of a wheel, each with the checksum of its bytes."""
    with zipfile.ZipFile(wheel) as content:
        return {one.filename: one.CRC for one in content.infolist()}


@at_full_strength
def test_it_exports_the_contract(installed: Installed, tmp_path: Path) -> None:
    run(installed, "contracts", "export", "contract", folder=tmp_path)
    run(installed, "contracts", "check", "contract", folder=tmp_path)


def taken(file: Path) -> dict[str, str]:
    """The variables of a shell that has taken the file."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("HOMEROOM_")}
    script = 'set -a; . "$0"; set +a; env -0'
    said = subprocess.run(
        ["sh", "-euc", script, file], env=plain, check=True, capture_output=True, text=True
    )
    return dict(entry.split("=", 1) for entry in said.stdout.split("\0") if entry)


@at_full_strength
def test_what_init_writes_takes_it_from_nothing_to_an_answer(
    installed: Installed, settings: Settings, tmp_path: Path
) -> None:
    told = run(
        installed, "init", "school", "--database-url", settings.database_url,
        "--kafka", settings.kafka_bootstrap_servers, folder=tmp_path,
    )  # fmt: skip
    assert ". ./school/homeroom.env" in told
    file = tmp_path / "school" / "homeroom.env"
    assert file.stat().st_mode & 0o077 == 0
    variables = taken(file) | {
        "HOMEROOM_TOPIC_PREFIX": settings.topic_prefix,
        "HOMEROOM_TOPIC_PARTITIONS": "1",
        "HOMEROOM_PORT": "0",
    }
    say = partial(run, installed, folder=tmp_path, **variables)
    say("migrate")
    (tmp_path / "events.jsonl").write_text("\n".join(map(json.dumps, EVENTS)))
    header = say("publish", "events.jsonl").splitlines()[-1]
    program = (installed.homeroom,)
    with (
        running(variables, "worker", program=program),
        running(variables, "serve", program=program) as serve,
    ):
        assert serve.stdout is not None
        address = serve.stdout.readline().split()[-1]
        token = say("token", "issue", "--sub", "T-1", "--role", "teacher").strip()
        waits = dict([header.split(": ")])
        answer = wait_for(lambda: answered(f"{address}{PATH}", token, waits), 120)
    assert answer["data"]["classes"][0]["className"] == "Algebra"


def answered(address: str, token: str, headers: dict[str, str]) -> Any:
    """The answer, or None while the tables do not hold yet what it waits for."""
    answer = httpx.get(address, headers={"Authorization": f"Bearer {token}", **headers}, timeout=60)
    assert answer.status_code in (200, 503, 504), answer.text
    return answer.json() if answer.status_code == 200 else None


@at_full_strength
def test_its_demo_shows_everything(installed: Installed, run_folder: Path, tmp_path: Path) -> None:
    data = part_of_data_set(tmp_path, one_in=8, named=NAMED)
    with home_in(run_folder / "installed", data) as home:
        done = once(home, program=(installed.homeroom,))
    assert "equal to its definition" in done.said
    assert "DIFFERS" not in done.said


@at_full_strength
def test_the_bill_of_materials_has_what_runs_in_its_locked_version(installed: Installed) -> None:
    # It takes over a second, in each process of tests.
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    text = installed.built("homeroom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    found = {normal(one["name"]): one["version"] for one in bill["components"]}
    lock = (ROOT / "requirements.lock").read_text()
    # Some have another version for each version of Python.
    locked = set(re.findall(r"^([a-z][\w.-]*)==([^ ]+)", lock, re.MULTILINE))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert found.items() <= locked | {("homeroom-kit", project["version"])}
    extras = project["optional-dependencies"]
    chosen = [one for name in ("otel", "msk", "notify") for one in extras[name]]
    runs = names([*project["dependencies"], *chosen])
    assert runs <= found.keys()
    assert found.keys() & (names(extras["dev"]) - runs) == set()
    # The kit was built here.
    fetched = [one for one in bill["components"] if one["name"] != "homeroom-kit"]
    assert all(one["purl"].startswith("pkg:pypi/") for one in fetched)
    # Its wheel names no licence.
    known = {"protobuf"}
    unlicensed = {one["name"] for one in bill["components"] if not one.get("licenses")} - known
    assert unlicensed == set()
    # What needs what, from homeroom on.
    needs = {one["ref"]: one.get("dependsOn", []) for one in bill["dependencies"]}
    assert len(needs[bill["metadata"]["component"]["bom-ref"]]) >= len(project["dependencies"]) - 1


def normal(name: str) -> str:
    """A package's name as the lock has it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def names(requirements: list[str]) -> set[str]:
    """The names of packages, without bounds and extras."""
    return {re.split(r"[\[><=;]", one)[0] for one in requirements}
