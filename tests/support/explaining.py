"""Asks `homeroom explain` and reads its answer."""

import json
from typing import Any

from homeroom.settings import Settings
from tests.support.commands import succeed


def explained(settings: Settings, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(succeed(settings, "explain", *arguments, "--json"))
    return found


def students(explained: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The enrollments that are listed, by key."""
    return {row["key"]: row["fields"] for row in explained["rows"] if row["entity"] == "enrollment"}
