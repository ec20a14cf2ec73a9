"""Claims of tokens, by the paths that settings give."""

import re
from collections.abc import Mapping
from typing import Any

# What an id looks like (contract, section 1); nobody can be registered under anything else.
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def claim_at(claims: Mapping[str, Any], path: str) -> Any:
    """The claim at a dotted path; None where there is none.

    Names may have dots themselves, as those of namespaced claims do, which are URLs.
    """
    if path in claims:
        return claims[path]
    for index, character in enumerate(path):
        if character == ".":
            inner = claims.get(path[:index])
            value = claim_at(inner, path[index + 1 :]) if isinstance(inner, Mapping) else None
            if value is not None:
                return value
    return None


def id_at(claims: Mapping[str, Any], path: str) -> str | None:
    """An id at a dotted path, or in `sub` without a path; None where there is none.

    Some issuers write numeric ids as numbers.
    """
    value = claim_at(claims, path or "sub")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None
