"""The connectors' jars: fetched once by ``jgo``, and held to those digests that
flink_jars.sha256 has.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from homeroom.errors import ComponentError
from homeroom.local import cache_folder, process
from homeroom.local.kafka_jars import digest

COORDINATES = (
    # The SQL gateway, which the Python package lacks.
    "org.apache.flink:flink-sql-gateway:2.1.1",
    "org.apache.flink:flink-sql-connector-kafka:4.0.1-2.0",
    "org.apache.flink:flink-connector-jdbc-core:4.0.0-2.0",
    "org.apache.flink:flink-connector-jdbc-postgres:4.0.0-2.0",
    "org.postgresql:postgresql:42.7.13",
    # Without it, records that were compressed by zstd cannot be read.
    "com.github.luben:zstd-jni:1.5.7-16",
)
PINNED = Path(__file__).with_suffix(".sha256")


def fetch_jars(say: Callable[[str], None]) -> Path:
    """The folder of the jars, downloaded on first use; ComponentError where one is another."""
    folder = cache_folder() / "flink-connectors-4.0.1"
    with process.locked(folder.with_name(f"{folder.name}.lock")):
        if not folder.exists():
            say("Downloading Flink's connectors (21 MB, once)")
            fresh = folder.with_name(f"{folder.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            (fresh / "jars").mkdir(parents=True)
            try:
                _download(fresh)
            except Exception as error:
                raise ComponentError(
                    f"Flink's connectors cannot be downloaded from Maven: {error}. A proxy is "
                    "taken from HTTPS_PROXY, and a mirror from the settings file of jgo."
                ) from error
            _check(fresh / "jars")
            (fresh / "jars").rename(folder)
            shutil.rmtree(fresh)
    _check(folder)
    return folder


def _check(folder: Path) -> None:
    entries = (line.split() for line in PINNED.read_text().splitlines())
    expected = {name: sha256 for sha256, name in entries}
    found = {jar.name: digest(jar) for jar in folder.glob("*.jar")}
    if found != expected:
        raise ComponentError(
            f"The jars in {folder} are not those of {PINNED.name}: {sorted(found.items())}. "
            "Nothing of them was run. Remove the folder to fetch them again."
        )


def _download(folder: Path) -> None:
    """The jars themselves: each has what it needs within."""
    import truststore

    truststore.inject_into_ssl()
    try:
        from jgo.config import GlobalSettings
        from jgo.maven import MavenContext

        context = MavenContext(
            repo_cache=folder / "repository",
            remote_repos=GlobalSettings.load().repositories or None, timeout=120,
        )  # fmt: skip
        for coordinates in COORDINATES:
            group, name, version = coordinates.split(":")
            jar = context.project(group, name).at_version(version).artifact().resolve()
            shutil.copy(jar, folder / "jars" / jar.name)
    finally:
        truststore.extract_from_ssl()
