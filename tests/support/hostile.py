"""A database whose every default that could matter is another one than PostgreSQL's."""

import psycopg
from psycopg import sql

HOSTILE = {
    "datestyle": "German, DMY",
    "intervalstyle": "sql_standard",
    "timezone": "Asia/Kathmandu",
    "default_transaction_isolation": "repeatable read",
    "default_transaction_deferrable": "on",
    "search_path": "nowhere",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "standard_conforming_strings": "off",
    "quote_all_identifiers": "on",
    "array_nulls": "off",
    "transform_null_equals": "on",
    "row_security": "off",
    "xmloption": "document",
    "client_min_messages": "debug1",
    "client_encoding": "LATIN1",
    "statement_timeout": "9s",
    "lock_timeout": "8s",
    "transaction_timeout": "9500ms",
    "idle_in_transaction_session_timeout": "7s",
    "idle_session_timeout": "8500ms",
    "gin_fuzzy_search_limit": "1",
    "plan_cache_mode": "force_custom_plan",
}


def make_hostile(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        name = sql.Identifier(connection.info.dbname)
        for setting, value in HOSTILE.items():
            connection.execute(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    name, sql.Identifier(setting), sql.Literal(value)
                )
            )
