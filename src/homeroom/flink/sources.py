"""Tables that read topics, and views of their events."""

from collections.abc import Mapping

from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.envelope import STRUCTURED
from homeroom.flink.events import wire_names
from homeroom.flink.validity import is_time, literal, matches, named

# In structured mode they stand beside the data.
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
# A number of up to 63 bits, written so that the order of the texts is that of the numbers.
SEQUENCE_DIGITS = 19
_JSON = r"^\s*(application|text)/([a-z0-9!#$&^_.+-]+\+)?json\s*\z"

_MEDIA = (
    "TRIM(SPLIT_INDEX(LOWER(COALESCE(CAST(`_headers`['content-type'] AS STRING), "
    "'application/json')), ';', 0))"
)


def topic_table(topic: str) -> str:
    return f"_topic_{topic}"


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
    all_options = {
        "connector": "kafka", "topic": catalog.topic_prefix + topic,
        "key.format": "raw", "key.fields": "_key",
        "value.format": "json", "value.fields-include": "EXCEPT_KEY",
        "value.json.ignore-parse-errors": "true",
        # The other parser may lose its place after an error.
        "value.json.decode.json-parser.enabled": "false",
        "scan.startup.mode": "earliest-offset",
        # As the worker reads: what a publisher took back was never said.
        "properties.isolation.level": "read_committed",
    } | dict(options)  # fmt: skip
    return (
        f"CREATE TEMPORARY TABLE {named(topic_table(topic))} (\n"
        "  `_key` STRING,\n"
        "  `_headers` MAP<STRING, BYTES> METADATA FROM 'headers' VIRTUAL,\n"
        "  `_timestamp` TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,\n"
        f"  `data` ROW<{inner}>,\n  {outer}\n) WITH (\n  {options_sql(all_options)}\n)"
    )


def options_sql(options: Mapping[str, str]) -> str:
    return ",\n  ".join(f"{literal(name)} = {literal(value)}" for name, value in options.items())


def create_events(catalog: Catalog, topic: str) -> str:
    """The view of a topic's events, whatever their types: those in binary and in structured mode.

    ``_type``, ``_subject``, ``_sequence`` (padded), ``_time``, ``_published``, and each field as
    text. Flink computes a UNION ALL by
    itself, once for all that read it; without one it would write each expression into all places
    that read it, and compute it there again.
    """
    headers = {name: f"CAST(`_headers`[{literal(f'ce_{name}')}] AS STRING)" for name in ATTRIBUTES}
    binary = _mode(catalog, topic, headers, "", f"{_MEDIA} <> '{STRUCTURED}' AND REGEXP({_MEDIA}, "
                   f"{literal(_JSON)})")  # fmt: skip
    envelope = {name: named(name) for name in ATTRIBUTES}
    # There a number may be written as JSON does.
    envelope["sequence"] = "REGEXP_REPLACE(`sequence`, '\\.0+\\z', '')"
    structured = _mode(catalog, topic, envelope, "`data`.", f"{_MEDIA} = '{STRUCTURED}'")
    return (
        f"CREATE TEMPORARY VIEW {named(events_view(topic))} AS\n{binary}\nUNION ALL\n{structured}"
    )


def _mode(
    catalog: Catalog, topic: str, attributes: Mapping[str, str], within: str, condition: str
) -> str:
    """The events of one mode; ``within``: where their fields are."""
    number = f"TRY_CAST({attributes['sequence']} AS BIGINT)"
    columns = {
        "_type": attributes["type"],
        "_subject": attributes["subject"],
        "_sequence": f"LPAD(CAST({number} AS STRING), {SEQUENCE_DIGITS}, '0')",
        "_time": attributes["time"],
        "_published": "CAST(`_timestamp` AS TIMESTAMP(3))",
    }
    columns |= {name: within + named(name) for name in wire_names(catalog, topic)}
    selected = ",\n  ".join(f"{value} AS {named(name)}" for name, value in columns.items())
    return (
        f"SELECT\n  {selected}\nFROM {named(topic_table(topic))}\nWHERE {condition}\n"
        f"  AND `_key` = {attributes['subject']} AND {attributes['specversion']} = '1.0'\n"
        f"  AND {_is_name(attributes['id'])} AND {_is_name(attributes['source'])}\n"
        f"  AND {matches(attributes['sequence'], '^[0-9]+$')} AND {number} >= 1\n"
        f"  AND {is_time(attributes['time'])}"
    )


def _is_name(value: str) -> str:
    """Whether an id or a source is there. What was no UTF-8 has the character for it."""
    return f"{value} <> '' AND POSITION(U&'\\fffd' IN {value}) = 0"
