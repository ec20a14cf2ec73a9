"""Prepares a database and the brokers' topics; run again, it changes only what is missing."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from psycopg import Connection
from psycopg import sql as pg
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from homeroom.database import connect_sync
from homeroom.engine.generations import positions
from homeroom.engine.generations.costs import check_changes
from homeroom.engine.generations.creating import create_generation
from homeroom.engine.generations.generation import ReadModel, differences
from homeroom.engine.generations.registry import find_live, register, stored_plan
from homeroom.engine.log.records import Partition
from homeroom.operations.migrating import logins
from homeroom.operations.migrating.reader import READER
from homeroom.operations.migrating.topics import prepare_topics
from homeroom.settings import Settings
from homeroom.statements import composable, load

SQL = load("migrate", __package__)

FIRST_GENERATION = "g0001"
MIGRATION_LOCK = 0x686F6D65


@dataclass(frozen=True, slots=True)
class Prepared:
    """What `homeroom migrate` found or made."""

    generation: str
    topics_created: tuple[str, ...]
    warnings: tuple[str, ...]


async def migrate(settings: Settings, model: ReadModel, migrations: Path) -> Prepared:
    """Durable tables, roles, the first live generation, missing topics and their positions."""
    generation = migrate_database(settings, model, migrations)
    with connect_sync(
        settings.require_database(), "homeroom migrate", autocommit=True
    ) as connection:
        warnings = list(logins.prepare_logins(connection, settings))
    topics = await prepare_topics(settings, model.catalog.topics)
    warnings += topics.warnings
    with connect_sync(settings.require_database(), "homeroom migrate") as connection:
        stored = stored_plan(connection, generation)
        if stored.fingerprint != model.fingerprint():
            changes = "; ".join(differences(stored, model))
            warnings.append(
                f"the live generation {generation} was not made by this code ({changes}): run "
                "`homeroom rebuild`."
            )
        begun = [
            Partition(topic, partition)
            for topic, partition in topics.partitions
            if topic.removeprefix(settings.topic_prefix) in stored.topics()
        ]
        positions.begin_all(connection, generation, dict.fromkeys(begun, 0))
    return Prepared(generation, topics.created, tuple(warnings))


def migrate_database(settings: Settings, model: ReadModel, migrations: Path) -> str:
    """The database's part alone; returns the live generation's name.

    Raises ConfigurationError for a PostgreSQL before 18, and DefinitionError where the first
    generation cannot be kept, or would read a whole table for one row that changes.
    """
    with connect_sync(
        settings.require_database(), "homeroom migrate", autocommit=True
    ) as connection:
        connection.execute(SQL["lock"], (MIGRATION_LOCK,))
        prepare_role(connection)
        connection.execute(SQL["create_schema"])
        _upgrade(settings.require_database(), migrations)
        if find_live(connection) is None:
            # Before the transaction: to plan takes seconds, and one that is silent is ended.
            model.check()
            model.plan()
        with connection.transaction():
            generation = _first_generation(connection, model)
            _grant(connection)
        logins.hand_over(connection)
        return generation


def prepare_role(connection: Connection[Any]) -> None:
    """The reader's role, which owns nothing; and nobody makes temporary tables by default.

    These rights are those that a database which is a copy of another (``TEMPLATE``) lacks.
    """
    role = pg.Identifier(READER.role)
    known = connection.execute(SQL["find_role"], (READER.role,)).fetchone()
    if known is None:
        with contextlib.suppress(*logins.MADE_MEANWHILE):
            connection.execute(composable(SQL["create_role"]).format(role=role))
    if connection.execute(SQL["may_set_role"], (READER.role,)).fetchone() != (True,):
        with contextlib.suppress(*logins.MADE_MEANWHILE):
            connection.execute(composable(SQL["grant_role"]).format(role=role))
    database = pg.Identifier(connection.info.dbname)
    connection.execute(composable(SQL["revoke_temporary"]).format(database=database))
    owner = pg.SQL("CURRENT_USER")
    grant = composable(SQL["grant_temporary"])
    connection.execute(grant.format(database=database, role=owner))
    connection.execute(SQL["revoke_large_objects"])
    logins.prepare_groups(connection)


def _upgrade(database_url: str, migrations: Path) -> None:
    """Brings the durable tables to the newest migration."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: connect_sync(database_url, "homeroom migrate"),
        poolclass=NullPool,
    )
    config = Config()
    config.set_main_option("script_location", str(migrations))
    with engine.begin() as over:
        config.attributes["connection"] = over
        command.upgrade(config, "head")


def _first_generation(connection: Connection[Any], model: ReadModel) -> str:
    live = find_live(connection)
    if live is not None:
        return live
    create_generation(connection, FIRST_GENERATION, model, READER)
    check_changes(connection, model)
    connection.execute(SQL["make_live"], (FIRST_GENERATION,))
    register(connection, FIRST_GENERATION, "live")
    return FIRST_GENERATION


def _grant(connection: Connection[Any]) -> None:
    """What the reader's role may see of the durable tables, those of new versions too."""
    role = pg.Identifier(READER.role)
    for statement in (
        "grant_schema", "grant_tables", "forget_admins_policy", "make_admins_policy",
        "forget_followers_policy", "make_followers_policy",
        "forget_preferences_policy", "make_preferences_policy",
        "forget_nudges_policy", "make_nudges_policy", "forget_quiet_policy", "make_quiet_policy",
    ):  # fmt: skip
        connection.execute(composable(SQL[statement]).format(role=role))
    logins.grant(connection)
