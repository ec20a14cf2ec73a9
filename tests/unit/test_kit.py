"""What publishers install works without the server, and without what the server needs."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.support.pages import ROOT
from tests.support.strength import at_full_strength, thinned

KIT = ROOT / "kit"
# Refuses to import what the wheel does not require, as if it were not installed.
ALONE = """
import os, sys
from importlib import metadata
from packaging.requirements import Requirement

wheel = sys.argv[1]
sys.path.insert(0, wheel)

def needed(requirements, extras, found):
    for requirement in map(Requirement, requirements or ()):
        marker = requirement.marker
        if marker and not any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            continue
        one = (requirement.name.lower().replace("_", "-"), frozenset(requirement.extras))
        if one not in found:
            found.add(one)
            needed(metadata.requires(one[0]), requirement.extras, found)
    return {name for name, _ in found}

(own,) = metadata.distributions(name="homeroom-kit", path=[wheel])
allowed = {"homeroom-kit", *needed(own.requires, (), set())}
by_module = metadata.packages_distributions()
forbidden = {
    module for module, of in by_module.items()
    if not {name.lower().replace("_", "-") for name in of} & allowed
} | {"homeroom"}
absent = {"httpx", "psycopg", "sqlalchemy", "fastapi", "faststream", "cryptography", "typer"}
assert absent <= forbidden

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in forbidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in [name for name in sys.modules if name.partition(".")[0] in forbidden]:
    del sys.modules[name]
sys.meta_path.insert(0, Missing())
import homeroom_kit
assert homeroom_kit.__file__.startswith(wheel + os.sep), homeroom_kit.__file__
"""
EVERY_MODULE = """
import importlib, pkgutil
names = {m.name for m in pkgutil.walk_packages(homeroom_kit.__path__, "homeroom_kit.")}
logins = ("certificate", "client_credentials", "msk")
optional = {f"homeroom_kit.kafka_login.{name}" for name in logins}
optional |= {f"homeroom_kit.relaying.{name}" for name in ("hooks", "lease", "relay", "service")}
folders = ("homeroom_kit.backfill", "homeroom_kit.faststream")
optional |= {name for name in names if name.startswith(folders)}
assert optional < names
for name in sorted(names - optional):
    importlib.import_module(name)
from homeroom_kit.publishing.events import OutgoingEvent, check, record
event = OutgoingEvent(
    type="teacher.registered.v1", source="/services/people", id="1", subject="T", sequence=1,
    time="2026-03-01T09:00:00Z",
    data={"teacher_id": "T", "name": "Ada", "email": None, "organization_id": None},
)
check(event)
assert record(event).topic == "people"
from homeroom_kit.kafka import client_options
from homeroom_kit.settings import KafkaSettings, read_settings
assert client_options(read_settings(KafkaSettings))["bootstrap_servers"] == "b:1"
"""
LOGIN = """
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.kafka import client_options
from homeroom_kit.settings import KafkaSettings, read_settings
try:
    client_options(read_settings(KafkaSettings))
except ConfigurationError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kit as it would be published."""
    folder = tmp_path_factory.mktemp("wheel")
    hatchling = Path(sys.executable).with_name("hatchling")
    command = [str(hatchling), "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=KIT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def alone(wheel: Path, program: str, **variables: str) -> str:
    """What a program prints that has the kit and what the kit requires."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE + program, str(wheel)],
        capture_output=True, text=True, timeout=60, check=False, cwd=wheel.parent,
        env=variables,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_kit_needs_nothing_that_it_does_not_require(wheel: Path) -> None:
    alone(wheel, EVERY_MODULE, HOMEROOM_KAFKA_BOOTSTRAP_SERVERS="b:1")


def test_the_kit_is_packed_whole(wheel: Path) -> None:
    source = KIT / "src"
    files = [path for path in source.rglob("*") if path.suffix in {".py", ".sql", ".typed"}]
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
    assert {path.relative_to(source).as_posix() for path in files} <= {*names}
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.parametrize(
    ("extra", "variables"),
    thinned(
        [
            ("oauth", {"SECURITY_PROTOCOL": "SASL_PLAINTEXT", "SASL_MECHANISM": "OAUTHBEARER"}),
            ("msk", {"SECURITY_PROTOCOL": "SASL_SSL", "SASL_MECHANISM": "AWS_MSK_IAM"}),
            ("certificates", {"SECURITY_PROTOCOL": "SSL", "CERTIFICATE_FILE": "client.pem"}),
        ],
        lambda one: one[0] == "oauth",
    ),
)
def test_a_login_that_needs_an_extra_says_which(
    wheel: Path, extra: str, variables: dict[str, str]
) -> None:
    named = {f"HOMEROOM_KAFKA_{name}": value for name, value in variables.items()}
    said = alone(wheel, LOGIN, HOMEROOM_KAFKA_BOOTSTRAP_SERVERS="b:1", **named)
    assert f"install homeroom-kit[{extra}]" in said


@at_full_strength
def test_a_relay_without_a_driver_says_which_extra_it_needs(wheel: Path) -> None:
    program = """
sys.stderr = sys.stdout
from homeroom_kit.__main__ import main
assert main(["ddl"]) == 0
assert main(["relay"]) == 2
"""
    said = alone(wheel, program)
    assert 'CREATE TABLE "homeroom_kit".outbox' in said
    assert "install homeroom-kit[psycopg]" in said


def test_the_server_requires_the_kit_of_its_own_version() -> None:
    server, kit = (
        tomllib.loads((folder / "pyproject.toml").read_text())["project"] for folder in (ROOT, KIT)
    )
    extras = server["optional-dependencies"].values()
    required = [*server["dependencies"], *(one for extra in extras for one in extra)]
    of_kit = [one for one in required if re.match(r"homeroom-kit\b", one)]
    assert len(of_kit) == 3
    assert {one.partition("==")[2] for one in of_kit} == {kit["version"]} == {server["version"]}
