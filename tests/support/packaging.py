"""What `make dist` builds, installed as a user installs it: in an environment with nothing else."""

import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.pages import ROOT

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Installed:
    """An environment of its own, and what it was made from."""

    sdist: Path
    wheel: Path
    environment: Path

    @property
    def homeroom(self) -> str:
        """The command."""
        return str(self.environment / "bin" / "homeroom")


def make(*arguments: str) -> None:
    """Run a task of the Makefile, as it is run where no other one runs."""
    ours = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}
    done = subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if name not in ours},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def install(folder: Path) -> Installed:
    """Build, and install the wheel with the extra `local`, in the versions that are locked."""
    make("dist", f"DIST={folder / 'dist'}")
    (sdist,), (wheel,) = (folder.glob(f"dist/homeroom-[0-9]*{end}") for end in (".tar.gz", ".whl"))
    environment = folder / "environment"
    uv("venv", "--python", sys.executable, str(environment))
    uv(
        "pip", "install", "--python", str(environment / "bin" / "python"),
        "--constraints", str(ROOT / "requirements.lock"), "--find-links", str(folder / "dist"),
        f"{wheel}[local]",
    )  # fmt: skip
    return Installed(sdist, wheel, environment)


def uv(*arguments: str) -> None:
    """Run uv with the index that pip was told, as the Makefile does."""
    index = os.environ.get("PIP_INDEX_URL") or _told()
    given = {"UV_DEFAULT_INDEX": index} if index else {}
    done = subprocess.run(
        [BIN / "uv", *arguments],
        env={"UV_SYSTEM_CERTS": "true"} | given | os.environ,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@cache
def _told() -> str:
    """The index of pip's configuration; empty where there is none."""
    said = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
    )
    return said.stdout.strip()
