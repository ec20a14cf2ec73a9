"""Limits of requests, on a machine of any speed."""

import pytest

from homeroom.api import rate_limits


def count_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a slow machine would answer what it could not count in time."""
    monkeypatch.setattr(rate_limits, "POOL_TIMEOUT_SECONDS", 60.0)
    monkeypatch.setattr(rate_limits, "STATEMENT_SECONDS", 60.0)
