-- columns --
-- A table's columns with their types, without the one that a table may have for Flink's connector.
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attname <> '_there'
ORDER BY attnum

-- rows_that_differ --
-- The first rows that differ, with how many are gone, are new, and differ in all.
SELECT {key}, to_jsonb(a), to_jsonb(b), count(*) FILTER (WHERE b IS NULL) OVER (),
       count(*) FILTER (WHERE a IS NULL) OVER (), count(*) OVER ()
FROM (SELECT {columns} FROM {before}) a FULL JOIN (SELECT {columns} FROM {after}) b USING ({keys})
WHERE a IS DISTINCT FROM b
ORDER BY {keys} LIMIT {limit}
