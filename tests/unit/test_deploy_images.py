"""Images are of an exact version, and get the digests that their registries have for them."""

import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from homeroom.local.kafka_jars import VERSION
from tests.support.deploy import DEPLOY, ROOT

PIN_IMAGES = DEPLOY / "tools" / "pin_images.py"
FILES = [
    DEPLOY / "Containerfile",
    DEPLOY / "compose.yaml",
    DEPLOY / "flink" / "Containerfile",
    DEPLOY / "kubernetes" / "overlays" / "example" / "postgres.yaml",
]
NAMED = re.compile(r"^(?:FROM|\s*(?:- )?image(?:Name)?:)\s+(\S+)", re.MULTILINE)
OWN = re.compile(r"(registry\.example\.com/)?homeroom(-flink)?(:[^:]*)?")
TAGS = {"team/kafka:4.3.1": b"kafka", "python:3.13.15-slim": b"python"}


def digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"


class Registry(http.server.BaseHTTPRequestHandler):
    """A registry that gives manifests to who has a token, which anybody gets (distribution 1.1)."""

    def do_GET(self) -> None:
        self._answer(200, {}, b'{"token":"anybody"}')

    def do_HEAD(self) -> None:
        host = self.headers["host"]
        if self.headers["authorization"] != "Bearer anybody":
            realm = f'Bearer realm="http://{host}/token",service="tests",scope="pull"'
            self._answer(401, {"WWW-Authenticate": realm})
            return
        name, tag = self.path.removeprefix("/v2/").split("/manifests/")
        content = TAGS.get(f"{name}:{tag}")
        if content is None or "image.index" not in self.headers["accept"]:
            self._answer(404, {})
        else:
            self._answer(200, {"Docker-Content-Digest": digest(content)})

    def _answer(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry() -> Iterator[str]:
    """Where it listens."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def pin(*files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PIN_IMAGES), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True)


def test_images_get_the_digests_of_their_tags_and_get_them_anew(
    registry: str, tmp_path: Path
) -> None:
    compose, container = tmp_path / "compose.yaml", tmp_path / "Containerfile"
    old = f"@sha256:{'0' * 64}"
    compose.write_text(
        f"services:\n  kafka:\n    image: {registry}/team/kafka:4.3.1{old}\n"
        "  ours:\n    image: homeroom\n    # image: of:no.interest\n"
    )
    container.write_text(f"FROM {registry}/python:3.13.15-slim AS build\nUSER 1\n")
    done = pin(compose, container)
    assert done.returncode == 0, done.stderr
    kafka = f"{registry}/team/kafka:4.3.1@{digest(b'kafka')}"
    assert compose.read_text() == (
        f"services:\n  kafka:\n    image: {kafka}\n"
        "  ours:\n    image: homeroom\n    # image: of:no.interest\n"
    )
    python = f"{registry}/python:3.13.15-slim@{digest(b'python')}"
    assert container.read_text() == f"FROM {python} AS build\nUSER 1\n"
    assert kafka in done.stdout
    assert pin(compose, container).returncode == 0
    assert compose.read_text().count("@sha256:") == 1


@pytest.mark.parametrize("wrong", ["{registry}/team/kafka:9.9.9", "127.0.0.1:1/team/kafka:4.3.1"])
def test_where_an_image_is_not_found_nothing_is_changed(
    wrong: str, registry: str, tmp_path: Path
) -> None:
    image = wrong.format(registry=registry)
    file = tmp_path / "compose.yaml"
    before = f"image: {registry}/python:3.13.15-slim\nimage: {image}\n"
    file.write_text(before)
    done = pin(file)
    assert done.returncode == 1
    assert image in done.stderr
    assert "Nothing was changed" in done.stderr
    assert file.read_text() == before


def images() -> list[str]:
    """Every image that deploy/ names but those that are built from it."""
    found = [i for f in DEPLOY.rglob("*") if f.is_file() for i in NAMED.findall(_text(f))]
    return sorted({image for image in found if not OWN.fullmatch(image)})


def _text(file: Path) -> str:
    return file.read_text(errors="replace")


def test_every_image_is_of_an_exact_version_and_is_one_that_is_pinned() -> None:
    exact = re.compile(r".+:v?\d+\.\d+(\.\d+)?(-[a-z][a-z0-9_.-]*)?(@sha256:[0-9a-f]{64})?")
    assert len(images()) == 8
    assert [image for image in images() if not exact.fullmatch(image)] == []
    task = re.search(r"^pin-images:.*\n\t(.*)", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert task is not None
    assert [f for f in FILES if str(f.relative_to(ROOT)) not in task[1]] == []
    pinned = [
        i for file in FILES for i in re.findall(r"\S+:\S*\d\S*", _text(file)) if i in images()
    ]
    assert set(pinned) == set(images())


def test_the_image_and_the_local_server_are_of_one_version() -> None:
    assert f"apache/kafka:{VERSION}" in {image.split("@")[0] for image in images()}
