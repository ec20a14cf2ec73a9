"""Prepared databases as copies of one that was prepared: a fifth of the processor time.

All processes of a run share the templates: whichever needs one first makes it.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from homeroom.engine.generations.generation import ReadModel
from homeroom.engine.generations.registry import live_generation
from homeroom.local.components import create_database, drop_database
from homeroom.local.postgres import other_database
from homeroom.operations.migrating.migrate import migrate_database, prepare_role
from homeroom.readmodel import project_folder, read_model
from homeroom.settings import Settings

# What the fixture `database_url` calls a test's own database.
OWN_PREFIX = "test_"
# What the names of the run's templates begin with.
_prefix = "template_"
# Those that this process has seen, by what they hold.
_templates: dict[str, str] = {}
# The shared databases of this process: the URL for their owner and the name, by what they hold.
_shared: dict[str, tuple[str, str]] = {}
# What the databases of this process were copied from.
_copied: dict[str, str] = {}


def join(run: str) -> None:
    """Share the templates of the run of this name from here on."""
    global _prefix
    _prefix = f"template_{sha256(run.encode()).hexdigest()[:8]}_"


def create_prepared(admin_url: str, name: str) -> str:
    """A new database in which `homeroom migrate` has been; returns its URL."""
    model = read_model(Settings())
    _copy(admin_url, name, model.fingerprint(), _migration(model))
    return other_database(admin_url, name)


@contextmanager
def prepared_database(admin_url: str) -> Iterator[str]:
    """The URL of a database for several tests, with the rights that `homeroom migrate` gives.

    It is dropped after the block.
    """
    name = f"{OWN_PREFIX}{secrets.token_hex(6)}"
    url = create_prepared(admin_url, name)
    prepare(Settings(database_url=url))
    try:
        yield url
    finally:
        drop_database(admin_url, name)


def create_filled(admin_url: str, name: str, contents: str, fill: Callable[[str], None]) -> str:
    """A new prepared database with these contents besides; returns its URL.

    ``fill`` is called with the URL of a prepared one where the run has no such template.
    """
    _copy_of(admin_url, name, contents, lambda template: fill(create_prepared(admin_url, template)))
    return other_database(admin_url, name)


def shared(admin_url: str, contents: str, create: Callable[[str], None]) -> str:
    """The URL of this process's one database with these contents, for tests that leave it so.

    ``create`` makes it, of this name, for the first of them.
    """
    if contents not in _shared:
        name = f"shared_{secrets.token_hex(6)}"
        create(name)
        _shared[contents] = admin_url, name
    return other_database(admin_url, _shared[contents][1])


def prepare(settings: Settings, model: ReadModel | None = None) -> str:
    """What `homeroom migrate` does, without the topics; returns the live generation's name.

    A test's own database that holds something else must be empty; it is replaced by a copy.
    """
    model = model or read_model(settings)
    url = settings.require_database()
    if not _name(url).startswith(OWN_PREFIX):
        return migrate_database(settings, model, project_folder("migrations"))
    replace(url, model.fingerprint(), _migration(model))
    with psycopg.connect(url, autocommit=True) as connection:
        prepare_role(connection)
        return live_generation(connection)


def replace(url: str, contents: str, fill: Callable[[str], None]) -> None:
    """Replace a test's database by a copy of the template of these contents.

    ``fill`` is called with the URL of an empty database where the run has no such template.
    """
    name = _name(url)
    if _copied.get(name) != contents:
        admin_url = other_database(url, "postgres")
        _execute(admin_url, "DROP DATABASE {} WITH (FORCE)", name)
        _copy(admin_url, name, contents, fill)


def migrate_empty(url: str, model: ReadModel) -> None:
    """What `homeroom migrate` does to an empty database, without the topics."""
    migrate_database(Settings(database_url=url), model, project_folder("migrations"))


def _migration(model: ReadModel) -> Callable[[str], None]:
    return lambda url: migrate_empty(url, model)


def _copy(admin_url: str, name: str, contents: str, fill: Callable[[str], None]) -> None:
    _copy_of(admin_url, name, contents, lambda name: fill(create_database(admin_url, name)))


def _copy_of(admin_url: str, name: str, contents: str, create: Callable[[str], None]) -> None:
    """``create`` makes the template, of the name that it is called with."""
    if contents not in _templates:
        template = f"{_prefix}{sha256(contents.encode()).hexdigest()[:12]}"
        url = other_database(admin_url, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            # Until the connection ends: other processes wait for the template.
            connection.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [template])
            known = "SELECT FROM pg_database WHERE datname = %s AND NOT datallowconn"
            if connection.execute(known, [template]).rowcount == 0:
                # One that is not closed was left by a process that could not fill it.
                drop_database(admin_url, template)
                create(template)
                _close(admin_url, template)
        _templates[contents] = template
    template = _templates[contents]
    _execute(admin_url, "CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", name, template)
    _copied[name] = contents


def _close(admin_url: str, template: str) -> None:
    """Nobody's connection may keep it from being copied."""
    _execute(admin_url, "ALTER DATABASE {} WITH ALLOW_CONNECTIONS false", template)


def _name(url: str) -> str:
    return str(conninfo_to_dict(url).get("dbname"))


def _execute(admin_url: str, statement: str, *names: str) -> None:
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def drop_shared() -> None:
    """Drop the shared databases of this process."""
    for admin_url, name in _shared.values():
        drop_database(admin_url, name)
    _shared.clear()


def drop_templates(admin_url: str) -> None:
    """Drop the templates of the run."""
    with psycopg.connect(admin_url) as connection:
        found = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_prefix]
        ).fetchall()
    for (name,) in found:
        drop_database(admin_url, name)
