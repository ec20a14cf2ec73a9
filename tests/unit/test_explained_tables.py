"""What people see explained is walled in, and is there."""

import pytest

from homeroom.api.pages.explaining.allowed import ALLOWED
from homeroom.api.pages.explaining.numbers import NUMBERS
from homeroom.api.pages.explaining.viewing import SHOWN
from homeroom.engine.planning import lineage
from homeroom.engine.planning.definitions import read_definition
from homeroom.operations.migrating.reader import READER
from homeroom.readmodel import definition_texts

TABLES = {(table, columns) for of in ALLOWED.values() for table, columns in of.items()}


def test_each_table_is_asked_whether_its_row_is_seen() -> None:
    assert SHOWN.keys() == {table for table, _ in TABLES}


# Processes that share the tests must find them in one order.
CASES = sorted((table, tuple(sorted(columns))) for table, columns in TABLES)


@pytest.mark.parametrize(("table", "columns"), CASES)
def test_row_level_security_walls_in_each_table_with_its_columns(
    table: str, columns: tuple[str, ...]
) -> None:
    definition = read_definition(table, definition_texts()[table])
    known = lineage.outputs(definition)
    assert {*columns} <= set(known)
    assert table in READER.conditions or set(READER.settings) & set(known)
    statement = SHOWN[table]
    assert all(f"key_{n}" in statement.parameters for n in range(1, len(definition.key) + 1))


@pytest.mark.parametrize("name", NUMBERS)
def test_who_sees_a_computed_number_sees_its_rows_explained(name: str) -> None:
    number = NUMBERS[name]
    for role in number.roles:
        assert number.column in ALLOWED[role][number.table]
