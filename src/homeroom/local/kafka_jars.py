"""Kafka's jars: fetched once by ``jgo``, and held to the digests of kafka_jars.sha256."""

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process

VERSION = "4.3.1"
COORDINATES = (
    f"org.apache.kafka:kafka_2.13:{VERSION}",
    # Named explicitly, since an older version would be chosen otherwise.
    f"org.apache.kafka:kafka-clients:{VERSION}",
    "org.apache.logging.log4j:log4j-slf4j-impl:2.25.1",
    "org.apache.logging.log4j:log4j-core:2.25.1",
)
# With another version, `(cd FOLDER && sha256sum *.jar)` of a folder whose jars were compared with
# those of Maven Central.
PINNED = Path(__file__).with_suffix(".sha256")


def jars_folder() -> Path:
    """Where Kafka's jars are, or will be."""
    return cache_folder() / f"kafka-{VERSION}"


def fetch_jars(say: Callable[[str], None]) -> Path:
    """The folder of Kafka's jars, downloaded on first use.

    A second caller waits for the first. The folder gets its name only when it is complete and has
    been checked, so an interrupted download does no harm. It is checked each time that it is used;
    ComponentError where a jar is not the one that kafka_jars.sha256 names.
    """
    jars = jars_folder()
    with process.locked(jars.with_name(f"{jars.name}.lock")):
        if not jars.exists():
            say(f"Downloading Apache Kafka {VERSION} (43 MB, once) to {jars}")
            fresh = jars.with_name(f"{jars.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            try:
                _download(fresh)
            except Exception as error:
                raise ComponentError(
                    f"Kafka's jars cannot be downloaded: {error}. A proxy is taken from "
                    "HTTPS_PROXY, and a mirror from the settings file of jgo."
                ) from error
            check(fresh / "jars")
            (fresh / "jars").rename(jars)
            shutil.rmtree(fresh)
        check(jars)
    return jars


def check(folder: Path) -> None:
    """Raises ComponentError unless the jars of a folder are those that we name, to the last byte.

    Java loads every jar that is there, so one more is as wrong as another one.
    """
    expected, found = pinned(), {jar.name: digest(jar) for jar in folder.glob("*.jar")}
    for name in sorted(expected.keys() | found.keys()):
        if expected.get(name) != found.get(name):
            raise ComponentError(
                f"{folder / name} is not what homeroom was tested with: its SHA-256 should be "
                f"{expected.get(name, 'none (no such jar belongs there)')}, and is "
                f"{found.get(name, 'none (the jar is missing)')}. Nothing of it was run. Remove "
                f"{folder} to fetch the jars again; if they differ again, do not trust where they "
                "come from."
            )


def pinned() -> dict[str, str]:
    """The SHA-256 of each jar, by its file's name; the file is as `sha256sum` prints it."""
    entries = (line.split() for line in PINNED.read_text().splitlines())
    return {name: sha256 for sha256, name in entries}


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _download(folder: Path) -> None:
    """Resolve the coordinates and gather the jars in `folder/jars`."""
    import truststore

    # Before `requests` is used: trust the machine's certificates, such as a company proxy's.
    truststore.inject_into_ssl()
    try:
        from jgo.config import GlobalSettings
        from jgo.env import EnvironmentBuilder, LinkStrategy
        from jgo.maven import MavenContext

        context = MavenContext(
            repo_cache=folder / "repository",
            remote_repos=GlobalSettings.load().repositories or None,
            timeout=60,
        )
        builder = EnvironmentBuilder(context, folder / "environment", LinkStrategy.AUTO)
        environment = builder.from_endpoint("+".join(COORDINATES))
        (folder / "jars").mkdir()
        for jar in environment.all_jars:
            shutil.copy(jar, folder / "jars" / jar.name)
    finally:
        truststore.extract_from_ssl()
