"""A log that lacks what the tables hold is no source for them: nothing is swapped or repaired."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from homeroom.settings import Settings
from tests.acceptance.test_rebuild import publish
from tests.faults.upstream import Upstream
from tests.support.commands import Tables, homeroom, running, succeed, tables_of
from tests.support.contents import contents
from tests.support.publishing import publish_teacher
from tests.support.strength import at_full_strength

FROM_LOG = (
    ("rebuild", "--dry-run"),
    ("rebuild", "--accept-differences"),
    ("verify", "--against-log"),
    ("repair", "--all-drifted", "--from-log"),
)
# As if number 1 had been applied, and had gone from the log since.
KNOW_THE_BEGINNING = """
WITH known AS (DELETE FROM {0}.waiting WHERE entity = 'class' AND key = 'C-GONE'),
     whole AS (DELETE FROM {0}.incomplete WHERE entity = 'class' AND key = 'C-GONE')
DELETE FROM {0}.gaps WHERE entity = 'class' AND key = 'C-GONE'
"""


@pytest.fixture
def tables(settings: Settings) -> Iterator[Tables]:
    succeed(settings, "migrate")
    with tables_of(settings) as tables:
        yield tables


def configure(settings: Settings, topic: str, **values: str) -> None:
    async def work() -> None:
        async with Upstream(settings).admin() as admin:
            resource = ConfigResource(
                ConfigResourceType.TOPIC,
                settings.topic_prefix + topic,
                {name.replace("_", "."): value for name, value in values.items()},
            )
            await admin.alter_configs([resource])

    asyncio.run(work())


def test_where_the_policy_compacts_nothing_is_made_from_the_log(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 300, seed=90)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
    before = contents(settings.database_url)
    configure(settings, "classes", cleanup_policy="compact")
    for arguments in FROM_LOG:
        refused = homeroom(settings, *arguments)
        assert refused.returncode == 1, refused.stdout
        assert f"{settings.topic_prefix}classes has cleanup.policy=compact" in refused.stderr
        assert "Set cleanup.policy=delete" in refused.stderr
    assert contents(settings.database_url) == before
    assert tables.generation == "g0001"


@at_full_strength
def test_where_subjects_lack_their_beginning_nothing_is_made_from_the_log(
    settings: Settings, tables: Tables
) -> None:
    class_updated = {
        "specversion": "1.0", "id": "2", "source": "/services/classes",
        "type": "class.updated.v1", "subject": "C-GONE", "sequence": "2",
        "time": "2026-03-01T09:00:00Z",
        "data": {"class_id": "C-GONE", "name": "Algebra", "code": "A", "subject": "Maths"},
    }  # fmt: skip
    published = homeroom(settings, "publish", "-", text=json.dumps(class_updated))
    assert published.returncode == 0, published.stderr
    with running(settings, "worker"):
        tables.wait_until_applied(1)
    tables.connection.execute(KNOW_THE_BEGINNING.format(tables.generation).encode())
    for arguments in (("rebuild",), *FROM_LOG[2:]):
        refused = homeroom(settings, *arguments)
        assert refused.returncode == 1, refused.stdout
        assert "The log lacks events that the live tables hold: class C-GONE lacks 1" in (
            refused.stderr
        )
        homeroom(settings, "rebuild", "abort", "--yes")
    assert tables.generation == "g0001"


# As if this teacher's one event had stood there, and had gone from the log since.
A_TEACHER_OF = """
INSERT INTO {0}.teacher SELECT (jsonb_populate_record(t, jsonb_build_object(
    'teacher_id', 'T-GONE', 'first_offset', %(offset)s::bigint, 'last_offset', %(offset)s::bigint
))).* FROM {0}.teacher t WHERE teacher_id = 'T-1'
"""


@at_full_strength
def test_where_all_events_of_a_subject_are_gone_it_is_not_taken_for_drift(
    settings: Settings, tables: Tables
) -> None:
    # Its transaction's mark stands at an offset behind it, where there is no record.
    _, offset = asyncio.run(publish_teacher(settings, "T-1", transaction=True))
    with running(settings, "worker"):
        tables.wait_until_applied(offset + 2)
    make = A_TEACHER_OF.format(tables.generation).encode()
    tables.connection.execute(make, {"offset": offset + 1})
    before = contents(settings.database_url)
    for arguments in FROM_LOG[2:]:
        refused = homeroom(settings, *arguments)
        assert refused.returncode == 1, refused.stdout
        assert "The log lacks all events of teacher T-GONE" in refused.stderr
    assert contents(settings.database_url) == before
    # Where there is a record, and it is another subject's, somebody made the row.
    tables.connection.execute("DELETE FROM g0001.teacher WHERE teacher_id = 'T-GONE'")
    tables.connection.execute(make, {"offset": offset})
    found = homeroom(settings, "verify", "--against-log")
    assert found.returncode == 1
    assert "T-GONE" in found.stdout


def untouched(settings: Settings, *arguments: str) -> Any:
    return homeroom(settings, "rebuild", "--max-changed", "100%", *arguments)


@at_full_strength
def test_rows_of_tables_that_nothing_has_changed_go_only_if_that_is_accepted(
    settings: Settings, tables: Tables
) -> None:
    end = publish(settings, 300, seed=91)
    with running(settings, "worker"):
        tables.wait_until_applied(end)
        tables.connection.execute(
            f"UPDATE {tables.generation}.teacher SET name = 'Nobody'"  # noqa: S608
        )
        succeed(settings, "repair", "--all-drifted")
        refused = untouched(settings)
        assert refused.returncode == 1
        assert "Nothing was swapped. Rows would go or change although neither" in refused.stderr
        assert "teachers: 0 gone" in refused.stderr
        assert '"Nobody"' in refused.stdout
        assert tables.generation == "g0001"
        # It is all there, and only has to catch up.
        assert untouched(settings, "--accept-differences").returncode == 0
    assert tables.generation == "g0002"
