"""The statements that fold a whole log at once: every event staged as it is, then set-based.

The rules are those of ``fold`` and ``subjects``: of two events with one sequence the earlier in the
log counts, a row takes its events in the order of the sequence, each sets its columns. A subject
about which these statements are not sure (a hole, a letter, a first event that does not create,
events in two partitions, a discarded number) is *irregular*: it gets no row here, and its records
are read and applied once more as live ones are.
"""

from collections.abc import Iterable

from homeroom.engine.catalog import Entity, EventType

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
# Of one subject's events. Offsets are of those that set something.
_HIDDEN = (
    "max(sequence) AS sequence, min(partition) AS partition, "
    'min("offset") FILTER (WHERE creates IS NOT NULL) AS first_offset, '
    'max("offset") FILTER (WHERE creates IS NOT NULL) AS last_offset, '
    'max("time") FILTER (WHERE creates IS NOT NULL) AS newest'
)
# Beside the key, the sequence and the columns. creates is null for an event that is passed over.
BITS = 62
STAGED = ("mask", "creates", "time", "partition", '"offset"')


def table(entity: Entity) -> str:
    """The name of an entity's staging table."""
    return f"load_{entity.name}"


def columns(entity: Entity) -> tuple[str, ...]:
    """The columns of the staging table, in the order in which rows are copied."""
    return (*entity.key_names, "sequence", *(c.name for c in entity.columns), *STAGED)


