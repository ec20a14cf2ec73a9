-- next_name --
-- A name that no generation has had: a writer that was away for long may still believe in it.
SELECT 'g' || lpad(number, greatest(4, length(number)), '0')
FROM CAST(nextval('homeroom.generation_number') AS text) AS number

-- expected_name --
-- The same without taking it.
SELECT 'g' || lpad(number, greatest(4, length(number)), '0')
FROM (SELECT (last_value + is_called::integer)::text AS number FROM homeroom.generation_number)

-- letters_go_on --
-- New dead letters get ids beyond those that were copied.
SELECT setval(pg_get_serial_sequence('dead_letters', 'id'), coalesce(max(id), 1), count(*) > 0)
FROM dead_letters

-- shared_columns --
-- The columns that two tables have, the first of which may not be there.
SELECT a.attname FROM pg_attribute a JOIN pg_attribute b USING (attname)
WHERE a.attrelid = to_regclass(%s) AND b.attrelid = %s::regclass AND a.attnum > 0
  AND b.attnum > 0 AND NOT a.attisdropped
