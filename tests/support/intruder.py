"""Somebody with a login of the reader's role, who wants to see what is others'."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tests.support.students import Students

THEM = "S-theirs"
LIVE, NEXT = "g0001", "g0002"
WHO = ("student_id", "teacher_id", "organization_id", "admin_id", "service_id")
TAKE = "SELECT " + ", ".join(f"set_config('homeroom.{name}', %s, true)" for name in WHO)


class Intruder:
    """A session of a login of its own: what it gave up with SET ROLE would gain it nothing."""

    def __init__(self, connection: psycopg.Connection[Any], generation: str) -> None:
        self.connection = connection
        self.enter(generation)

    def enter(self, generation: str) -> None:
        """The tables of a generation are meant from now on."""
        self.connection.execute(sql.SQL("SET search_path = {}").format(sql.Identifier(generation)))

    def sees(self, statement: str) -> str:
        """All that a statement gives, rows or a copy, as text."""
        with self.connection.cursor() as cursor:
            if statement.startswith("COPY"):
                with cursor.copy(statement.encode()) as copy:
                    return b"".join(bytes(part) for part in copy).decode()
            cursor.execute(statement.encode())
            return str(cursor.fetchall()) if cursor.description else ""

    @contextmanager
    def being(
        self, student: str = "", teacher: str = "", organization: str = "", admin: str = "",
        service: str = "",
    ) -> Iterator[None]:  # fmt: skip
        """A transaction for them, as the query service begins one."""
        with self.connection.transaction():
            whose = (student, teacher, organization, admin, service)
            self.connection.execute(TAKE.encode(), whose)
            yield


@contextmanager
def intruder(database_url: str, generation: str) -> Iterator[Intruder]:
    """Makes the login, and takes it away again."""
    name, password = f"intruder_{secrets.token_hex(6)}", secrets.token_hex(12)
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} IN ROLE homeroom_reader").format(
                sql.Identifier(name), sql.Literal(password)
            )
        )
        try:
            login = make_conninfo(database_url, user=name, password=password)
            # What a test deallocates must be its own.
            with psycopg.connect(login, autocommit=True, prepare_threshold=None) as connection:
                yield Intruder(connection, generation)
        finally:
            owner.execute(sql.SQL("DROP OWNED BY {0}; DROP ROLE {0}").format(sql.Identifier(name)))


def possible(ways: Iterable[str], table: str) -> list[str]:
    """Those ways to read that PostgreSQL has for it: some are for tables, not for views."""
    of_tables = ("TABLESAMPLE", "COPY {}")
    return [w for w in ways if not table.endswith("_own") or not any(o in w for o in of_tables)]


def fenced(students: Students, *columns: str) -> list[str]:
    """Projections that say something of students, and have these columns as well, as readers see
    them.
    """
    return [
        p.readable for p in students.plan.projections if {"student_id", *columns} <= {*p.columns}
    ]  # fmt: skip
