-- announce --
-- Notes which entities a backfill will say.
INSERT INTO {schema}.backfill (name, entities) VALUES (%(name)s, %(entities)s)
ON CONFLICT (name) DO NOTHING;

-- lock_wait --
-- Who backfills gives way: a writer that holds a number is not made to wait for it.
SELECT set_config('lock_timeout', %s, true);

-- progress --
-- Where a backfill goes on. A second process of the same backfill waits here for the first.
SELECT b.after, b.entities FROM {schema}.backfill b WHERE b.name = %(name)s FOR NO KEY UPDATE;

-- first_page --
-- The first rows of a service's own statement, by their key.
SELECT source.*, ARRAY[{texts}] AS homeroom_kit_key
FROM ({select}) AS source
ORDER BY {key}
LIMIT %(limit)s;

-- next_page --
-- The rows behind a key.
SELECT source.*, ARRAY[{texts}] AS homeroom_kit_key
FROM ({select}) AS source
WHERE ({key}) > ({after})
ORDER BY {key}
LIMIT %(limit)s;

-- first_page_again --
-- The rows up to a key, as they are now.
SELECT source.*, ARRAY[{texts}] AS homeroom_kit_key
FROM ({select}) AS source
WHERE ({key}) <= ({last})
ORDER BY {key};

-- page_again --
-- The rows between two keys, as they are now.
SELECT source.*, ARRAY[{texts}] AS homeroom_kit_key
FROM ({select}) AS source
WHERE ({key}) > ({after}) AND ({key}) <= ({last})
ORDER BY {key};

-- lock_subjects --
-- Locks the numbers of subjects, in one order, and says which numbers these are. From here on
-- nobody says an event of them before this transaction ends.
INSERT INTO {schema}.subject AS s (entity, subject, sequence)
SELECT t.entity, t.subject, 0
FROM unnest(%(entities)s::text[], %(subjects)s::text[]) AS t(entity, subject)
ORDER BY t.entity, t.subject
ON CONFLICT (entity, subject) DO UPDATE SET sequence = s.sequence
RETURNING s.entity, s.subject, s.sequence;

-- advance --
UPDATE {schema}.backfill b
SET after = %(after)s, rows_read = b.rows_read + %(rows)s,
    events_said = b.events_said + %(events)s
WHERE b.name = %(name)s;

-- closing --
-- Waits for those who left something to this backfill, and are not done.
SELECT b.rows_read, b.events_said FROM {schema}.backfill b WHERE b.name = %(name)s FOR UPDATE;

-- finish --
-- From here on a subject begins with an event that creates it.
UPDATE {schema}.backfill b SET finished_at = coalesce(b.finished_at, now())
WHERE b.name = %(name)s;

-- not_found --
-- Subjects that were changed meanwhile, and that no row was about.
SELECT s.entity, s.subject FROM {schema}.subject s
WHERE s.sequence = 0 AND s.entity = ANY (%(entities)s)
ORDER BY s.entity, s.subject
LIMIT %(limit)s;

-- forget_subjects --
-- Numbers of subjects whose rows were gone when they were looked at again.
DELETE FROM {schema}.subject s
USING unnest(%(entities)s::text[], %(subjects)s::text[]) AS t(entity, subject)
WHERE s.entity = t.entity AND s.subject = t.subject AND s.sequence = 0;
