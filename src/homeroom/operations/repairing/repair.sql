-- readers --
-- These projections, and all that are derived from one of them.
WITH RECURSIVE reads AS (
    SELECT DISTINCT left(v.relname, -4) AS reader, t.relname AS source
    FROM pg_class v
    JOIN pg_rewrite r ON r.ev_class = v.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
    JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
    WHERE v.relkind = 'v' AND right(v.relname, 4) = '_def' AND t.relkind = 'r'
      AND v.relnamespace = t.relnamespace AND v.relnamespace = %s::regnamespace
), reached AS (
    SELECT unnest(%s::text[]) COLLATE "C" AS name
    UNION
    SELECT reads.reader FROM reached JOIN reads ON reads.source = reached.name
)
SELECT name FROM reached

-- find --
-- Stores the rows that differ: key, row, and the row as it should be.
CREATE TEMPORARY TABLE drift(key, have, should) ON COMMIT DROP AS {}

-- analyse --
-- Few rows are found by index, many by one pass.
ANALYZE drift

-- sample --
-- So many rows of the drift.
SELECT key, have, should FROM drift ORDER BY key LIMIT %s

-- record --
INSERT INTO homeroom.repair (generation, "table", key, before, after, by, why)
SELECT %s, %s, key, have - %s::text[], should - %s::text[], %s, %s FROM drift

-- exclude --
-- Excludes drift that has another cause.
DELETE FROM drift d USING {} e
WHERE e."table" = %s AND e.key = d.key AND e.should IS NOT DISTINCT FROM d.should

-- delete --
DELETE FROM {table} WHERE ({key}) IN (
    SELECT {key} FROM (SELECT r.* FROM drift d, jsonb_populate_record(NULL::{table}, d.have) AS r
                       WHERE d.have IS NOT NULL) AS gone)

-- insert --
INSERT INTO {table} SELECT (jsonb_populate_record(NULL::{table}, should || {defaults})).*
FROM drift WHERE should IS NOT NULL
