"""Packages from an npm registry that tests need, without npm: pinned, and held to their digests."""

import hashlib
import os
import ssl
import tarfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from urllib.parse import urlsplit

import httpx

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process

PUBLIC_REGISTRY = "https://registry.npmjs.org"
TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class NpmPackage:
    """One version; ``integrity`` as `npm view NAME@VERSION dist.integrity` prints it."""

    name: str
    version: str
    integrity: str

    @property
    def address(self) -> str:
        """Where its tarball is."""
        return f"{registry()}/{self.name}/-/{self.name.rpartition('/')[2]}-{self.version}.tgz"


def fetched(package: NpmPackage, unpack: Callable[[Path, Path], None]) -> Path:
    """The folder that ``unpack`` made of the package's files, from the package's on first use.

    ``unpack`` is called with the folder of the package and an empty one to fill. A second caller
    waits for the first; the folder gets its name only when it is complete. Raises ComponentError
    where the package cannot be fetched, or is not the pinned one.
    """
    folder = (
        cache_folder() / f"{package.name.replace('/', '-').removeprefix('@')}-{package.version}"
    )
    with process.locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            fresh = folder.with_name(f"{folder.name}.new")
            rmtree(fresh, ignore_errors=True)
            (fresh / "made").mkdir(parents=True)
            tarball = fresh / "package.tgz"
            _download(package, tarball)
            with tarfile.open(tarball) as content:
                content.extractall(fresh, filter="data")
            unpack(fresh / "package", fresh / "made")
            (fresh / "made").rename(folder)
            rmtree(fresh)
    return folder


def registry() -> str:
    """The registry that npm was told, by variable or by the user's .npmrc, or the public one."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if told := os.environ.get(name):
            return told.rstrip("/")
    try:
        lines = (Path.home() / ".npmrc").read_text().splitlines()
    except OSError:
        lines = []
    for line in lines:
        name, _, value = line.partition("=")
        if name.strip() == "registry":
            return value.strip().strip('"').rstrip("/")
    return PUBLIC_REGISTRY


def _download(package: NpmPackage, file: Path) -> None:
    import truststore

    digest = hashlib.sha512()
    # The machine's own certificates, such as a company proxy's; proxies are taken from variables.
    trusted = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        with (
            httpx.Client(verify=trusted, timeout=TIMEOUT_SECONDS, follow_redirects=True) as client,
            client.stream("GET", package.address) as answer,
            file.open("wb") as content,
        ):
            answer.raise_for_status()
            for part in answer.iter_bytes():
                digest.update(part)
                content.write(part)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Not the whole address, which may hold a password.
        host = urlsplit(registry()).hostname
        raise ComponentError(
            f"{package.name} {package.version} cannot be fetched from {host}: "
            f"{type(error).__name__}. Its registry is taken from npm_config_registry or ~/.npmrc, "
            "a proxy from HTTPS_PROXY."
        ) from error
    found = f"sha512-{b64encode(digest.digest()).decode()}"
    if found != package.integrity:
        raise ComponentError(
            f"{package.name} {package.version} is not what the tests are pinned to: its integrity "
            f"should be {package.integrity}, and is {found}. Nothing of it was used."
        )
