"""All that a generation holds, to compare two generations of one log."""

from typing import Any

import psycopg
from psycopg.types.string import TextLoader

from homeroom.engine.generations.registry import enter

# What a batch writes beside a row depends on how the log was cut into batches.
# Nor does it say when a worker read a record.
HIDDEN = ("first_sequence", "mask", "read_at")
# Of these, only what does not depend on when somebody looked.
SHORTER = {
    "dead_letters": 'entity, key, sequence, topic, partition, "offset", closed_as IS NULL',
    "positions": "topic, partition, next_offset",
    # Which event of several partitions is the newest depends on which was read first.
    "passed_over": "topic, type, events",
}
COLUMNS = """
SELECT attrelid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relnamespace = %s::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
  AND NOT attname = ANY(%s)
GROUP BY attrelid
"""


def contents(database_url: str, generation: str = "") -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table of a generation, the live one unless named, by table."""
    with psycopg.connect(database_url) as connection:
        # As text: datetime has no infinity.
        connection.adapters.register_loader("timestamptz", TextLoader)
        row = connection.execute("SELECT schema FROM homeroom.live").fetchone()
        assert row is not None
        schema = generation or row[0]
        enter(connection, schema, for_session=True)
        tables = connection.execute(COLUMNS, (schema, list(HIDDEN))).fetchall()
        found = {}
        for table, columns in tables:
            if table != "plan":
                query = f"SELECT {SHORTER.get(table, columns)} FROM {table}"  # noqa: S608
                found[table] = sorted(connection.execute(query.encode()).fetchall(), key=repr)
        return found
