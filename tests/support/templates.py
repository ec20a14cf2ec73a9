"""Prepared databases as copies of one that was prepared: a fifth of the processor time."""

import secrets
from collections.abc import Callable

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from homeroom.engine.generations.generation import ReadModel
from homeroom.local.components import create_database, drop_database
from homeroom.local.postgres import other_database
from homeroom.operations.migrating.migrate import migrate_database
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

# What the fixture `database_url` calls a test's own database.
OWN_PREFIX = "test_"
# The templates of this process: the URL for their owner and the name, by what they hold.
_made: dict[str, tuple[str, str]] = {}


def prepare(settings: Settings, model: ReadModel | None = None) -> str:
    """What `homeroom migrate` does, without the topics; returns the live generation's name.

    A test's own database, which must be empty, is replaced by a copy.
    """
    model = model or read_model(settings)
    url = settings.require_database()
    folder = project_folder("migrations")

    def migrated(template_url: str) -> None:
        migrate_database(Settings(database_url=template_url), model, folder)

    if str(conninfo_to_dict(url).get("dbname")).startswith(OWN_PREFIX):
        replace(url, model.fingerprint(), migrated)
    # Also on a copy: it does not have the privileges on the database itself.
    return migrate_database(settings, model, folder)


def replace(url: str, contents: str, fill: Callable[[str], None]) -> None:
    """Replace a test's database by a copy of the template of these contents.

    ``fill`` is called with the URL of an empty database where this process has no such template.
    """
    admin_url = other_database(url, "postgres")
    if contents not in _made:
        name = f"template_{secrets.token_hex(6)}"
        template_url = create_database(admin_url, name)
        _made[contents] = admin_url, name
        fill(template_url)
        # Nobody's connection may keep it from being copied.
        _execute(admin_url, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", name)
    own, template = str(conninfo_to_dict(url).get("dbname")), _made[contents][1]
    _execute(admin_url, "DROP DATABASE {} WITH (FORCE)", own)
    _execute(admin_url, "CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log", own, template)


def _execute(admin_url: str, statement: str, *names: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def drop_all() -> None:
    """Drop the templates of this process."""
    for admin_url, name in _made.values():
        drop_database(admin_url, name)
    _made.clear()
