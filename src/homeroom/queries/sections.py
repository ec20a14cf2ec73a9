"""Several SELECTs in one: their rows side by side, so that one statement returns all of them.

The first row holds the first of each, and so on. Where one has ended, its columns are null.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel

Sections = Mapping[str, tuple[bytes, type[BaseModel]]]

SECTION = """(SELECT true AS is_row, row_number() OVER () AS n, r.* FROM (
{select}
) AS r) AS {alias}"""


def side_by_side(sections: Sections) -> bytes:
    """One SELECT of all sections, each by its name with its SELECT and the model of its rows."""
    columns, joined, numbers = [], "", []
    for number, (name, (select, row)) in enumerate(sections.items()):
        alias = f"s{number}"
        columns.append(f'{alias}.is_row AS "{name}"')
        columns += [f'{alias}.{field} AS "{name}.{field}"' for field in row.model_fields]
        section = SECTION.format(select=select.decode(), alias=alias)
        joined += f"\nFULL JOIN {section} ON {alias}.n = s0.n" if joined else section
        numbers.append(f"{alias}.n")
    return (
        f"SELECT {', '.join(columns)}\nFROM {joined}\nORDER BY coalesce({', '.join(numbers)})"
    ).encode()


def apart(sections: Sections, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The rows of each section, with the names that they have on the wire."""
    return {
        name: [
            {field.alias or own: row[f"{name}.{own}"] for own, field in model.model_fields.items()}
            for row in rows if row[name]
        ]
        for name, (_, model) in sections.items()
    }  # fmt: skip
