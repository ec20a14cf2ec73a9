"""The statements that fold a whole log at once: every event staged as it is, then set-based.

The rules are those of ``fold`` and ``subjects``: of two events with one sequence the earlier in the
log counts, a row takes its events in the order of the sequence, each sets its columns. A subject
about which these statements are not sure (a hole, a letter, a first event that does not create,
events in two partitions, a discarded number) is *irregular*: it gets no row here, and its records
are read and applied once more as live ones are.
"""

from homeroom.engine.catalog import Entity

# irregular: subjects left to the live way; again: their records' places in the log;
# kept_apart: places of records that are no rows' (letters), with their subject where it is known.
TABLES = (
    'CREATE UNLOGGED TABLE load_positions (topic varchar(249) COLLATE "C", partition integer, '
    "start bigint NOT NULL, next_offset bigint NOT NULL, target bigint NOT NULL, "
    "PRIMARY KEY (topic, partition))",
    'CREATE UNLOGGED TABLE load_apart (entity varchar(64), key varchar(200) COLLATE "C", '
    'sequence bigint, topic varchar(249), partition integer, "offset" bigint, '
    '"time" timestamptz NOT NULL)',
    'CREATE UNLOGGED TABLE load_irregular (entity varchar(64), key varchar(200) COLLATE "C", '
    "PRIMARY KEY (entity, key))",
    'CREATE UNLOGGED TABLE load_again (topic varchar(249), partition integer, "offset" bigint)',
    "CREATE UNLOGGED TABLE load_done (step text PRIMARY KEY, newest_time timestamptz)",
)
# Beside the key and the columns. creates is null for an event that is passed over.
STAGED = ("sequence", "mask", "creates", "time", "partition", '"offset"')


def table(entity: Entity) -> str:
    """The name of an entity's staging table."""
    return f"load_{entity.name}"


def columns(entity: Entity) -> tuple[str, ...]:
    """The columns of the staging table, in the order in which rows are copied."""
    return (*entity.column_names, *STAGED)


def create(entity: Entity) -> str:
    """The staging table: a row for each event."""
    typed = ", ".join(f"{c.name} {c.sql_type}" for c in entity.key + entity.columns)
    return (
        f"CREATE UNLOGGED TABLE {table(entity)} ({typed}, sequence bigint NOT NULL, "
        'mask bigint NOT NULL, creates boolean, "time" timestamptz NOT NULL, '
        'partition integer NOT NULL, "offset" bigint NOT NULL)'
    )


def cut(entity: Entity) -> tuple[str, ...]:
    """Leaves out what is later than a moment (%s), and what follows it in its subject."""
    name, key = table(entity), ", ".join(entity.key_names)
    # In sparse topics the order is the log's.
    order = '"offset"' if entity.sparse else "sequence"
    same = " AND ".join(f"s.{c} = c.{c}" for c in entity.key_names)
    parts = ", ".join(f"split_part(key, '/', {i + 1})" for i in range(len(entity.key)))
    first_copies = (
        f'SELECT DISTINCT ON ({key}, sequence) {key}, sequence, "offset", "time" '
        f'FROM {name} ORDER BY {key}, sequence, partition, "offset"'
    )
    letters = (
        f'SELECT {parts}, sequence, "offset", "time" FROM load_apart '
        f"WHERE entity = '{entity.name}'"
    )
    return (
        f"CREATE TEMPORARY TABLE cuts ON COMMIT DROP AS SELECT {key}, min({order}) AS at "
        f'FROM (({first_copies}) UNION ALL {letters}) d WHERE "time" > %s GROUP BY {key}',
        f"DELETE FROM {name} s USING cuts c WHERE {same} AND s.{order} >= c.at",
        f"DELETE FROM load_apart a USING cuts c WHERE a.entity = '{entity.name}' "
        f"AND a.key = {_subject(entity, 'c')} AND a.{order} >= c.at",
    )


def fold(entity: Entity) -> tuple[str, ...]:
    """The statements, in their order, that turn the staged events into rows.

    Most subjects have one event; sorting is for the others only.
    """
    name, key = table(entity), ", ".join(entity.key_names)
    several = f"SELECT {key} FROM {name} GROUP BY {key} HAVING count(*) > 1"
    return (
        f"CREATE TEMPORARY TABLE several ON COMMIT DROP AS {several}",
        "ANALYZE several",
        f"CREATE TEMPORARY TABLE folded ON COMMIT DROP AS {_folded(entity)}",
        _note_irregular(entity),
        "ANALYZE load_irregular",
        _insert(entity),
        f'INSERT INTO load_again SELECT %s, s.partition, s."offset" FROM {name} s '
        f"JOIN load_irregular i ON i.entity = '{entity.name}' AND i.key = {_subject(entity, 's')}",
    )


