"""Tables that read topics, and views of their events."""

from collections.abc import Mapping

from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.envelope import STRUCTURED
from homeroom.flink.events import events_of, wire_names
from homeroom.flink.validity import (
    events_are_valid,
    is_time,
    literal,
    matches,
    named,
    of_types,
)

# In structured mode they stand beside the data.
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
# A number of up to 63 bits, written so that the order of the texts is that of the numbers.
SEQUENCE_DIGITS = 19
_JSON = r"^\s*(application|text)/([a-z0-9!#$&^_.+-]+\+)?json\s*\z"

_PLACE = (
    "`_partition` INT METADATA FROM 'partition' VIRTUAL,\n"
    "  `_offset` BIGINT METADATA FROM 'offset' VIRTUAL"
)
_CONTENT = "COALESCE(CAST(`_headers`['content-type'] AS STRING), 'application/json')"
_MEDIA = f"TRIM(SPLIT_INDEX(LOWER({_CONTENT}), ';', 0))"
# What most publishers send, and is soon told.
_IS_PLAIN = f"{_CONTENT} = 'application/json'"
_NUMBER = "TRY_CAST(`_number` AS BIGINT)"


def topic_table(topic: str) -> str:
    return f"_topic_{topic}"


def raw_table(topic: str) -> str:
    return f"_raw_{topic}"


def records_view(topic: str) -> str:
    return f"_records_{topic}"


def events_view(topic: str) -> str:
    return f"_events_{topic}"


def create_topic(catalog: Catalog, topic: str, options: Mapping[str, str]) -> str:
    """The table of a topic's records: each field of JSON is text, and what is no JSON is left out.

    ``options``: of the Kafka connector, besides the topic and the formats.
    """
    fields = wire_names(catalog, topic)
    inner = ", ".join(f"{named(name)} STRING" for name in fields)
    names = dict.fromkeys((*ATTRIBUTES, *fields))
    outer = ",\n  ".join(f"{named(name)} STRING" for name in names)
    formats = {
        "key.format": "raw", "key.fields": "_key",
        "value.format": "json", "value.fields-include": "EXCEPT_KEY",
        "value.json.ignore-parse-errors": "true",
        # The other parser may lose its place after an error.
        "value.json.decode.json-parser.enabled": "false",
    }  # fmt: skip
    all_options = _options(catalog, topic, formats, options)
    return (
        f"CREATE TEMPORARY TABLE {named(topic_table(topic))} (\n"
        "  `_key` STRING,\n"
        "  `_headers` MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL,\n"
        "  `_timestamp` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,\n"
        f"  {_PLACE},\n"
        f"  `data` ROW<{inner}>,\n  {outer}\n) WITH (\n  {options_sql(all_options)}\n)"
    )


def create_raw(catalog: Catalog, topic: str, options: Mapping[str, str]) -> str:
    """The table of the same records as they are: the other one tells nothing of what is no JSON."""
    all_options = _options(catalog, topic, {"value.format": "raw"}, options)
    return (
        f"CREATE TEMPORARY TABLE {named(raw_table(topic))} (\n"
        f"  {_PLACE},\n  `_value` STRING\n) WITH (\n  {options_sql(all_options)}\n)"
    )


def _options(
    catalog: Catalog, topic: str, formats: Mapping[str, str], options: Mapping[str, str]
) -> dict[str, str]:
    return {
        "connector": "kafka", "topic": catalog.topic_prefix + topic, **formats,
        "scan.startup.mode": "earliest-offset",
        # As the worker reads: what a publisher took back was never said.
        "properties.isolation.level": "read_committed",
        **options,
    }  # fmt: skip


