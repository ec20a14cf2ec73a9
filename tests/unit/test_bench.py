"""The benchmarks follow the code that they measure."""

import importlib
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize("module", sorted(path.stem for path in BENCH.glob("[a-z]*.py")))
def test_a_benchmark_finds_what_it_imports(module: str) -> None:
    importlib.import_module(f"bench.{module}")
