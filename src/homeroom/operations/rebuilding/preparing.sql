-- next_name --
-- One more than the greatest number that a generation has.
SELECT 'g' || lpad((1 + max(substr(nspname, 2)::integer))::text, 4, '0') FROM pg_namespace
WHERE nspname ~ '^g[0-9]{4,8}$'

-- letters_go_on --
-- New dead letters get ids beyond those that were copied.
SELECT setval(pg_get_serial_sequence('dead_letters', 'id'), coalesce(max(id), 1), count(*) > 0)
FROM dead_letters

-- shared_columns --
-- The columns that two tables have, the first of which may not be there.
SELECT a.attname FROM pg_attribute a JOIN pg_attribute b USING (attname)
WHERE a.attrelid = to_regclass(%s) AND b.attrelid = %s::regclass AND a.attnum > 0
  AND b.attnum > 0 AND NOT a.attisdropped
