"""A PostgreSQL of a test's own, which it may kill."""

from pathlib import Path

import pytest

from homeroom.local.postgres import LocalPostgres
from homeroom.settings import Settings


class OwnPostgres:
    """Fixtures for the tests of a class; all other fixtures take the server from the settings."""

    @pytest.fixture
    def postgres(self, component_folder: Path) -> LocalPostgres:
        server = LocalPostgres(component_folder / "postgres")
        server.start()
        return server

    @pytest.fixture
    def settings(self, settings: Settings, postgres: LocalPostgres) -> Settings:
        return settings.model_copy(update={"database_url": postgres.address})
