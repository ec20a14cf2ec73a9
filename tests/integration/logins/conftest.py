"""A database with two of everybody, and a login for each process."""

import secrets
from collections.abc import Iterator
from contextlib import closing

import pytest

from homeroom.local.components import Components, create_database, drop_database
from homeroom.settings import Settings
from tests.support import a_student, everybody
from tests.support.logins import own_logins
from tests.support.students import Students
from tests.support.templates import prepare


@pytest.fixture(scope="package")
def own(components: Components) -> Iterator[Settings]:
    name = f"logins_{secrets.token_hex(6)}"
    url = create_database(components.database_url, name)
    prepare(Settings(database_url=url))
    subject = ("subject", {"subject_id": "J", "name": "Maths"})
    with closing(Students(url)) as students:
        students.hold(
            *a_student.school(), *everybody.one("mine"), *everybody.one("theirs"), subject
        )
        # As where the numbers have caught up with the log.
        students.connection.execute("UPDATE homeroom.numbering SET identity = homeroom.identity()")
    with own_logins(Settings(database_url=url)) as given:
        yield given
    drop_database(components.database_url, name)
