"""Only the jars that homeroom was tested with are run."""

import hashlib
from pathlib import Path

import pytest

from homeroom.errors import ComponentError
from homeroom.local import kafka_jars
from homeroom.local.kafka import LocalKafka

GOOD = {"kafka.jar": b"kafka", "log4j.jar": b"log4j"}


@pytest.fixture(autouse=True)
def pinned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Two jars, in a cache of the test's own."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in GOOD.items()}
    file = tmp_path / "jars.sha256"
    file.write_text("".join(f"{digest}  {name}\n" for name, digest in digests.items()))
    monkeypatch.setattr(kafka_jars, "PINNED", file)
    monkeypatch.setenv("HOMEROOM_LOCAL_CACHE", str(tmp_path / "cache"))


def fetch(jars: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is used where a repository has these jars."""

    def download(folder: Path) -> None:
        (folder / "jars").mkdir(parents=True)
        for name, content in jars.items():
            (folder / "jars" / name).write_bytes(content)

    monkeypatch.setattr(kafka_jars, "_download", download)
    return kafka_jars.fetch_jars(lambda _: None)


def test_jars_that_are_as_named_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    jars = fetch(GOOD, monkeypatch)
    assert {file.name for file in jars.iterdir()} == set(GOOD)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (GOOD | {"kafka.jar": b"another"}, "kafka.jar is not what homeroom was tested with"),
        ({"kafka.jar": b"kafka"}, "the jar is missing"),
        (GOOD | {"more.jar": b"more"}, "no such jar belongs there"),
    ],
    ids=["another", "missing", "more"],
)
def test_a_jar_that_is_another_one_is_refused_when_it_is_fetched_and_when_it_is_used(
    wrong: dict[str, bytes], words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(ComponentError, match=words):
        fetch(wrong, monkeypatch)
    assert not kafka_jars.jars_folder().exists()
    jars = fetch(GOOD, monkeypatch)
    for file in jars.iterdir():
        file.unlink()
    for name, content in wrong.items():
        (jars / name).write_bytes(content)
    # Nothing is run: there is no process, nor data that one has made.
    with pytest.raises(ComponentError, match=words) as refused:
        LocalKafka(tmp_path / "kafka").start()
    assert f"Remove {jars}" in str(refused.value)
    assert not (tmp_path / "kafka" / "data").exists()


def test_the_list_names_every_jar_of_this_version_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    digests = kafka_jars.pinned()
    assert f"kafka-clients-{kafka_jars.VERSION}.jar" in digests
    assert f"kafka_2.13-{kafka_jars.VERSION}.jar" in digests
    assert len(digests) == len(kafka_jars.PINNED.read_text().splitlines())
    assert {len(bytes.fromhex(digest)) for digest in digests.values()} == {32}
