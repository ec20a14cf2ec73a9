"""An entity as the maximum of what its events say.

The worker applies a subject's events in the order of their sequence. What it ends with is, column
by column, what the event with the greatest sequence says of those that set the column. So each
column is one maximum, of the sequence with as many digits as it may have and the value behind it. A
maximum is the same in any order and however often an event comes; it needs one value of state.
"""

from homeroom.engine.catalog import Catalog, Column, Entity
from homeroom.flink.events import FlinkEvent, Value, WireField, events_of
from homeroom.flink.kinds import ValueKind, of_sql_type
from homeroom.flink.sources import SEQUENCE_DIGITS, events_view
from homeroom.flink.validity import literal, matches, named, of_types, text_of

# Stands between the sequence and a value that is not null.
_MARK = "="
_VALUE_FROM = SEQUENCE_DIGITS + len(_MARK) + 1


def create_entity(catalog: Catalog, entity: Entity) -> str:
    """The view of an entity's rows."""
    events = events_of(catalog, entity)
    keys = ", ".join(named(name) for name in entity.key_names)
    wires = dict(zip(entity.key_names, events[0].key, strict=True))
    grouped = ", ".join(f"{named(wires[n])} AS {named(n)}" for n in entity.key_names)
    newest = ",\n    ".join(
        f"MAX({_with_sequence(column, events)}) AS {named(column.name)}"
        for column in entity.columns
    )
    made = of_types(e.name for e in events if e.type.creates)
    columns = [f"{_read(column)} AS {named(column.name)}" for column in entity.columns]
    outputs = ",\n  ".join([keys, *columns])
    newest = f",\n    {newest}" if newest else ""
    return (
        f"CREATE TEMPORARY VIEW {named(entity.name)} AS\nSELECT {outputs}\nFROM (\n"
        f"  SELECT {grouped},\n"
        f"    MAX(CASE WHEN {made} THEN 1 END) AS `_made`{newest}\n"
        f"  FROM {_applied(entity, events)}\n"
        f"  GROUP BY {', '.join(named(wires[n]) for n in entity.key_names)}\n"
        ") WHERE `_made` = 1"
    )


def _applied(entity: Entity, events: tuple[FlinkEvent, ...]) -> str:
    """The events of an entity that count."""
    known, view = of_types(e.name for e in events), named(events_view(entity.topic))
    if not entity.sparse:
        return f"{view}\n  WHERE {known} AND `_counts`"
    either = f"`_counts` AND ({known} OR {is_passed_over(entity)})"
    return f"{_rising(f'{view} WHERE {either}', events)} AND {known}"


def is_passed_over(entity: Entity) -> str:
    """Whether an event is about the entity, known type or not: it takes a number all the same.

    Where numbers have gaps nothing else tells that a later event came before it.
    """
    ids = "/".join("[A-Za-z0-9_-]{1,64}" for _ in entity.key)
    type_ = rf"^{entity.name}\.[A-Za-z0-9_.-]+$"
    return (
        f"(`_type` LIKE {literal(f'{entity.name}.%')} AND {matches('`_type`', type_)} "
        f"AND {matches('`_subject`', f'^{ids}$')})"
    )


def _rising(counted: str, events: tuple[FlinkEvent, ...]) -> str:
    """Of a sparse topic, in the order of its log: from the first event that creates, what rises."""
    order = "OVER (PARTITION BY `_subject` ORDER BY `_now`"
    so_far = f"{order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    made = of_types(e.name for e in events if e.type.creates)
    return (
        f"(\n    SELECT *, LAG(`_reached`) {order}) AS `_before` FROM (\n"
        f"      SELECT *, MAX(`_sequence`) {so_far} AS `_reached` FROM (\n"
        f"        SELECT * FROM (\n"
        f"          SELECT *, MAX(CASE WHEN {made} THEN 1 ELSE 0 END) {so_far} AS `_there` FROM (\n"
        f"            SELECT *, PROCTIME() AS `_now` FROM {counted}))\n"
        "        WHERE `_there` = 1)))\n  WHERE (`_before` IS NULL OR `_before` < `_reached`)"
    )


def _with_sequence(column: Column, events: tuple[FlinkEvent, ...]) -> str:
    """What an event says of a column, behind its sequence; null where it says nothing."""
    by_value: dict[str, list[str]] = {}
    for event in events:
        if column.name in event.sets:
            by_value.setdefault(_said(event.sets[column.name]), []).append(event.name)
    cases = " ".join(f"WHEN {of_types(n)} THEN {value}" for value, n in by_value.items())
    return f"CASE {cases} END"


def _said(value: WireField | Value) -> str:
    if isinstance(value, WireField):
        text = text_of(value, named(value.wire))
        if value.nullable:
            return f"CONCAT(`_sequence`, COALESCE(CONCAT('{_MARK}', {text}), ''))"
        return f"CONCAT(`_sequence`, '{_MARK}', {text})"
    if value.is_time:
        text = text_of(WireField("_time", "time", False), "`_time`")
        return f"CONCAT(`_sequence`, '{_MARK}', {text})"
    if value.constant is None:
        return "`_sequence`"
    constant = value.constant
    text = str(constant).lower() if isinstance(constant, bool) else str(constant)
    return f"CONCAT(`_sequence`, {literal(_MARK + text)})"


def _read(column: Column) -> str:
    """The value of a column, of Flink's type for its kind."""
    name = named(column.name)
    value = f"SUBSTRING({name} FROM {_VALUE_FROM})"
    is_there = f"SUBSTRING({name} FROM {SEQUENCE_DIGITS + 1} FOR 1) = '{_MARK}'"
    kind = of_sql_type(column.sql_type)
    if kind is ValueKind.BOOLEAN:
        value = f"{value} = 'true'"
    elif kind in (ValueKind.INTEGER, ValueKind.DOUBLE):
        value = f"CAST({value} AS {kind.flink})"
    empty = "" if column.empty is None else f" ELSE {str(column.empty).upper()}"
    return f"CASE WHEN {is_there} THEN {value}{empty} END"
