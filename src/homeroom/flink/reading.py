"""What the job tells of its reading: how far it is, what it could not read, who has a gap.

These are tables of every generation too (``engine/generations/tables.sql``), of which the job
writes the columns below, and ``unreadable`` (``tables.sql`` beside this file). A job waits for
nothing: it applies what comes behind a gap, and says of whom something is missing.
"""

from collections.abc import Mapping, Sequence

from homeroom.engine.catalog import Catalog, Entity
from homeroom.flink.entities import is_passed_over
from homeroom.flink.events import events_of
from homeroom.flink.kinds import ValueKind
from homeroom.flink.sources import events_view, raw_table
from homeroom.flink.validity import literal, moment, named, of_types

# By table: its key, and the kinds of its columns.
READING: Mapping[str, tuple[tuple[str, ...], Mapping[str, ValueKind]]] = {
    "positions": (
        ("topic", "partition"),
        {"topic": ValueKind.ID, "partition": ValueKind.INTEGER, "next_offset": ValueKind.BIGINT,
         "newest_time": ValueKind.TIME},
    ),
    "unreadable": (("topic",), {"topic": ValueKind.ID, "records": ValueKind.BIGINT}),
    "incomplete": (
        ("entity", "key"),
        {"entity": ValueKind.ID, "key": ValueKind.ID, "since": ValueKind.TIME,
         "has_row": ValueKind.BOOLEAN},
    ),
}  # fmt: skip


def create_reading(
    catalog: Catalog, topics: Sequence[str], entities: Sequence[Entity]
) -> dict[str, str]:
    """The views of these tables, by name; none of gaps where all topics are sparse."""
    views = {
        "positions": _positions(catalog, topics),
        "unreadable": _unreadable(catalog, topics),
        "incomplete": _incomplete(catalog, entities),
    }
    return {
        name: f"CREATE TEMPORARY VIEW {named(name)} AS\n{sql}"
        for name, sql in views.items() if sql
    }  # fmt: skip


def _positions(catalog: Catalog, topics: Sequence[str]) -> str:
    """The offset behind the newest record of each partition, and the newest time of an event.

    No event is newer than its record, whatever time its publisher gave it.
    """
    at = moment("`_time`")
    time = f"CASE WHEN `_counts` THEN LEAST({at}, CAST(`_published` AS STRING)) END"
    read = [
        f"SELECT {_topic(catalog, topic)}, `_partition`, `_offset`, {time} AS `_at` "
        f"FROM {named(events_view(topic))}\n"
        f"UNION ALL SELECT {_topic(catalog, topic)}, `_partition`, `_offset`, "
        f"CAST(NULL AS STRING) AS `_at` FROM {_no_json(topic)}"
        for topic in topics
    ]
    return (
        "SELECT `topic`, `_partition` AS `partition`, MAX(`_offset`) + 1 AS `next_offset`, "
        f"{_in_utc('MAX(`_at`)')} AS `newest_time` FROM (\n{_union(read)}\n"
        ") GROUP BY `topic`, `_partition`"
    )


def _unreadable(catalog: Catalog, topics: Sequence[str]) -> str:
    """How many records of each topic are no event."""
    read = [
        f"SELECT {_topic(catalog, topic)} FROM {named(events_view(topic))} WHERE NOT `_counts`\n"
        f"UNION ALL SELECT {_topic(catalog, topic)} FROM {_no_json(topic)}"
        for topic in topics
    ]
    return f"SELECT `topic`, COUNT(*) AS `records` FROM (\n{_union(read)}\n) GROUP BY `topic`"


def _incomplete(catalog: Catalog, entities: Sequence[Entity]) -> str:
    """The subjects of which a number or a creating event is missing; sparse ones have gaps anyway.

    Since when a gap is there takes an order to know. It is not before the subject's first event.
    """
    read = []
    for entity in entities:
        if entity.sparse:
            continue
        events = events_of(catalog, entity)
        known = of_types(e.name for e in events)
        made = of_types(e.name for e in events if e.type.creates)
        read.append(
            f"SELECT CAST({literal(entity.name)} AS STRING) AS `entity`, `_subject`, "
            "`_sequence`, `_published`, "
            f"CASE WHEN {made} THEN 1 END AS `_makes` FROM {named(events_view(entity.topic))} "
            f"WHERE `_counts` AND ({known} OR {is_passed_over(entity)})"
        )
    if not read:
        return ""
    return (
        "SELECT `entity`, `_subject` AS `key`, "
        f"{_in_utc('CAST(`_since` AS STRING)')} AS `since`, `_made` IS NOT NULL AS `has_row` "
        "FROM (\n"
        "SELECT `entity`, `_subject`, CAST(MAX(`_sequence`) AS BIGINT) AS `_last`, "
        "COUNT(DISTINCT `_sequence`) AS `_numbers`, MIN(`_published`) AS `_since`, "
        f"MAX(`_makes`) AS `_made` FROM (\n{_union(read)}\n"
        ") GROUP BY `entity`, `_subject`\n) WHERE `_last` <> `_numbers` OR `_made` IS NULL"
    )


def _topic(catalog: Catalog, topic: str) -> str:
    return f"CAST({literal(catalog.topic_prefix + topic)} AS STRING) AS `topic`"


def _no_json(topic: str) -> str:
    return f"{named(raw_table(topic))} WHERE (`_value` IS JSON OBJECT) IS NOT TRUE"


def _in_utc(moment_: str) -> str:
    return f"CONCAT({moment_}, '+00')"


def _union(selects: Sequence[str]) -> str:
    return "\nUNION ALL ".join(selects)
