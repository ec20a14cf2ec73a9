"""Tables that read topics, and views of their events."""

from collections.abc import Mapping

from homeroom.engine.catalog import Catalog
from homeroom.engine.decoding.envelope import STRUCTURED
from homeroom.flink.events import time_names, wire_names
from homeroom.flink.validity import instant, literal, matches, named, time_column

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

    ``_type``, ``_subject``, ``_sequence`` (padded), ``_time`` (see ``instant``), ``_published``,
    each field as text, and of times the instant (``time_column``). What is computed is made in an
    array of one row, which is unnested: else Flink would write the expressions into each place that
    reads them, and compute them there again.
    """
    content = "LOWER(COALESCE(CAST(s.`_headers`['content-type'] AS STRING), 'application/json'))"
    media = f"TRIM(SPLIT_INDEX({content}, ';', 0))"
    names = wire_names(catalog, topic)
    columns = {"_structured": f"({media} = {literal(STRUCTURED)})", "_media": media}
    columns |= {
        f"_{name}": f"CAST(s.`_headers`[{literal(f'ce_{name}')}] AS STRING)" for name in ATTRIBUTES
    }
    first = (
        f"SELECT s.`_key`, s.`_timestamp`, s.`data`, "
        f"{', '.join(f's.{named(n)}' for n in dict.fromkeys((*ATTRIBUTES, *names)))}, "
        f"{_listed('h', columns)}\nFROM {named(topic_table(topic))} AS s\n{_unnested('h', columns)}"
    )

    def attribute(name: str) -> str:
        return f"CASE WHEN t.`_structured` THEN t.{named(name)} ELSE t.{named(f'_{name}')} END"

    def field(name: str) -> str:
        return f"CASE WHEN t.`_structured` THEN t.`data`.{named(name)} ELSE t.{named(name)} END"

    digits = f"REGEXP_REPLACE({attribute('sequence')}, '\\.0+\\z', '')"
    number = f"TRY_CAST({digits} AS BIGINT)"
    computed = {
        "_type": attribute("type"),
        "_subject": attribute("subject"),
        "_sequence": f"LPAD(CAST({number} AS STRING), {SEQUENCE_DIGITS}, '0')",
        "_time": instant(attribute("time")),
        "_published": "CAST(t.`_timestamp` AS TIMESTAMP(3))",
        "_is_event": (
            f"t.`_key` = {attribute('subject')} AND {attribute('specversion')} = '1.0' "
            f"AND {_is_name(attribute('id'))} AND {_is_name(attribute('source'))} "
            f"AND {matches(digits, '^[0-9]+$')} AND {number} >= 1 "
            f"AND (t.`_structured` OR REGEXP(t.`_media`, {literal(_JSON)}))"
        ),
    }
    computed |= {time_column(name): instant(field(name)) for name in time_names(catalog, topic)}
    fields = ",\n  ".join(f"{field(name)} AS {named(name)}" for name in names)
    return (
        f"CREATE TEMPORARY VIEW {named(events_view(topic))} AS\nSELECT {_listed('e', computed)},\n"
        f"  {fields}\nFROM (\n{first}\n) AS t\n{_unnested('e', computed)}\n"
        "WHERE e.`_is_event` AND e.`_time` IS NOT NULL"
    )


def _listed(alias: str, columns: Mapping[str, str]) -> str:
    return ", ".join(f"{alias}.{named(name)}" for name in columns)


def _unnested(alias: str, columns: Mapping[str, str]) -> str:
    values, names = ",\n  ".join(columns.values()), ", ".join(map(named, columns))
    return f"CROSS JOIN UNNEST(ARRAY[ROW(\n  {values}\n)]) AS {alias} ({names})"


def _is_name(value: str) -> str:
    """Whether an id or a source is there. What was no UTF-8 has the character for it."""
    return f"{value} <> '' AND POSITION(U&'\\fffd' IN {value}) = 0"
