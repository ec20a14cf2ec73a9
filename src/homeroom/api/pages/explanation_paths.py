"""Where a number is explained: `templates/parts/explained.html` links there."""

from collections.abc import Sequence
from urllib.parse import quote

from homeroom.operations.keys import key_text

OPERATORS = "/console/explain"
PERSONS = "/explain"


def explanation_path(role: str, table: str, key: str | Sequence[object], column: str) -> str:
    """The path of a column's explanation, without the prefix that a proxy gives the service.

    ``key``: the row's key as commands print it, or its values. ``role``: of whoever looks; people
    who are no operators see their own numbers explained as far as they may.
    """
    text = key if isinstance(key, str) else key_text([str(value) for value in key])
    prefix = OPERATORS if role == "operator" else PERSONS
    return f"{prefix}/{table}/{quote(text, safe='')}/{quote(column, safe='')}"
