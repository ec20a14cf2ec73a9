"""Whatever ends who answers and who relays: an assignment that was answered is in the log."""

import asyncio
import random
from typing import Any

import httpx
from psycopg import AsyncConnection

from homeroom.api import tokens
from homeroom.commands.assignment_rules import CLASS, SUBJECT, Admin, Link
from homeroom.commands.assignments import make, remove
from homeroom.errors import InvalidAssignment, NumberingBehind, UnknownToAssign
from homeroom.settings import Settings
from tests.faults.workers import Crew
from tests.support import wait_for_async
from tests.support.assigning import PATH, school_events
from tests.support.commands import Tables, running
from tests.support.habits import NOW, assert_in_order, publish, read_log
from tests.support.strength import at_full_strength, pick

ROUNDS = pick(quick=2, thorough=8)
TEACHERS, CLASSES = 4, 12
BACK_SECONDS = 60
ADMIN = Admin("A-1")


async def assert_published(settings: Settings, tables: Tables) -> dict[str, int]:
    """The log has each number of each assignment in order, and the tables agree with what is kept
    beside the outbox."""

    def kept() -> dict[str, tuple[int, bool]]:
        rows = tables.connection.execute(
            "SELECT assignment_id, sequence, removed FROM homeroom.teacher_assignment "
            "WHERE kind = 'class'"
        )
        return {one: (sequence, removed) for one, sequence, removed in rows}

    def applied() -> dict[str, tuple[int, bool]]:
        rows = tables.rows("class_assignment", "assignment_id, sequence, removed_at")
        return {one: (sequence, removed_at is not None) for one, sequence, removed_at in rows}

    await wait_for_async(lambda: applied() == kept(), BACK_SECONDS)
    assert tables.rows("waiting", "entity") == tables.rows("dead_letters", "id") == []
    last = assert_in_order(await read_log(settings, "teaching", "class_assignment"))
    assert last == {one: sequence for one, (sequence, _) in kept().items()}
    return last


async def send_school(settings: Settings, tables: Tables) -> None:
    await publish(settings, school_events(TEACHERS, CLASSES))

    def known() -> bool:
        level = tables.connection.execute(
            "SELECT identity = homeroom.identity() FROM homeroom.numbering"
        ).fetchone()
        sizes = [len(tables.rows(f"{name}s", f"{name}_id")) for name in ("teacher", "subject")]
        return (*sizes, len(tables.rows("classes", "class_id")), level) == (
            TEACHERS, 1, CLASSES, (True,),
        )  # fmt: skip

    await wait_for_async(known, BACK_SECONDS)


def assign_five_and_remove_one(settings: Settings, address: str) -> list[str]:
    """What the service says of each of them."""
    token = tokens.issue(settings, "A-1", "admin")
    with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}) as client:
        answers = [
            client.post(f"{PATH}/class", json={"user_id": "T-1", "class_level_id": f"C-{n}"})
            for n in range(5)
        ]
        answers.append(client.delete(f"{PATH}/class/1"))
    assert [answer.status_code for answer in answers] == [201] * 5 + [200]
    return [answer.headers["Homeroom-Position"] for answer in answers]


async def test_a_service_that_is_killed_behind_its_transaction_loses_nothing(
    prepared: Settings, tables: Tables, crew: Crew
) -> None:
    worker = crew.start()
    await send_school(prepared, tables)
    worker.stop()
    with running(prepared.model_copy(update={"port": 0}), "serve") as process:
        assert process.stdout is not None
        positions = assign_five_and_remove_one(prepared, process.stdout.readline().split()[-1])
        process.kill()
        assert process.wait() == -9
    unpublished = tables.connection.execute(
        "SELECT count(*) FROM homeroom.outbox WHERE published_at IS NULL"
    ).fetchone()
    # The teacher is told of each of the five, too.
    assert unpublished == (11,)
    assert len(set(positions)) == 6
    worker = crew.start()
    assert await assert_published(prepared, tables) == {"1": 2, "2": 1, "3": 1, "4": 1, "5": 1}
    assert {class_id for (class_id,) in tables.rows("class_assignments", "class_id")} == {
        f"C-{n}" for n in range(1, 5)
    }
    worker.stop()


class Admins:
    """Several who assign and remove at once, at random."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.made = 0

    async def change(self, seed: int, count: int) -> None:
        chance = random.Random(seed)
        connection: AsyncConnection[Any]
        async with await AsyncConnection.connect(
            self.settings.database_url, autocommit=True
        ) as connection:
            for _ in range(count):
                links = [Link(CLASS, f"C-{chance.randrange(CLASSES)}"), Link(SUBJECT, "J-1")]
                try:
                    made = await make(
                        connection, ADMIN, f"T-{chance.randrange(TEACHERS)}", links, NOW,
                        skip_existing=True,
                    )  # fmt: skip
                    self.made += len(made.assignments)
                    for one in made.of(CLASS):
                        if chance.random() < 0.7:
                            await remove(connection, ADMIN, CLASS, one.id, NOW)
                except (InvalidAssignment, UnknownToAssign, NumberingBehind) as error:
                    raise AssertionError(error) from error


@at_full_strength
async def test_two_relays_publish_each_assignment_in_order_whichever_is_killed(
    prepared: Settings, tables: Tables, crew: Crew
) -> None:
    workers = [crew.start(), crew.start()]
    await send_school(prepared, tables)
    admins = Admins(prepared)
    for number in range(ROUNDS):
        changes = [admins.change(100 * number + n, 25) for n in range(4)]
        working = asyncio.gather(*changes)
        await asyncio.sleep(0)
        # Whichever relays: the other takes over.
        killed = workers.pop(number % 2)
        killed.kill()
        await working
        workers.append(crew.start())
    last = await assert_published(prepared, tables)
    assert admins.made > 0
    assert set(last.values()) == {1, 2}
    once = tables.connection.execute(
        "SELECT count(*), count(DISTINCT (teacher_id, target_id)) FROM homeroom.teacher_assignment "
        "WHERE NOT removed AND kind = 'class'"
    ).fetchone()
    assert once is not None
    assert once[0] == once[1]
    for worker in workers:
        worker.stop()
