"""Which records count, and what of them: conditions and values in Flink's SQL.

The worker's decoder has every rule of docs/contract.md, "Events". What would stop the job or make a
wrong table is held here too; docs/flink.md names the rest. All that comes out of JSON is text:
``Field`` by ``Field`` it is checked, and written as PostgreSQL reads it.
"""

from homeroom.flink.events import CHOICE, Field, FlinkEvent
from homeroom_kit import rfc3339
from homeroom_kit.contract.fields import (
    AMOUNT_PATTERN,
    CURRENCY_PATTERN,
    DAY_PATTERN,
    INT32_MAX,
    INT32_MIN,
)

NUL = "U&'\\0000'"
TEXT_MAX = 10_000
ITEMS_MAX = 1_000
_ID = "[A-Za-z0-9_-]{1,64}"
_DOUBLES = {"score", "marks", "marks above 0", "amount"}
_WHOLE = {"integer": INT32_MIN, "count": 0}


def literal(text: str) -> str:
    """A text as SQL."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """An identifier as Flink quotes it."""
    return "`" + name.replace("`", "``") + "`"


def matches(value: str, pattern: str) -> str:
    r"""Whether all of a text is of a pattern; Java's ``$`` matches before a last line break too."""
    return f"REGEXP({value}, {literal(pattern.replace('$', chr(92) + 'z'))})"


def valid(field: Field, value: str) -> str:
    """The condition that a field is as the contract says; ``value``: its text as SQL."""
    condition = _condition(field, value)
    return f"({value} IS NULL OR {condition})" if field.nullable else f"({condition})"


def text_of(field: Field, value: str) -> str:
    """The text of a valid field as PostgreSQL and ``entities`` read it."""
    if field.kind in _DOUBLES:
        # As the worker's parser has it: the shortest text of the double.
        return f"CAST(TRY_CAST({value} AS DOUBLE) AS STRING)"
    if field.kind in _WHOLE:
        return f"CAST(CAST(TRY_CAST({value} AS DOUBLE) AS BIGINT) AS STRING)"
    return instant(value) if field.kind == "time" else value


def event_is_valid(event: FlinkEvent) -> str:
    """The condition that an event's data is what its type says, and of its subject."""
    conditions = [valid(field, named(field.wire)) for field in event.fields]
    parts = ", '/', ".join(named(name) for name in event.key)
    subject = f"CONCAT({parts})" if len(event.key) > 1 else parts
    conditions.append(f"{subject} = `_subject`")
    if event.dated is not None:
        day = f"TRY_CAST({named(event.dated.wire)} AS DATE)"
        # A record without a time of publication has -1.
        conditions.append(
            "(`_published` < TIMESTAMP '1970-01-01 00:00:00' OR "
            f"TIMESTAMPDIFF(DAY, CAST(`_published` AS DATE), {day}) <= 1)"
        )
    return " AND ".join(conditions)


