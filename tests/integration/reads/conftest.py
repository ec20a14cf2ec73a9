"""Tests of connections run on both loops: asyncio's own, and the one that the service runs on."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import uvloop


def pytest_asyncio_loop_factories(
    config: pytest.Config,  # noqa: ARG001 - the hook's own
    item: pytest.Item,  # noqa: ARG001
) -> Mapping[str, Callable[[], Any]]:
    """The loops by their names."""
    return {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