def options_sql(options: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{literal(name)} = {literal(value)}" for name, value in options.items())


def create_records(catalog: Catalog, topic: str) -> str:
    """The view of a topic's records that are JSON, in binary and in structured mode.

    The attributes, ``_number`` (the sequence), ``_published``, ``_partition``, ``_offset``, each
    field as text, and ``_is_json``: whether it says that it is JSON. Flink computes a UNION ALL by
    itself, once for all that read it; without one it would write each expression into all places
    that read it, and compute it there again.
    """
    headers = {name: f"CAST(`_headers`[{literal(f'ce_{name}')}] AS STRING)" for name in ATTRIBUTES}
    said = f"({_IS_PLAIN} OR REGEXP({_MEDIA}, {literal(_JSON)}))"
    is_binary = f"{_IS_PLAIN} OR {_MEDIA} <> '{STRUCTURED}'"
    binary = _mode(catalog, topic, headers, said, "", is_binary)
    envelope = {name: named(name) for name in ATTRIBUTES}
    # There a number may be written as JSON does.
    envelope["sequence"] = "REGEXP_REPLACE(`sequence`, '\\.0+\\z', '')"
    is_structured = f"NOT ({_IS_PLAIN}) AND {_MEDIA} = '{STRUCTURED}'"
    structured = _mode(catalog, topic, envelope, "TRUE", "`data`.", is_structured)
    return (
        f"CREATE TEMPORARY VIEW {named(records_view(topic))} AS\n{binary}\nUNION ALL\n{structured}"
    )


def create_events(catalog: Catalog, topic: str) -> str:
    """The view of the same with ``_sequence``, padded, and ``_counts``: whether it is an event.

    An event is of whatever type.
    """
    columns = ("_type", "_subject", "_time", "_published", "_partition", "_offset",
               *wire_names(catalog, topic))  # fmt: skip
    return (
        f"CREATE TEMPORARY VIEW {named(events_view(topic))} AS\n"
        f"SELECT {', '.join(map(named, columns))},\n"
        f"  LPAD(CAST({_NUMBER} AS STRING), {SEQUENCE_DIGITS}, '0') AS `_sequence`,\n"
        f"  {_counts(catalog, topic)} AS `_counts`\nFROM {named(records_view(topic))}"
    )


def _counts(catalog: Catalog, topic: str) -> str:
    """Whether a record is what its type says, or of a type that is passed over."""
    enveloped = (
        "`_is_json` AND `_type` <> '' AND `_key` = `_subject` AND `_specversion` = '1.0'\n"
        f"    AND {_is_name('`_id`')} AND {_is_name('`_source`')}\n"
        f"    AND {matches('`_number`', '^[0-9]+$')} AND {_NUMBER} >= 1\n"
        f"    AND {is_time('`_time`')}"
    )
    cases = []
    for entity in catalog.entities:
        if entity.topic == topic:
            events = events_of(catalog, entity)
            valid = f"({events_are_valid(events)}) IS TRUE"
            cases.append(f"WHEN {of_types(e.name for e in events)} THEN {valid}")
    return f"CASE WHEN ({enveloped}) IS NOT TRUE THEN FALSE {' '.join(cases)} ELSE TRUE END"


def _mode(
    catalog: Catalog, topic: str, attributes: Mapping[str, str], is_json: str, within: str,
    condition: str,
) -> str:  # fmt: skip
    """The records of one mode; ``within``: where their fields are."""
    columns = {
        "_key": "`_key`",
        "_type": attributes["type"],
        "_subject": attributes["subject"],
        "_number": attributes["sequence"],
        "_time": attributes["time"],
        "_specversion": attributes["specversion"],
        "_id": attributes["id"],
        "_source": attributes["source"],
        "_is_json": is_json,
        "_published": "CAST(`_timestamp` AS TIMESTAMP(3))",
        "_partition": "`_partition`",
        "_offset": "`_offset`",
    }
    columns |= {name: within + named(name) for name in wire_names(catalog, topic)}
    selected = ",\n  ".join(f"{value} AS {named(name)}" for name, value in columns.items())
    return f"SELECT\n  {selected}\nFROM {named(topic_table(topic))}\nWHERE {condition}"


def _is_name(value: str) -> str:
    """Whether an id or a source is there. What was no UTF-8 has the character for it."""
    return f"{value} <> '' AND POSITION(U&'\\fffd' IN {value}) = 0"