def create(entity: Entity) -> str:
    """The staging table: a row for each event. Rows of one subject compare by their sequence."""
    key = ", ".join(f"{c.name} {c.sql_type}" for c in entity.key)
    typed = "".join(f"{c.name} {c.sql_type}, " for c in entity.columns)
    return (
        f"CREATE UNLOGGED TABLE {table(entity)} ({key}, sequence bigint NOT NULL, {typed}"
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


def fold(entity: Entity, event_types: Iterable[EventType]) -> tuple[str, ...]:
    """The statements, in their order, that turn the staged events into rows.

    ``event_types``: of the entity. One grouping does for nearly all subjects; those that it cannot
    vouch for are sorted.
    """
    name = table(entity)
    return (
        f"CREATE TEMPORARY TABLE grouped ON COMMIT DROP AS {_grouped(entity, event_types)}",
        f"CREATE TEMPORARY TABLE others ON COMMIT DROP AS "
        f"SELECT {', '.join(entity.key_names)} FROM grouped WHERE NOT regular",
        "ANALYZE others",
        f"CREATE TEMPORARY TABLE sorted ON COMMIT DROP AS {_sorted(entity)}",
        f"INSERT INTO load_irregular SELECT '{entity.name}', {_subject(entity, 'o')} "
        "FROM sorted o WHERE NOT o.regular ON CONFLICT DO NOTHING",
        "ANALYZE load_irregular",
        _insert(entity, event_types),
        f'INSERT INTO load_again SELECT %s, s.partition, s."offset" FROM {name} s '
        f"JOIN load_irregular i ON i.entity = '{entity.name}' AND i.key = {_subject(entity, 's')}",
    )


def newest(entity: Entity) -> str:
    """The time of the newest event that was folded, after ``fold`` in its transaction."""
    return (
        "SELECT greatest((SELECT max(g.newest) FROM grouped g WHERE g.regular "
        f"AND {_regular(entity, 'g')}), "
        f"(SELECT max(o.newest) FROM sorted o WHERE o.regular AND {_regular(entity, 'o')}))"
    )


def drop(entity: Entity) -> str:
    """Takes away what was staged, and what ``fold`` made of it."""
    return f"DROP TABLE grouped, others, sorted, {table(entity)}"


def _subject(entity: Entity, alias: str) -> str:
    return " || '/' || ".join(f"{alias}.{column}" for column in entity.key_names)


def _regular(entity: Entity, alias: str) -> str:
    return (
        f"NOT EXISTS (SELECT FROM load_irregular i WHERE i.entity = '{entity.name}' "
        f"AND i.key = {_subject(entity, alias)})"
    )


def _classes(entity: Entity, event_types: Iterable[EventType]) -> dict[int, list[int]]:
    """The entity's columns by the lowest of those that the same event types set."""
    masks = [t.mask for t in event_types if t.entity is entity]
    first: dict[tuple[bool, ...], int] = {}
    classes: dict[int, list[int]] = {}
    for i in range(len(entity.columns)):
        setters = tuple(bool(mask & 1 << i) for mask in masks)
        classes.setdefault(first.setdefault(setters, i), []).append(i)
    return classes


def _grouped(entity: Entity, event_types: Iterable[EventType]) -> str:
    """One row per subject: the last event that set each class of columns.

    Staged events compare by key, then sequence, so the greatest is the last. ``regular`` are those
    of which it is certain: as many events as numbers from 1 on, each of them there; 62 at most,
    which is as many as the bits of a bigint can tell.
    """
    name, key = table(entity), ", ".join(entity.key_names)
    last = "".join(
        f", max(ARRAY[s]) FILTER (WHERE mask & {1 << i} <> 0) AS e{i}"
        for i in _classes(entity, event_types)
    )
    if entity.sparse:
        certain = "count(*) = 1 AND bool_and(creates)"
    else:
        certain = (
            f"count(*) = max(sequence) AND max(sequence) <= {BITS} AND "
            f"bit_or(1::bigint << least(sequence, {BITS})::integer) "
            "= (~((-1)::bigint << (max(sequence)::integer + 1))) - 1 AND "
            "min(partition) = max(partition) AND bool_or(creates) FILTER (WHERE sequence = 1)"
        )
    return (
        f"SELECT {key}{last}, {_HIDDEN}, coalesce({certain}, false) AS regular "
        f"FROM {name} s GROUP BY {key}"
    )


def _sorted(entity: Entity) -> str:
    """One row for each other subject, and whether it is regular after all.

    Each column comes from the last event that set it: from the array of the subject's events, the
    one with the greatest number among those whose mask has the column's bit.
    """
    name, key = table(entity), ", ".join(entity.key_names)
    keys = ", ".join(f"s.{c}" for c in entity.key_names)
    masks = "".join(
        f", max(n) FILTER (WHERE mask & {1 << i} <> 0) AS n{i}" for i in range(len(entity.columns))
    )
    values = "".join(f", (events[n{i}]).{c.name}" for i, c in enumerate(entity.columns))
    others = f"others USING ({key})"
    if entity.sparse:
        taken = f"SELECT {keys}, s AS event FROM {name} s JOIN {others}"
        whole = "bool_and(rises)"
    else:
        taken = (
            f"SELECT DISTINCT ON ({keys}, s.sequence) {keys}, s AS event "
            f"FROM {name} s JOIN {others} "
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
    return (
        f"SELECT {key}{values}, sequence, partition, first_offset, last_offset, newest, "
        "coalesce(regular, false) AS regular "
        f"FROM (SELECT {key}, array_agg(event ORDER BY n) AS events{masks}, {_HIDDEN}, "
        f"{whole} AND min(partition) = max(partition) "
        "AND bool_or(creates) FILTER (WHERE n = 1) AS regular "
        f"FROM ({numbered}) e GROUP BY {key}) g"
    )


def _insert(entity: Entity, event_types: Iterable[EventType]) -> str:
    """``first_sequence`` and the mask say nothing of a row that is stored: any value will do."""
    names = ", ".join(entity.column_names)
    hidden = "sequence, first_sequence, mask, partition, first_offset, last_offset"
    kept = f"sequence, 1, {entity.full_mask}, partition, first_offset, last_offset"
    of_class = {i: first for first, of in _classes(entity, event_types).items() for i in of}
    keys = ", ".join(entity.key_names)
    values = "".join(f", (e{of_class[i]}[1]).{c.name}" for i, c in enumerate(entity.columns))
    return (
        f"INSERT INTO {entity.name} ({names}, {hidden}) "
        f"SELECT {keys}{values}, {kept} FROM grouped g "
        f"WHERE g.regular AND {_regular(entity, 'g')} "
        f"UNION ALL SELECT {names}, {kept} FROM sorted o "
        f"WHERE o.regular AND {_regular(entity, 'o')}"
    )
