-- limit_time --
-- Ends the transaction at the time limit.
SELECT set_config('transaction_timeout', %s, true);

-- plan --
-- The definitions of the generation, and the time of the newest event applied.
SELECT definitions, (SELECT max(newest_time) FROM positions) FROM plan;

-- partitions --
-- All partitions that have a position.
SELECT topic, partition FROM positions ORDER BY topic, partition;

-- dead_letters --
-- Dead letters of some subjects that were not applied: all but the retried ones.
SELECT key, topic, partition, "offset" FROM dead_letters
WHERE entity = %s AND key = ANY(%s) AND closed_as IS DISTINCT FROM 'retried';

-- unapplied --
-- What is kept back of some subjects: open dead letters, gaps and waiting events, by number.
WITH subjects(entity, key) AS (SELECT * FROM unnest(%s::text[], %s::text[])),
unapplied AS (
    SELECT entity, key, 'dead_letter' AS what, concat_ws(':', topic, partition, "offset") AS id,
           sequence, sequence AS last_sequence, concat(reason, ': ', detail) AS detail
    FROM dead_letters WHERE closed_as IS NULL
    UNION ALL
    SELECT entity, key, 'gap', concat(entity, '/', key, '@', first_sequence), first_sequence,
           last_sequence, '' FROM gaps
    UNION ALL
    SELECT entity, key, 'waiting', concat_ws(':', topic, partition, "offset"), sequence, sequence, ''
    FROM waiting
)
SELECT u.* FROM subjects JOIN unapplied u USING (entity, key)
ORDER BY entity, key, sequence, what LIMIT %s;

-- closed --
-- Closed dead letters of a subject, by number, each with who closed it and why; nobody has where it
-- was superseded. A gap that was discarded has no place in the log.
SELECT concat_ws(':', l.topic, l.partition, l."offset"), l.sequence,
       concat(l.reason, ': ', l.detail), l.closed_as, l.closed_at, decided.by, decided.why
FROM dead_letters l
LEFT JOIN LATERAL (
    SELECT by, why, at FROM homeroom.retry r
    WHERE l.closed_as = 'retried' AND r.outcome <> 'refused'
      AND (r.topic, r.partition, r."offset") = (l.topic, l.partition, l."offset")
    UNION ALL
    SELECT by, why, at FROM homeroom.discard d
    WHERE l.closed_as = 'discarded'
      AND ((d.topic, d.partition, d."offset") = (l.topic, l.partition, l."offset")
           OR (d.entity, d.key) = (l.entity, l.key)
              AND l.sequence BETWEEN d.first_sequence AND d.last_sequence)
    ORDER BY at DESC LIMIT 1
) AS decided ON true
WHERE l.entity = %s AND l.key = %s AND l.sequence IS NOT NULL AND l.closed_as IS NOT NULL
ORDER BY l.sequence, l.closed_at LIMIT %s;

-- incomplete_below --
-- Incomplete subjects that a row rests on. `me` is its key.
SELECT i.entity, i.key
FROM incomplete i
CROSS JOIN (SELECT {key}) AS me
WHERE {condition};

-- columns --
-- The columns of a table or view, in order, and their types.
SELECT a.attname, format_type(a.atttypid, a.atttypmod)
FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
WHERE t.relnamespace = %s::regnamespace AND t.relname = %s AND a.attnum > 0
ORDER BY a.attnum;

-- tables --
-- Every table of a generation that has a key: its columns, the key's columns, and their types.
SELECT t.relname,
       (SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
        WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped),
       array_agg(k.attname ORDER BY o.ordinality),
       array_agg(format_type(k.atttypid, k.atttypmod) ORDER BY o.ordinality)
FROM pg_class t
JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS o(attnum, ordinality)
JOIN pg_attribute k ON k.attrelid = t.oid AND k.attnum = o.attnum
WHERE t.relnamespace = %s::regnamespace AND t.relkind = 'r'
GROUP BY t.oid, t.relname;
