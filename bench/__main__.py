"""Runs the benchmarks that have an aim, and prints what they came to in one table: ``make bench``.

    python -m bench [--only throughput rebuild …] [--quick]

It takes about half an hour; with `--quick` some minutes, at sizes that say little. Leave the
machine alone meanwhile. Figures are of this machine; ratios are to a baseline in the same run, so
they say more. docs/performance.md explains them.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import psutil

from bench import figures

# Each with its options, and those that are quick.
BENCHMARKS: dict[str, tuple[list[str], list[str]]] = {
    "throughput": ([], ["--runs", "1", "--visible-seconds", "5"]),
    "small_batches": ([], ["--batches", "50"]),
    "rebuild": ([], ["--runs", "1"]),
    "reads": (
        ["--connections", "16"],
        ["--students", "4000", "--seconds", "1", "--rounds", "1", "--connections", "16"],
    ),
    "types": ([], ["--rows", "50000", "--events", "1000"]),
    "sizes": ([], ["--rows", "20000", "1000", "--batches", "20", "--runs", "3"]),
}


def machine() -> str:
    """What the figures were measured on."""
    model = platform.processor() or platform.machine()
    lines = Path("/proc/cpuinfo")
    if lines.exists():
        named = [line for line in lines.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{psutil.cpu_count()} processors ({model}), {memory:.0f} GiB, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}, homeroom {version('homeroom')}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=list(BENCHMARKS))
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures"
        file.touch()
        failed = []
        for name in given.only:
            print(f"\n{name}", flush=True)
            command = [sys.executable, "-m", f"bench.{name}", *BENCHMARKS[name][given.quick]]
            environment = os.environ | {figures.VARIABLE: str(file)}
            if subprocess.run(command, env=environment, check=False).returncode:
                failed.append(name)
        print(f"\n{figures.table(figures.noted(file))}")
    if failed:
        raise SystemExit(f"These did not come to an end: {', '.join(failed)}.")


if __name__ == "__main__":
    main()
