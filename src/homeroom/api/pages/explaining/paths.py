"""Where a number is explained: `templates/parts/explained.html` links there."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode

from homeroom.api.pages.explaining.allowed import OPERATOR, is_allowed
from homeroom.operations.keys import key_text

OPERATORS = "/console/explain"
PERSONS = "/explain"
COMPUTED = f"{PERSONS}/computed"
# Instead of a column; no column is called so.
WHOLE_ROW = "*"


def explanation_path(role: str, table: str, key: str | Sequence[object], column: str) -> str:
    """The path of a column's explanation, without the prefix that a proxy gives the service.

    ``key``: the row's key as commands print it, or its values. ``role``: of whoever looks; people
    who are no operators see their own numbers explained as far as they may. Empty where that is
    not at all.
    """
    if not is_allowed(role, table, column):
        return ""
    text = key if isinstance(key, str) else key_text([str(value) for value in key])
    prefix = OPERATORS if role == OPERATOR else PERSONS
    return f"{prefix}/{table}/{quote(text, safe='')}/{quote(column, safe='')}"


def computed_path(name: str, asked: Mapping[str, object]) -> str:
    """The same of a number that a query computes. ``asked``: of what; what is empty is left out."""
    given = urlencode({key: value for key, value in asked.items() if value not in ("", None)})
    return f"{COMPUTED}/{name}" + (f"?{given}" if given else "")
