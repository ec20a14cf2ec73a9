"""Settings under which each process has a login of its own, made by `homeroom migrate`."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql
from psycopg.conninfo import make_conninfo

from homeroom.database import connect_sync
from homeroom.operations.migrating.logins import prepare_logins
from homeroom.operations.migrating.migrate import prepare_role
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES


def with_own_logins(settings: Settings, mark: str) -> Settings:
    """Addresses of logins that no other test has; ``mark`` stands in their names."""
    addresses = {
        f"{process}_database_url": make_conninfo(
            settings.database_url, user=f"{mark}_{process}", password=secrets.token_hex(8)
        )
        for process in PROCESSES
    }
    return settings.model_copy(update=addresses)


@contextmanager
def own_logins(settings: Settings) -> Iterator[Settings]:
    """The logins, in a database that is prepared; they go with the block."""
    mark = f"t{secrets.token_hex(4)}"
    given = with_own_logins(settings, mark)
    with connect_sync(settings.database_url, "tests", autocommit=True) as connection:
        prepare_role(connection)
        assert list(prepare_logins(connection, given)) == []
        try:
            yield given
        finally:
            for process in PROCESSES:
                name = sql.Identifier(f"{mark}_{process}")
                connection.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(name))
