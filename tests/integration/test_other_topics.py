"""A topic's records speak of its own entities: what they say of another's takes no place there."""

import itertools
from typing import Any

import pytest

from homeroom.engine.generations.generation import ReadModel
from homeroom.operations.dead_letters.actions import Decision, operator
from homeroom.operations.dead_letters.listing import DeadLetterId
from homeroom.settings import Settings
from tests.support.feed import Feed, record

DECISION = Decision("ada", "the tests say so")
FIRST, SECOND = DeadLetterId("exams", 0, 0), DeadLetterId("exams", 0, 1)


def of_class(verb: str, sequence: int, topic: str = "classes", **headers: Any) -> Any:
    data = {
        "class_id": "C-1", "organization_id": None, "teacher_id": "T-1", "code": "A",
        "name": f"name {sequence}", "subject": "Maths", "created_at": "2026-01-02T03:04:05Z",
    }  # fmt: skip
    return record(topic, f"class.{verb}", "C-1", sequence, data, **headers)


CREATED, UPDATED = of_class("created.v1", 1), of_class("updated.v1", 2)
UNKNOWN = of_class("whatever.v9", 2, "exams")
KNOWN = of_class("updated.v1", 2, "exams", ce_id=b"another")
BROKEN = of_class("updated.v1", 2, "exams", ce_time=b"never", ce_source=None)


async def found(feed: Feed) -> dict[str, list[tuple[Any, ...]]]:
    """What became of the class, and of what was said of it elsewhere."""
    queries = {
        "class": "SELECT class_id, name, sequence FROM class",
        "letters": "SELECT reason, entity, key, sequence FROM dead_letters WHERE closed_as IS NULL",
        "behind": "SELECT key FROM waiting UNION ALL SELECT key FROM gaps UNION ALL "
        "SELECT key FROM incomplete UNION ALL SELECT key FROM sequence_conflicts",
        "passed over": "SELECT topic, type, events, subject FROM passed_over",
    }
    return {what: await feed.rows(query) for what, query in queries.items()}


async def test_in_whatever_order_topics_are_read_the_class_is_what_its_own_says(
    feed: Feed,
) -> None:
    orders = [
        order for order in itertools.permutations([CREATED, UPDATED, UNKNOWN, KNOWN, BROKEN])
        if order.index(CREATED) < order.index(UPDATED)
    ]  # fmt: skip
    for number, order in enumerate(orders):
        key = f"C-{number}"
        await feed.apply([_of(key, one) for one in order])
    assert await feed.rows("SELECT DISTINCT name, sequence FROM class") == [("name 2", 2)]
    assert await feed.rows("SELECT count(*) FROM class") == [(len(orders),)]
    result = await found(feed)
    assert result["letters"] == [("wrong_topic", None, None, None)] * 2 * len(orders)
    assert result["behind"] == []
    assert result["passed over"] == [("exams", "class.whatever.v9", len(orders), None)]


def _of(key: str, made: Any) -> Any:
    """The same of another class."""
    headers = tuple((n, key.encode() if n == "ce_subject" else v) for n, v in made.headers)
    value = made.value.replace(b"C-1", key.encode())
    return made._replace(key=key.encode(), value=value, headers=headers)


@pytest.mark.parametrize("act", ["retry", "discard"])
async def test_a_decision_about_such_a_letter_leaves_the_class_alone(
    settings: Settings, feed: Feed, model: ReadModel, act: str
) -> None:
    await feed.apply([KNOWN, BROKEN])
    await feed.apply([CREATED])
    async with operator(settings.require_database(), model) as hand:
        if act == "retry":
            done = await hand.retry([FIRST, SECOND], DECISION)
            assert [one.outcome for one in done.retried] == ["refused", "refused"]
        else:
            assert (await hand.discard([FIRST, SECOND], DECISION)).discarded == 2
    await feed.apply([UPDATED])
    result = await found(feed)
    assert result["class"] == [("C-1", "name 2", 2)]
    still_open = [("wrong_topic", None, None, None)] * 2 if act == "retry" else []
    assert (result["letters"], result["behind"]) == (still_open, [])
