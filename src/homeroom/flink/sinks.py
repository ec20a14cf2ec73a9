"""Tables that write to PostgreSQL, and the statements that fill them.

Everything that has no type in Flink arrives as text, and PostgreSQL reads it as the column's type
(``stringtype=unspecified``). The connector takes no lists, so they arrive as literals of arrays.
"""

from collections.abc import Mapping

from homeroom.engine.planning.names import quoted
from homeroom.errors import NotForFlink
from homeroom.flink.kinds import ValueKind
from homeroom.flink.sources import options_sql
from homeroom.flink.validity import literal, named

# The connector writes names without quotes. PostgreSQL's reserved words (appendix C), without those
# that only the standard reserves.
_RESERVED = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
"""
RESERVED = frozenset(_RESERVED.split())
# The connector updates the columns besides the key, and writes no statement that is valid without
# any. Such a table gets one more.
THERE = "_there"
_NATIVE = (ValueKind.INTEGER, ValueKind.BIGINT, ValueKind.BOOLEAN)
# What JSON escapes besides quotes and backslashes, and a literal of an array does not.
_ESCAPES = {"\\b": 8, "\\t": 9, "\\n": 10, "\\f": 12, "\\r": 13}


def sink_table(name: str) -> str:
    return f"_sink_{name}"


def create_sink(
    schema: str, name: str, key: tuple[str, ...], columns: Mapping[str, ValueKind],
    options: Mapping[str, str],
) -> str:  # fmt: skip
    """The table that writes a relation; NotForFlink where the connector cannot.

    ``options``: of the JDBC connector, besides the name of the table.
    """
    for column in columns:
        if column in RESERVED:
            raise NotForFlink(
                f"The column {column} of {name}", "Flink's connector writes names without quotes, "
                "and this one is a reserved word of PostgreSQL", "Name the output otherwise.",
            )  # fmt: skip
    more = {} if set(columns) - set(key) else {THERE: ValueKind.BOOLEAN}
    types = ",\n  ".join(
        f"{named(column)} {kind.flink if kind in _NATIVE else 'STRING'}"
        for column, kind in {**columns, **more}.items()
    )
    all_options = {
        "connector": "jdbc", "table-name": f"{quoted(schema)}.{quoted(name)}", **options,
    }  # fmt: skip
    return (
        f"CREATE TEMPORARY TABLE {named(sink_table(name))} (\n  {types},\n"
        f"  PRIMARY KEY ({', '.join(map(named, key))}) NOT ENFORCED\n"
        f") WITH (\n  {options_sql(all_options)}\n)"
    )


def insert(name: str, key: tuple[str, ...], columns: Mapping[str, ValueKind]) -> str:
    """The statement that fills such a table."""
    values = [written(named(column), kind) for column, kind in columns.items()]
    if not set(columns) - set(key):
        values.append("TRUE")
    return f"INSERT INTO {named(sink_table(name))} SELECT {', '.join(values)} FROM {named(name)}"


def written(value: str, kind: ValueKind) -> str:
    """A value as PostgreSQL takes it."""
    if kind is ValueKind.DECIMAL:
        # Without the zeros behind the point: a number is written as the worker writes it.
        text = f"CAST({value} AS STRING)"
        short = f"REGEXP_REPLACE({text}, '\\.?0+\\z', '')"
        return f"CASE WHEN POSITION('.' IN {text}) > 0 THEN {short} ELSE {text} END"
    if kind is ValueKind.DOUBLE:
        return f"CAST({value} AS STRING)"
    if kind is ValueKind.DAYS:
        return f"CAST(TIMESTAMPADD(DAY, {value}, DATE '1970-01-01') AS STRING)"
    return array_literal(value) if kind.is_list else value


def array_literal(json: str) -> str:
    r"""A list in JSON as a literal of PostgreSQL's arrays (manual, 8.15.2).

    Both quote texts alike, and escape quotes and backslashes alike. Characters below the blank have
    other escapes in JSON and none in PostgreSQL. Escaped backslashes stand aside meanwhile, as a
    NUL, which no text holds: ``\\n`` is a backslash and an n.
    """
    inner = f"SUBSTRING({json} FROM 2 FOR CHAR_LENGTH({json}) - 2)"
    aside, backslashes = _character(0), literal("\\\\")
    mended = f"REPLACE({inner}, {backslashes}, {aside})"
    for escape, code in _ESCAPES.items():
        mended = f"REPLACE({mended}, {literal(escape)}, {_character(code)})"
    rare = mended
    for code in range(1, 32):
        if code not in _ESCAPES.values():
            rare = f"REPLACE({rare}, '\\u{code:04X}', {_character(code)})"
    mended = f"CASE WHEN POSITION('\\u00' IN {json}) > 0 THEN {rare} ELSE {mended} END"
    plain = f"CASE WHEN POSITION('\\' IN {json}) = 0 THEN {inner} ELSE "
    return f"CONCAT('{{', {plain}REPLACE({mended}, {aside}, {backslashes}) END, '}}')"


def _character(code: int) -> str:
    return f"U&'\\{code:04x}'"
