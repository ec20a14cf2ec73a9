"""Roles that rights are granted to, and the logins of processes, which are members of them.

Rights are a database's, roles the cluster's: another database may be prepared at the same time, and
may share the roles. A login is named by the address of its process in the settings. Whoever
migrates and may not make roles finds them made, or does without: then the owner's login is
everybody's.
"""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import psycopg
from psycopg import Connection, errors
from psycopg import sql as pg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from homeroom.database import connect_sync
from homeroom.engine.generations.registry import registered
from homeroom.engine.generations.rights import SQL as RIGHTS
from homeroom.engine.generations.rights import let_others_read, told_condition
from homeroom.operations.migrating.reader import (
    COMMANDS,
    EXPLAINERS,
    NOTIFIERS,
    READER,
    RELAYS,
    TABLES,
)
from homeroom.settings import Settings
from homeroom.settings.databases import PROCESSES, Process
from homeroom.statements import composable, load
from homeroom_kit.errors import ConfigurationError
from homeroom_kit.settings import PREFIX

SQL = load("migrate", __package__)
GRANTS = load("grants", __package__)
WALLS = load("walls", __package__)

OPERATORS = "homeroom_operators"
GROUPS = (COMMANDS, EXPLAINERS, RELAYS, NOTIFIERS, TABLES, OPERATORS)
MEMBER_OF: Mapping[Process, tuple[str, ...]] = {
    "serve": (READER.role, COMMANDS),
    "explain": (EXPLAINERS,),
    "worker": (TABLES,),
    "relay": (RELAYS,),
    "notify": (NOTIFIERS,),
    "operator": (TABLES, OPERATORS),
}
READ_ONLY: frozenset[Process] = frozenset({"explain"})
# Tables with walls of their own for readers (`migrate.sql`).
FENCED = ("access_log", "change")
# PostgreSQL says that the role or the grant is there, or "concurrently updated".
MADE_MEANWHILE = (errors.DuplicateObject, errors.UniqueViolation, errors.InternalError_)
NOT_ALLOWED = (errors.InsufficientPrivilege,)
LOOK_SECONDS_MAX = 5


def prepare_groups(connection: Connection[Any]) -> None:
    """The roles that rights are granted to, with what they may do in this database.

    The second part is what a database which is a copy of another (``TEMPLATE``) lacks.
    """
    for name in GROUPS:
        if connection.execute(SQL["find_role"], (name,)).fetchone() is None:
            with contextlib.suppress(*MADE_MEANWHILE, *NOT_ALLOWED):
                _execute(connection, "create_role", role=name)
    if is_known(connection, TABLES) and not _may_set(connection, TABLES):
        with contextlib.suppress(*MADE_MEANWHILE, *NOT_ALLOWED):
            _execute(connection, "grant_role", role=TABLES)
    for name in filter(lambda group: is_known(connection, group), (TABLES, OPERATORS)):
        _execute(connection, "grant_temporary", role=name, database=connection.info.dbname)
    if is_known(connection, OPERATORS):
        _execute(connection, "grant_create", role=OPERATORS, database=connection.info.dbname)


def grant(connection: Connection[Any]) -> None:
    """What the roles may do with the durable tables, those of new versions too."""
    known = [name for name in GROUPS if is_known(connection, name)]
    for name in known:
        for statement in GRANTS[name].split(b";"):
            connection.execute(statement)
    for table in (*WALLS, *FENCED):
        qualified = pg.Identifier("homeroom", table)
        _execute(connection, "fence", table=qualified)
        if COMMANDS in known and table in WALLS:
            condition = told_condition(WALLS[table].decode(), READER)
            _policy(connection, "make_policy", table, COMMANDS, condition=condition)
        for name in set(known) - {COMMANDS, EXPLAINERS}:
            _policy(connection, "make_policy", table, name, condition=pg.SQL("true"))
    if COMMANDS in known:
        _policy(connection, "make_adding_policy", "access_log", COMMANDS)


def _policy(
    connection: Connection[Any], statement: str, table: str, role: str, **more: pg.Composable
) -> None:
    names = {"table": pg.Identifier("homeroom", table), "name": pg.Identifier(role)}
    _execute(connection, "forget_policy", **names)
    _execute(connection, statement, role=role, **names, **more)


