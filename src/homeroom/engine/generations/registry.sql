-- prepared --
-- Whether `homeroom migrate` has been here.
SELECT to_regclass('homeroom.generation') IS NOT NULL;

-- registered --
-- All generations, by name, and whether each has carried out all discards.
SELECT name, state, made_at, as_of, keep_until,
       discards_seen >= (SELECT coalesce(max(id), 0) FROM homeroom.discard)
FROM homeroom.generation ORDER BY name;

-- live_is_known --
-- Whether there is the table that names the live generation.
SELECT to_regclass('homeroom.live') IS NOT NULL;

-- live --
-- The schema of the live generation.
SELECT schema::text FROM homeroom.live;

-- stored_plan --
-- What a generation was made with, as JSON: generations of older versions have fewer columns.
SELECT to_jsonb(p) FROM {plan} p;

-- enter --
-- Bare names of tables mean those of a generation from now on, and times are in UTC: for the
-- transaction (`local`) or for the session. The temporary schema comes last, so that no temporary
-- table can shadow one of the generation's.
SELECT set_config('search_path', quote_ident(%(generation)s) || ', pg_temp', %(local)s),
       set_config('timezone', 'UTC', %(local)s);

-- enter_live --
-- The same for the live generation, in one round trip, until the transaction ends.
SELECT set_config('search_path', quote_ident(l.schema) || ', pg_temp', true),
       set_config('timezone', 'UTC', true)
FROM homeroom.live l;

-- live_is_fed_by_flink --
-- Whether the session is in a generation that Flink feeds: only such a one has this table. Every role
-- may ask.
SELECT to_regclass('unreadable') IS NOT NULL;

-- register --
-- A generation that has just been made.
INSERT INTO homeroom.generation (name, state, as_of, discards_seen)
VALUES (%s, %s, %s, (SELECT coalesce(max(id), 0) FROM homeroom.discard));

-- end_expired --
-- The previous generation is no longer kept once its time is over.
UPDATE homeroom.generation SET state = 'ended', keep_until = now()
WHERE state = 'previous' AND keep_until < now();

-- removable --
-- Generations that ended so long ago that their writers and readers have left them.
SELECT name FROM homeroom.generation
WHERE state = 'ended' AND keep_until < now() - interval '30 seconds';

-- forget --
-- Checks once more that the generation has ended: it may have become live since.
DELETE FROM homeroom.generation
WHERE name = %s AND state = 'ended' AND name NOT IN (SELECT schema FROM homeroom.live);
