-- indexes --
-- How many indexes a table has.
SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass

-- filled --
-- The tables of a generation that events fill.
SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT IN ('plan', 'positions')

-- begin_anew --
-- Nothing of the log is applied.
UPDATE positions SET next_offset = first_offset, newest_time = NULL, last_offset = NULL, last_digest = NULL
