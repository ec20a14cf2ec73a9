"""Makes Java's ahead-of-time cache (JEP 514) of the local Kafka, beside its jars, once.

A run of the tests starts dozens of brokers, and each start then takes half of the processor time.
Run as a process of its own, with a folder that it may use: it takes 10 s of a processor.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from homeroom.local import kafka, kafka_jars
from homeroom.local.kafka import LocalKafka

_making: list[subprocess.Popen[bytes]] = []


def begin(folder: str) -> None:
    """Start making it in this folder, unless it is there."""
    if (kafka_jars.jars_folder() / kafka.AOT_CACHE).exists():
        return
    command = [sys.executable, "-m", "tests.support.aot_cache", folder]
    silent = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    _making.append(subprocess.Popen(command, **silent))


def end() -> None:
    """Give up where the run ends before."""
    for process in _making:
        process.kill()
        process.wait()
    _making.clear()


def make(folder: Path) -> None:
    """One start and one end tell Java what a broker loads; from that it makes the cache."""
    jars = kafka_jars.fetch_jars(print)
    folder.mkdir()
    recorded, made = folder / "recorded", folder / kafka.AOT_CACHE
    record = ("-XX:AOTMode=record", f"-XX:AOTConfiguration={recorded}")
    broker = LocalKafka(folder / "kafka", java_options=record)
    broker.start()
    broker.stop()
    create = [f"-XX:AOTConfiguration={recorded}", "-XX:AOTMode=create", f"-XX:AOTCache={made}"]
    command = [str(kafka.java()), *kafka.JAVA_OPTIONS, *create, "-cp", f"{jars}/*"]
    subprocess.run(command, check=True, capture_output=True)
    fresh = shutil.copy(made, jars / f"{kafka.AOT_CACHE}.{os.getpid()}")
    fresh.rename(jars / kafka.AOT_CACHE)


if __name__ == "__main__":
    make(Path(sys.argv[1]) / "aot")