def instant(value: str) -> str:
    """An RFC 3339 time in UTC with six decimals, whose order as a text is that of time; or null."""
    zulu = r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:[0-5]\d(\.\d+)?[Zz]\z"
    day, clock = f"SUBSTRING({value} FROM 1 FOR 10)", f"SUBSTRING({value} FROM 12 FOR 8)"
    fraction = f"RPAD(COALESCE(REGEXP_EXTRACT({value}, '\\.(\\d{{1,6}})', 1), ''), 6, '0')"
    usual = f"CONCAT({day}, ' ', {clock}, '.', {fraction}, '+00')"
    # A leap second is taken as the second before it, and a second is added.
    second = f"REGEXP_REPLACE({clock}, ':60', ':59')"
    leap = f"CASE WHEN {clock} LIKE '%:60' THEN 1 ELSE 0 END"
    digits = r"([+-])(\d\d):(\d\d)\z"
    minutes = (
        f"COALESCE(CAST(CONCAT(REGEXP_EXTRACT({value}, '{digits}', 1), "
        f"REGEXP_EXTRACT({value}, '{digits}', 2)) AS INT) * 60 + "
        f"CAST(CONCAT(REGEXP_EXTRACT({value}, '{digits}', 1), "
        f"REGEXP_EXTRACT({value}, '{digits}', 3)) AS INT), 0)"
    )
    before = f"TIMESTAMPADD(MINUTE, -({minutes}), TRY_CAST(CONCAT({day}, ' ', {second}) AS TIMESTAMP(0)))"
    moved = f"CAST(CAST(TIMESTAMPADD(SECOND, {leap}, {before}) AS TIMESTAMP(0)) AS STRING)"
    is_leap = f"({clock} NOT LIKE '%:60' OR CAST({before} AS STRING) LIKE '%23:59:59%')"
    return (
        f"CASE WHEN NOT {matches(value, rfc3339.PATTERN)} OR TRY_CAST({day} AS DATE) IS NULL "
        f"THEN CAST(NULL AS STRING) WHEN REGEXP({value}, '{zulu}') THEN {usual} "
        f"WHEN {is_leap} AND REGEXP({moved}, '^(?!0000)\\d{{4}}-') "
        f"THEN CONCAT(SUBSTRING({moved} FROM 1 FOR 19), '.', {fraction}, '+00') END"
    )


def _condition(field: Field, value: str) -> str:
    number = f"TRY_CAST({value} AS DOUBLE)"
    match field.kind:
        case "id":
            return matches(value, f"^{_ID}$")
        case "text":
            return f"CHAR_LENGTH({value}) <= {TEXT_MAX} AND POSITION({NUL} IN {value}) = 0"
        case "time":
            return f"{instant(value)} IS NOT NULL"
        case "score":
            return f"{number} BETWEEN 0 AND 100"
        case "marks" | "marks above 0":
            least = "0.01" if "above" in field.kind else "0"
            within = f"{number} BETWEEN {least} AND {INT32_MAX}"
            return f"{within} AND ROUND({number}, 2) = {number}"
        case "integer" | "count":
            within = f"{number} BETWEEN {_WHOLE[field.kind]} AND {INT32_MAX}"
            return f"{within} AND FLOOR({number}) = {number}"
        case "amount":
            return matches(value, AMOUNT_PATTERN)
        case "currency":
            return matches(value, CURRENCY_PATTERN)
        case "day":
            return f"{matches(value, DAY_PATTERN)} AND TRY_CAST({value} AS DATE) IS NOT NULL"
        case "flag":
            return f"{value} IN ('true', 'false')"
        case "ids":
            item = f'"{_ID}"'
            return matches(value, rf"^\[({item}(,{item}){{0,{ITEMS_MAX - 1}}})?\]$")
        case "texts":
            return _of_texts(value, rf'^\[("(,"){{0,{ITEMS_MAX - 1}}})?\]$')
        case "flags":
            pair = '":(true|false)'
            return _of_texts(value, rf"^\{{({pair}(,{pair}){{0,{ITEMS_MAX - 1}}})?\}}$")
        case _:
            assert field.kind == CHOICE, field.kind
            return f"{value} IN ({', '.join(map(literal, field.choices))})"


def _of_texts(value: str, pattern: str) -> str:
    """Whether JSON has a shape, once each text in it is a quote, and no text in it has a NUL.

    What is escaped goes first: a pattern that skipped it would recurse, and Java's stack has an
    end.
    """
    unescaped = rf"REGEXP_REPLACE({value}, '\\.', '')"
    bare = f"REGEXP_REPLACE({unescaped}, '\"[^\"]*\"', '\"')"
    # An escaped backslash before a u is no escape.
    nul = rf"POSITION('\u0000' IN REPLACE({value}, '\\', ''))"
    return f"{matches(bare, pattern)} AND {nul} = 0"
