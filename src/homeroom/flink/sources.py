"""Tables that read topics, and views of their events."""

from collections.abc import Mapping

from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.envelope import STRUCTURED
from homeroom.flink.events import wire_names
from homeroom.flink.validity import instant, literal, matches, named

# In structured mode they stand beside the data.
ATTRIBUTES = ("specversion", "id", "source", "type", "time", "subject", "sequence")
# A number of up to 63 bits, written so that the order of the texts is that of the numbers.
SEQUENCE_DIGITS = 19
_JSON = r"^\s*(application|text)/([a-z0-9!#$&^_.+-]+\+)?json\s*\z"


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
    """The view of a topic's events, of both modes of CloudEvents, whatever their types.

    ``_type``, ``_subject``, ``_sequence`` (padded), ``_time`` (see ``instant``), ``_published``, and
    each field as text. The attributes are made in an array of one row, which is unnested: else Flink
    would write their expressions into each place that reads them, and compute them there again.
    """
    content = "LOWER(COALESCE(CAST(s.`_headers`['content-type'] AS STRING), 'application/json'))"
    media = f"TRIM(SPLIT_INDEX({content}, ';', 0))"
    structured = f"({media} = {literal(STRUCTURED)})"

    def attribute(name: str) -> str:
        header = f"CAST(s.`_headers`[{literal(f'ce_{name}')}] AS STRING)"
        return f"CASE WHEN {structured} THEN s.{named(name)} ELSE {header} END"

    digits = f"REGEXP_REPLACE({attribute('sequence')}, '\\.0+\\z', '')"
    number = f"TRY_CAST({digits} AS BIGINT)"
    fields = ",\n  ".join(
        f"CASE WHEN e.`_structured` THEN s.`data`.{named(name)} ELSE s.{named(name)} END "
        f"AS {named(name)}"
        for name in wire_names(catalog, topic)
    )
    return (
        f"CREATE TEMPORARY VIEW {named(events_view(topic))} AS\nSELECT e.`_type`, e.`_subject`, "
        "e.`_sequence`, e.`_time`, e.`_published`,\n"
        f"  {fields}\nFROM {named(topic_table(topic))} AS s\nCROSS JOIN UNNEST(ARRAY[ROW(\n  "
        f"{structured},\n  {attribute('type')},\n  {attribute('subject')},\n"
        f"  LPAD(CAST({number} AS STRING), {SEQUENCE_DIGITS}, '0'),\n"
        f"  {instant(attribute('time'))},\n  CAST(s.`_timestamp` AS TIMESTAMP(3)),\n"
        f"  s.`_key` = {attribute('subject')} AND {attribute('specversion')} = '1.0'\n"
        f"    AND {_is_name(attribute('id'))} AND {_is_name(attribute('source'))}\n"
        f"    AND {number} >= 1\n"
        f"    AND {matches(digits, '^[0-9]+$')}\n"
        f"    AND ({structured} OR REGEXP({media}, {literal(_JSON)}))\n"
        ")]) AS e (`_structured`, `_type`, `_subject`, `_sequence`, `_time`, `_published`, "
        "`_is_event`)\nWHERE e.`_is_event` AND e.`_time` IS NOT NULL"
    )


def _is_name(value: str) -> str:
    """Whether an id or a source is there. What was no UTF-8 has the character for it."""
    return f"{value} <> '' AND POSITION(U&'\\fffd' IN {value}) = 0"
