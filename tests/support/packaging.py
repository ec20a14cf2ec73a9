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
    """An environment of its own, and the folder with what it was made from."""

    dist: Path
    environment: Path

    @property
    def homeroom(self) -> str:
        """The command."""
        return str(self.environment / "bin" / "homeroom")

    def built(self, pattern: str) -> Path:
        """The one file of a pattern that was built."""
        (found,) = self.dist.glob(pattern)
        return found


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
    """Build everything, and install the wheels with the extra `local`, in the locked versions."""
    make("sbom", f"DIST={folder / 'dist'}")
    made = Installed(folder / "dist", folder / "environment")
    uv("venv", "--python", sys.executable, str(made.environment), folder=folder)
    uv(
        "pip", "install", "--python", str(made.environment / "bin" / "python"),
        "--constraints", str(ROOT / "requirements.lock"),
        f"{made.built('homeroom-*.whl')}[local]", str(made.built("homeroom_kit-*.whl")),
        folder=folder,
    )  # fmt: skip
    return made


def uv(*arguments: str, folder: Path) -> None:
    """Run uv in a folder, with the index that pip was told, as the Makefile does."""
    index = os.environ.get("PIP_INDEX_URL") or _told()
    given = {"UV_DEFAULT_INDEX": index} if index else {}
    done = subprocess.run(
        [BIN / "uv", *arguments],
        cwd=folder,
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
