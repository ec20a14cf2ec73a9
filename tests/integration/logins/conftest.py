"""A database with two of everybody, and a login for each process."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from homeroom.local.components import Components
from homeroom.settings import Settings
from tests.support import a_student, everybody
from tests.support.logins import own_logins
from tests.support.students import Students
from tests.support.templates import prepared_database


@pytest.fixture(scope="package")
def own(components: Components) -> Iterator[Settings]:
    subject = ("subject", {"subject_id": "J", "name": "Maths"})
    with prepared_database(components.database_url) as url:
        with closing(Students(url)) as students:
            students.hold(
                *a_student.school(), *everybody.one("mine"), *everybody.one("theirs"), subject
            )
            # As where the numbers have caught up with the log.
            students.connection.execute(
                "UPDATE homeroom.numbering SET identity = homeroom.identity()"
            )
        with own_logins(Settings(database_url=url)) as given:
            yield given
