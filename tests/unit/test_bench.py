"""The benchmarks follow the code that they measure."""

import importlib
from pathlib import Path

import pytest

from bench import changes, types
from bench.contents import ROWS
from homeroom_kit import contract
from homeroom_kit.contract.event import EventData

BENCH = Path(__file__).parents[2] / "bench"


@pytest.mark.parametrize("module", sorted(path.stem for path in BENCH.glob("[a-z]*.py")))
def test_a_benchmark_finds_what_it_imports(module: str) -> None:
    importlib.import_module(f"bench.{module}")


def test_the_benchmark_of_types_has_a_case_for_each() -> None:
    assert changes.missing() == set()
    assert changes.CHANGES.keys() == contract.EVENT_TYPES.keys()
    assert {case.type_name for case in types.cases([])} == contract.EVENT_TYPES.keys()
    for entity in contract.ENTITIES:
        columns = {column.name for column in entity.key + entity.columns}
        assert ROWS[entity.name].keys() <= columns, entity.name


def test_a_new_type_without_a_case_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(contract.EVENT_TYPES, "exam.praised.v1", EventData)
    with pytest.raises(SystemExit, match=r"No case for exam\.praised\.v1: say in bench/changes"):
        list(types.cases([]))
