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
_MEDIA = (
    "TRIM(SPLIT_INDEX(LOWER(COALESCE(CAST(`_headers`['content-type'] AS STRING), "
    "'application/json')), ';', 0))"
)


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

    ``_type``, ``_subject``, ``_sequence`` (padded), ``_time``, ``_published``, ``_partition``,
    ``_offset``, each field as text, and ``_enveloped``: whether its attributes are an event's.
    Flink computes a UNION ALL by itself, once for all that read it; without one it would write each
    expression into all places that read it, and compute it there again.
    """
    headers = {name: f"CAST(`_headers`[{literal(f'ce_{name}')}] AS STRING)" for name in ATTRIBUTES}
    is_json = f"REGEXP({_MEDIA}, {literal(_JSON)})"
    binary = _mode(catalog, topic, headers, "", f"{_MEDIA} <> '{STRUCTURED}'", is_json)
    envelope = {name: named(name) for name in ATTRIBUTES}
    # There a number may be written as JSON does.
    envelope["sequence"] = "REGEXP_REPLACE(`sequence`, '\\.0+\\z', '')"
    structured = _mode(catalog, topic, envelope, "`data`.", f"{_MEDIA} = '{STRUCTURED}'", "TRUE")
    return (
        f"CREATE TEMPORARY VIEW {named(records_view(topic))} AS\n{binary}\nUNION ALL\n{structured}"
    )


def create_events(catalog: Catalog, topic: str) -> str:
    """The view of the same with ``_counts``: whether it is an event, of whatever type."""
    return (
        f"CREATE TEMPORARY VIEW {named(events_view(topic))} AS\n"
        f"SELECT *, {_counts(catalog, topic)} AS `_counts`\nFROM {named(records_view(topic))}"
    )


def _counts(catalog: Catalog, topic: str) -> str:
    """Whether a record is what its type says, or of a type that is passed over."""
    cases = []
    for entity in catalog.entities:
        if entity.topic == topic:
            events = events_of(catalog, entity)
            valid = f"({events_are_valid(events)}) IS TRUE"
            cases.append(f"WHEN {of_types(e.name for e in events)} THEN {valid}")
    return f"CASE WHEN (`_enveloped`) IS NOT TRUE THEN FALSE {' '.join(cases)} ELSE TRUE END"


def _mode(
    catalog: Catalog, topic: str, attributes: Mapping[str, str], within: str, condition: str,
    is_json: str,
) -> str:  # fmt: skip
    """The records of one mode; ``within``: where their fields are."""
    number = f"TRY_CAST({attributes['sequence']} AS BIGINT)"
    enveloped = (
        f"{is_json} AND {attributes['type']} <> ''\n"
        f"    AND `_key` = {attributes['subject']} AND {attributes['specversion']} = '1.0'\n"
        f"    AND {_is_name(attributes['id'])} AND {_is_name(attributes['source'])}\n"
        f"    AND {matches(attributes['sequence'], '^[0-9]+$')} AND {number} >= 1\n"
        f"    AND {is_time(attributes['time'])}"
    )
    columns = {
        "_type": attributes["type"],
        "_subject": attributes["subject"],
        "_sequence": f"LPAD(CAST({number} AS STRING), {SEQUENCE_DIGITS}, '0')",
        "_time": attributes["time"],
        "_published": "CAST(`_timestamp` AS TIMESTAMP(3))",
        "_partition": "`_partition`",
        "_offset": "`_offset`",
        "_enveloped": enveloped,
    }
    columns |= {name: within + named(name) for name in wire_names(catalog, topic)}
    selected = ",\n  ".join(f"{value} AS {named(name)}" for name, value in columns.items())
    return f"SELECT\n  {selected}\nFROM {named(topic_table(topic))}\nWHERE {condition}"


def _is_name(value: str) -> str:
    """Whether an id or a source is there. What was no UTF-8 has the character for it."""
    return f"{value} <> '' AND POSITION(U&'\\fffd' IN {value}) = 0"
