-- put_dead_letter --
-- Keeps a dead letter. One that was retried and is refused again is open again.
INSERT INTO dead_letters (topic, partition, "offset", published_at, record_key, headers, value,
                          is_cut, reason, detail, entity, key, sequence, closed_as, closed_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, CASE WHEN %s THEN now() END)
ON CONFLICT (topic, partition, "offset") DO UPDATE SET
    reason = excluded.reason, detail = excluded.detail, entity = excluded.entity,
    key = excluded.key, sequence = excluded.sequence,
    closed_as = excluded.closed_as, closed_at = excluded.closed_at;

-- put_waiting --
-- Keeps an event that waits.
INSERT INTO waiting (topic, partition, "offset", published_at, record_key, headers, value,
                     entity, key, sequence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING;

-- bounds_of_waiting --
-- The first and the last number that waits of each of some subjects of one entity. Not of those with
-- an open dead letter behind them.
SELECT k.key, f.sequence, l.sequence
FROM unnest(%(keys)s::varchar[]) AS k(key)
CROSS JOIN LATERAL (SELECT w.sequence FROM waiting w WHERE w.entity = %(entity)s AND w.key = k.key
                    ORDER BY w.sequence LIMIT 1) AS f
CROSS JOIN LATERAL (SELECT w.sequence FROM waiting w WHERE w.entity = %(entity)s AND w.key = k.key
                    ORDER BY w.sequence DESC LIMIT 1) AS l
WHERE NOT EXISTS (SELECT FROM dead_letters d
                  WHERE d.closed_as IS NULL AND d.entity = %(entity)s AND d.key = k.key
                    AND d.sequence > l.sequence);

-- count_behind --
-- More events wait behind all gaps of a subject.
UPDATE gaps SET waiting = waiting + %(events)s, since = least(since, %(since)s)
WHERE entity = %(entity)s AND key = %(key)s;

-- note_older --
-- A subject is incomplete since the oldest of what waits; never later than it was read.
UPDATE incomplete SET since = least(since, %(since)s, now())
WHERE entity = %(entity)s AND key = %(key)s;

-- waiting_of --
-- The events that wait of some subjects of one entity; times in milliseconds since 1970.
SELECT key, sequence, topic, partition, "offset",
       (extract(epoch FROM published_at) * 1000)::bigint, record_key, value, headers
FROM waiting
WHERE entity = %s AND key = ANY(%s::varchar[])
ORDER BY key, sequence;

-- waiting_at --
-- The same of some places of one entity.
SELECT w.key, w.sequence, w.topic, w.partition, w."offset",
       (extract(epoch FROM w.published_at) * 1000)::bigint, w.record_key, w.value, w.headers
FROM unnest(%s::varchar[], %s::bigint[]) AS p(key, sequence)
JOIN waiting w ON w.entity = %s AND w.key = p.key AND w.sequence = p.sequence;

-- numbers_waiting --
-- The numbers of what waits of one subject.
SELECT sequence FROM waiting WHERE entity = %s AND key = %s ORDER BY sequence;

-- release --
-- Events of one subject that wait no longer.
DELETE FROM waiting WHERE entity = %s AND key = %s AND sequence = ANY(%s::bigint[]);

-- forget_waiting --
-- No events of some subjects of one entity wait.
DELETE FROM waiting WHERE entity = %s AND key = ANY(%s::varchar[]);

-- supersede --
-- Closes dead letters of one subject whose numbers an event has taken: an applied one (up to a
-- sequence), or one that waits.
UPDATE dead_letters SET closed_as = 'superseded', closed_at = now()
WHERE closed_as IS NULL AND entity = %s AND key = %s
  AND (sequence <= %s OR sequence = ANY(%s::bigint[]));

-- open_dead_letters --
-- The numbers of open dead letters of some subjects of one entity.
SELECT key, sequence FROM dead_letters
WHERE closed_as IS NULL AND entity = %s AND key = ANY(%s::varchar[]);

-- forget_gaps --
-- Some subjects of one entity have no gaps, until the present ones are noted.
DELETE FROM gaps WHERE entity = %s AND key = ANY(%s::varchar[]);

-- put_gap --
-- Notes a gap of one subject.
INSERT INTO gaps (entity, key, first_sequence, last_sequence, waiting, since)
VALUES (%s, %s, %s, %s, %s, %s);

-- forget_incomplete --
-- Some subjects of one entity are complete, until those that are not are noted.
DELETE FROM incomplete WHERE entity = %s AND key = ANY(%s::varchar[]);

-- note_incomplete --
-- Notes those of some subjects of one entity that have an open dead letter or a waiting event. Since
-- when is never later than the record was read, whatever time a publisher gave it. Each is looked up
-- by its key: a plan from when little waited would read all that waits.
INSERT INTO incomplete (entity, key, since, has_row)
SELECT o.entity, o.key, min(least(o.published_at, o.read_at)), a.has_row
FROM unnest(%(keys)s::varchar[], %(rows)s::boolean[]) AS a(key, has_row)
CROSS JOIN LATERAL (
    SELECT d.entity, d.key, d.published_at, d.read_at FROM dead_letters d
    WHERE d.closed_as IS NULL AND d.entity = %(entity)s AND d.key = a.key
    UNION ALL
    SELECT w.entity, w.key, w.published_at, w.read_at FROM waiting w
    WHERE w.entity = %(entity)s AND w.key = a.key
    OFFSET 0) AS o
GROUP BY o.entity, o.key, a.has_row;

-- incomplete_among --
-- Those of some subjects that are incomplete.
SELECT i.entity, i.key
FROM unnest(%s::varchar[], %s::varchar[]) AS a(entity, key)
JOIN incomplete i ON i.entity = a.entity AND i.key = a.key;

-- put_conflict --
-- Keeps an event whose number another event had before it.
INSERT INTO sequence_conflicts (entity, key, sequence, event_id, first_event_id, type, topic,
                                partition, "offset", published_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING;

-- put_subject_without_row --
-- Notes how far a subject without a row is.
INSERT INTO subjects_without_row AS r (entity, key, sequence) VALUES (%s, %s, %s)
ON CONFLICT (entity, key) DO UPDATE SET sequence = excluded.sequence;

-- forget_subjects_without_row --
-- Some subjects of one entity have a row from now on.
DELETE FROM subjects_without_row WHERE entity = %s AND key = ANY(%s::varchar[]);

-- tables --
-- The tables of a generation.
SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace(quote_ident(%s));

-- count --
-- Open dead letters, gaps and waiting events of a generation, at one moment.
SELECT (SELECT count(*) FROM {dead_letters} WHERE closed_as IS NULL),
       (SELECT count(*) FROM {gaps}),
       (SELECT count(*) FROM {waiting});
