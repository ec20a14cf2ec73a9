"""Which records count, and what of them: conditions and values in Flink's SQL.

The worker's decoder has every rule of docs/contract.md, "Events". What would stop the job or make a
wrong table is held here too; docs/flink.md names the rest. All that comes out of JSON is text:
``WireField`` by ``WireField`` it is checked, and written as PostgreSQL reads it.
"""

from collections.abc import Iterable, Sequence

from homeroom.flink.events import CHOICE, FlinkEvent, WireField
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
# Of leap seconds those of UTC alone. PostgreSQL's offsets end at 16 hours, and the first and the
# last year leave no room for any.
_CLOCK = r"[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?"
_TIME = (
    rf"^(?:(?!0000)\d{{4}}-\d\d-\d\d{_CLOCK}[Zz]"
    r"|(?!0000|9999)\d{4}-\d\d-\d\d[Tt]23:59:60(?:\.\d+)?[Zz]"
    rf"|(?!0000|0001|9999)\d{{4}}-\d\d-\d\d{_CLOCK}[+-](?:0\d|1[0-5]):[0-5]\d)\z"
)
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


def valid(field: WireField, value: str) -> str:
    """The condition that a field is as the contract says; ``value``: its text as SQL."""
    condition = _condition(field, value)
    return f"({value} IS NULL OR {condition})" if field.nullable else f"({condition})"


def text_of(field: WireField, value: str) -> str:
    """The text of a valid field as PostgreSQL and ``entities`` read it."""
    if field.kind in _DOUBLES:
        # As the worker's parser has it: the shortest text of the double.
        return f"CAST(TRY_CAST({value} AS DOUBLE) AS STRING)"
    if field.kind in _WHOLE:
        return f"CAST(CAST(TRY_CAST({value} AS DOUBLE) AS BIGINT) AS STRING)"
    if field.kind == "time":
        # The worker cuts after microseconds, and PostgreSQL would round.
        return f"REGEXP_REPLACE({value}, '(?<=\\.\\d{{6}})\\d+', '')"
    return value


def events_are_valid(events: Sequence[FlinkEvent]) -> str:
    """The condition that the data of these events of one entity are what their types say.

    Each field is looked at once, whichever types have it: Flink makes code of every condition.
    """
    types: dict[WireField, list[str]] = {}
    for event in events:
        for field in event.fields:
            types.setdefault(field, []).append(event.name)
    conditions = [
        valid(field, named(field.wire)) if len(names) == len(events)
        else f"(NOT {of_types(names)} OR {valid(field, named(field.wire))})"
        for field, names in types.items()
    ]  # fmt: skip
    parts = ", '/', ".join(named(name) for name in events[0].key)
    subject = f"CONCAT({parts})" if len(events[0].key) > 1 else parts
    conditions.append(f"{subject} = `_subject`")
    for event in events:
        if event.dated is not None:
            day = f"TRY_CAST({named(event.dated.wire)} AS DATE)"
            # A record without a time of publication has -1.
            conditions.append(
                f"(NOT {of_types([event.name])} "
                "OR `_published` < TIMESTAMP '1970-01-01 00:00:00' "
                f"OR TIMESTAMPDIFF(DAY, CAST(`_published` AS DATE), {day}) <= 1)"
            )
    return "\n    AND ".join(conditions)


def of_types(names: Iterable[str]) -> str:
    """Whether an event is of one of these types."""
    return f"`_type` IN ({', '.join(map(literal, names))})"


def is_time(value: str) -> str:
    """Whether a text is an RFC 3339 time that PostgreSQL reads as the worker does."""
    return (
        f"(REGEXP({value}, '{_TIME}') "
        f"AND TRY_CAST(SUBSTRING({value} FROM 1 FOR 10) AS DATE) IS NOT NULL)"
    )


def moment(value: str) -> str:
    """A time as a text in UTC whose order is that of time; ``value``: a valid one, or an infinity.

    A leap second is the second after the one before it.
    """
    day, clock = f"SUBSTRING({value} FROM 1 FOR 10)", f"SUBSTRING({value} FROM 12 FOR 8)"
    fraction = f"RPAD(COALESCE(REGEXP_EXTRACT({value}, '\\.(\\d{{1,6}})', 1), ''), 6, '0')"
    sign = f"SUBSTRING({value} FROM CHAR_LENGTH({value}) - 5 FOR 1)"
    hours = f"CAST(CONCAT({sign}, SUBSTRING({value} FROM CHAR_LENGTH({value}) - 4 FOR 2)) AS INT)"
    minutes = f"CAST(CONCAT({sign}, SUBSTRING({value} FROM CHAR_LENGTH({value}) - 1)) AS INT)"
    offset = f"CASE WHEN UPPER({value}) LIKE '%Z' THEN 0 ELSE {hours} * 60 + {minutes} END"
    local = f"TRY_CAST(CONCAT({day}, ' ', REPLACE({clock}, ':60', ':59')) AS TIMESTAMP(0))"
    seconds = f"CASE WHEN {clock} LIKE '%:60' THEN 1 ELSE 0 END - 60 * ({offset})"
    moved = f"CAST(CAST(TIMESTAMPADD(SECOND, {seconds}, {local}) AS TIMESTAMP(0)) AS STRING)"
    # Most times are whole seconds of UTC, and need none of that.
    plain = (
        f"CHAR_LENGTH({value}) = 20 AND UPPER(SUBSTRING({value} FROM 20)) = 'Z' "
        f"AND SUBSTRING({value} FROM 18 FOR 2) <> '60'"
    )
    return (
        f"CASE WHEN {plain} THEN CONCAT({day}, ' ', {clock}, '.000000') "
        f"WHEN {value} LIKE '%infinity' THEN {value} ELSE CONCAT({moved}, '.', {fraction}) END"
    )


def _condition(field: WireField, value: str) -> str:
    number = f"TRY_CAST({value} AS DOUBLE)"
    match field.kind:
        case "id":
            return matches(value, f"^{_ID}$")
        case "text":
            return f"CHAR_LENGTH({value}) <= {TEXT_MAX} AND POSITION({NUL} IN {value}) = 0"
        case "time":
            return is_time(value)
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