def hand_over(connection: Connection[Any]) -> None:
    """Gives generations that an older version made to whose they are now, with all rights.

    One table after the other, each in a transaction of its own: nobody who reads or writes several
    can wait for this in a circle.
    """
    names = [generation.name for generation in registered(connection)]
    if is_known(connection, TABLES) and _may_set(connection, TABLES):
        of_others = {
            name: [row[0] for row in connection.execute(
                RIGHTS["owned_by_others"], {"schema": name, "owner": TABLES})]
            for name in names
        }  # fmt: skip
        if any(of_others.values()):
            database = connection.info.dbname
            # An owner of a schema must be allowed to make one, at the moment of becoming so.
            _execute(connection, "grant_create", role=TABLES, database=database)
            for thing in (thing for things in of_others.values() for thing in things):
                change = f"ALTER {thing} OWNER TO {{}}"
                connection.execute(composable(change).format(pg.Identifier(TABLES)))
            _execute(connection, "revoke_create", role=TABLES, database=database)
    for name in names:
        let_others_read(connection, name, READER)


def prepare_logins(connection: Connection[Any], settings: Settings) -> Iterator[str]:
    """Makes the logins that the settings name, with their passwords; yields warnings."""
    for process in PROCESSES:
        if url := settings.own_database(process):
            yield from _prepare_login(connection, settings, process, url)


def user_of(process: Process, url: str) -> tuple[str, str]:
    """User and password of a process's address; raises ConfigurationError without a user."""
    setting = f"{PREFIX}{process.upper()}_DATABASE_URL"
    try:
        given = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigurationError(f"{setting} cannot be read as an address.") from None
    if not given.get("user"):
        raise ConfigurationError(f"{setting} names no user.")
    return str(given["user"]), str(given.get("password") or "")


def _prepare_login(
    connection: Connection[Any], settings: Settings, process: Process, url: str
) -> Iterator[str]:
    name, password = user_of(process, url)
    try:
        if not is_known(connection, name):
            with contextlib.suppress(*MADE_MEANWHILE):
                hashed = _hashed(connection, name, password)
                _execute(connection, "create_login", role=name, password=hashed)
        elif password and not _opens(settings, name, password):
            with contextlib.suppress(*MADE_MEANWHILE):
                hashed = _hashed(connection, name, password)
                _execute(connection, "set_password", role=name, password=hashed)
        for group in MEMBER_OF[process]:
            if not _is(connection, "is_member", name, group):
                with contextlib.suppress(*MADE_MEANWHILE):
                    _execute(connection, "join_role", role=group, login=name)
        if process in READ_ONLY and not _is(connection, "is_kept_from_writing", name):
            with contextlib.suppress(*MADE_MEANWHILE):
                _execute(connection, "keep_from_writing", role=name)
    except (*NOT_ALLOWED, errors.UndefinedObject) as error:
        yield (
            f"the login {name} of {process} could not be prepared ({error.diag.message_primary}): "
            f"make it, as a member of {' and '.join(MEMBER_OF[process])}."
        )
    if _is(connection, "excess", name):
        yield f"the login {name} of {process} may do more than it needs: give it one of its own."


def _opens(settings: Settings, name: str, password: str) -> bool:
    """Whether the password is the login's already: who keeps its hash need not learn another."""
    login = make_conninfo(settings.require_database(), user=name, password=password)
    try:
        with connect_sync(login, "homeroom migrate", connect_timeout=LOOK_SECONDS_MAX):
            return True
    except psycopg.OperationalError:
        return False


def _hashed(connection: Connection[Any], name: str, password: str) -> pg.Composable:
    """What the server keeps of a password, so that none comes into its log."""
    if not password:
        return pg.SQL("NULL")
    hashed = connection.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    return pg.Literal(hashed.decode())


def is_known(connection: Connection[Any], role: str) -> bool:
    """Whether the cluster knows a role of this name."""
    return connection.execute(SQL["find_role"], (role,)).fetchone() is not None


def _may_set(connection: Connection[Any], role: str) -> bool:
    return _is(connection, "may_set_role", role)


def _is(connection: Connection[Any], question: str, *about: str) -> bool:
    return connection.execute(SQL[question], about).fetchone() == (True,)


def _execute(connection: Connection[Any], statement: str, /, **parts: str | pg.Composable) -> None:
    """Runs a statement with these identifiers, or parts of SQL, in it."""
    named = {
        key: pg.Identifier(part) if isinstance(part, str) else part for key, part in parts.items()
    }
    connection.execute(composable(SQL[statement]).format(**named))
