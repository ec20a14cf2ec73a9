"""Packages from npm's registry: those that are pinned, or none."""

import hashlib
import io
import tarfile
import threading
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from homeroom.errors import ComponentError
from tests.support.npm import PUBLIC_REGISTRY, NpmPackage, fetched, registry


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[NpmPackage]:
    """One with one file, at a registry of the test's own, and an empty cache."""
    monkeypatch.setenv("HOMEROOM_LOCAL_CACHE", str(tmp_path / "cache"))
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        member = tarfile.TarInfo("package/file")
        member.size = 4
        archive.addfile(member, io.BytesIO(b"text"))
    folder = tmp_path / "registry" / "@a" / "one" / "-"
    folder.mkdir(parents=True)
    (folder / "one-1.0.0.tgz").write_bytes(content.getvalue())
    handler = partial(Quiet, directory=str(tmp_path / "registry"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        address = f"http://127.0.0.1:{server.server_port}/"
        monkeypatch.setenv("npm_config_registry", address)
        digest = hashlib.sha512(content.getvalue()).digest()
        yield NpmPackage("@a/one", "1.0.0", f"sha512-{b64encode(digest).decode()}")
        server.shutdown()
        thread.join()


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


def test_where_no_registry_answers_it_is_said_and_no_password_is(
    package: NpmPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("npm_config_registry", "http://user:secret@127.0.0.1:9")
    with pytest.raises(ComponentError, match=r"cannot be fetched from 127.0.0.1") as refused:
        fetched(package, unpack)
    assert "secret" not in str(refused.value)


def test_the_registry_is_what_npm_was_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        monkeypatch.delenv(name, raising=False)
    assert registry() == PUBLIC_REGISTRY
    (tmp_path / ".npmrc").write_text("fund=false\nregistry = https://mirror.example/npm/\n")
    assert registry() == "https://mirror.example/npm"
    monkeypatch.setenv("npm_config_registry", "https://told.example/")
    assert registry() == "https://told.example"
