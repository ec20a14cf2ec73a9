"""The rights that deploy/ gives in PostgreSQL are enough."""

from pathlib import Path

import psycopg
from psycopg import sql as pg
from psycopg.conninfo import make_conninfo

from homeroom.api import server
from homeroom.database import connect_sync
from homeroom.local.postgres import LocalPostgres
from homeroom.operations.migrating.logins import prepare_logins
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES
from tests.support.deploy import named
from tests.support.logins import with_own_logins
from tests.support.strength import at_full_strength

INITDB = named("Cluster", "homeroom-database")["spec"]["bootstrap"]["initdb"]


@at_full_strength
def test_an_owner_who_is_no_superuser_makes_the_logins(
    component_folder: Path,
) -> None:
    """As CloudNativePG does it: the owner, then our statements, then the owner's database."""
    postgres = LocalPostgres(component_folder / "postgres", durable=False)
    postgres.start()
    owner, database = pg.Identifier(INITDB["owner"]), pg.Identifier(INITDB["database"])
    with psycopg.connect(postgres.address, autocommit=True) as connection:
        connection.execute("CREATE ROLE operator SUPERUSER LOGIN PASSWORD 'secret'")
    as_operator = make_conninfo(
        postgres.address, user="operator", password="secret", dbname="postgres"
    )
    with psycopg.connect(as_operator, autocommit=True) as connection:
        # The local server's own role and database have the owner's names.
        connection.execute("DROP DATABASE homeroom")
        connection.execute("ALTER ROLE homeroom RENAME TO local")
        connection.execute(pg.SQL("CREATE ROLE {} LOGIN PASSWORD 'secret'").format(owner))
        for statement in INITDB["postInitSQL"]:
            connection.execute(statement)
        connection.execute(pg.SQL("CREATE DATABASE {} OWNER {}").format(database, owner))
    settings = Settings(
        database_url=make_conninfo(
            postgres.address,
            user=INITDB["owner"],
            password="secret",
            dbname=INITDB["database"],
        )
    )
    own = with_own_logins(settings, "homeroom")
    for _ in range(2):
        migrate_database(own, read_model(own), project_folder("migrations"))
        with connect_sync(own.database_url, "tests", autocommit=True) as connection:
            assert list(prepare_logins(connection, own)) == []
    server.require_migrated(own)
    for process in PROCESSES:
        with psycopg.connect(own.own_database(process)) as connection:
            row = connection.execute(
                "SELECT rolsuper OR rolcreaterole OR rolbypassrls FROM pg_roles "
                "WHERE rolname = session_user"
            ).fetchone()
            assert row == (False,)