def newest(entity: Entity) -> str:
    """The time of the newest event that was folded, after ``fold`` in its transaction."""
    return (
        f'SELECT greatest((SELECT max(s."time") FROM {table(entity)} s WHERE s.creates IS NOT NULL '
        f"AND {_alone(entity)} AND {_regular(entity, 's')}), "
        f"(SELECT max(f.newest) FROM folded f WHERE f.regular AND {_regular(entity, 'f')}))"
    )


def _subject(entity: Entity, alias: str) -> str:
    return " || '/' || ".join(f"{alias}.{column}" for column in entity.key_names)


def _alone(entity: Entity) -> str:
    """Whether a staged event is its subject's only one."""
    same = " AND ".join(f"v.{c} = s.{c}" for c in entity.key_names)
    return f"NOT EXISTS (SELECT FROM several v WHERE {same})"


def _regular(entity: Entity, alias: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM load_irregular i WHERE i.entity = '{entity.name}' "
        f"AND i.key = {_subject(entity, alias)})"
    )


def _starts(entity: Entity) -> str:
    """Whether a subject's only event makes its row."""
    return "coalesce(s.creates, false)" + ("" if entity.sparse else " AND s.sequence = 1")


def _folded(entity: Entity) -> str:
    """One row per subject with several events, and whether it is regular.

    Each column comes from the last event that set it: from the array of the subject's events, the
    one with the greatest number among those whose mask has the column's bit.
    """
    name, key = table(entity), ", ".join(entity.key_names)
    keys = ", ".join(f"s.{c}" for c in entity.key_names)
    masks = "".join(
        f", max(n) FILTER (WHERE mask & {1 << i} <> 0) AS n{i}" for i in range(len(entity.columns))
    )
    values = "".join(f", (events[n{i}]).{c.name}" for i, c in enumerate(entity.columns))
    if entity.sparse:
        taken = f"SELECT {keys}, s AS event FROM {name} s JOIN several USING ({key})"
        whole = "bool_and(rises)"
    else:
        taken = (
            f"SELECT DISTINCT ON ({keys}, s.sequence) {keys}, s AS event "
            f"FROM {name} s JOIN several USING ({key}) "
            f'ORDER BY {keys}, s.sequence, s.partition, s."offset"'
        )
        whole = "count(*) = max(sequence) AND min(sequence) = 1"
    numbered = (
        f"SELECT {key}, event, (event).sequence, (event).mask, (event).creates, "
        '(event)."time", (event).partition, (event)."offset", '
        f"row_number() OVER (PARTITION BY {key} ORDER BY (event).sequence) AS n, "
        f"coalesce((event).sequence > lag((event).sequence) OVER "
        f'(PARTITION BY {key} ORDER BY (event).partition, (event)."offset"), true) AS rises '
        f"FROM ({taken}) t"
    )
    typed = "FILTER (WHERE creates IS NOT NULL)"
    return (
        f"SELECT {key}{values}, sequence, partition, first_offset, last_offset, newest, "
        "coalesce(regular, false) AS regular "
        f"FROM (SELECT {key}, array_agg(event ORDER BY n) AS events{masks}, "
        "max(sequence) AS sequence, min(partition) AS partition, "
        f'min("offset") {typed} AS first_offset, max("offset") {typed} AS last_offset, '
        f'max("time") {typed} AS newest, '
        f"{whole} AND min(partition) = max(partition) "
        "AND bool_or(creates) FILTER (WHERE n = 1) AS regular "
        f"FROM ({numbered}) e GROUP BY {key}) g"
    )


def _note_irregular(entity: Entity) -> str:
    return (
        f"INSERT INTO load_irregular SELECT '{entity.name}', {_subject(entity, 's')} "
        f"FROM {table(entity)} s WHERE {_alone(entity)} AND NOT ({_starts(entity)}) "
        f"UNION ALL SELECT '{entity.name}', {_subject(entity, 'f')} FROM folded f "
        "WHERE NOT f.regular ON CONFLICT DO NOTHING"
    )


def _insert(entity: Entity) -> str:
    """``first_sequence`` and the mask say nothing of a row that is stored: any value will do."""
    names = ", ".join(entity.column_names)
    hidden = "sequence, first_sequence, mask, partition, first_offset, last_offset"
    return (
        f"INSERT INTO {entity.name} ({names}, {hidden}) "
        f'SELECT {names}, sequence, 1, mask, partition, "offset", "offset" '
        f"FROM {table(entity)} s WHERE {_alone(entity)} AND {_regular(entity, 's')} "
        f"UNION ALL SELECT {names}, sequence, 1, {entity.full_mask}, partition, first_offset, "
        f"last_offset FROM folded f WHERE f.regular AND {_regular(entity, 'f')}"
    )
