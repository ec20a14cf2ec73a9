-- projections --
-- The projections of a generation with the columns of their keys, in the order in which they were
-- made: a definition may read other projections, so they are made, and repaired, in this order.
SELECT left(c.relname, -4), array_agg(a.attname ORDER BY k.ordinality)
FROM pg_class c
JOIN pg_class t ON t.relnamespace = c.relnamespace AND t.relname = left(c.relname, -4)
JOIN pg_index i ON i.indrelid = t.oid AND i.indisprimary
CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, ordinality)
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'v' AND right(c.relname, 4) = '_def'
GROUP BY c.oid, c.relname
ORDER BY c.oid;

-- count --
-- How many rows were chosen.
SELECT count(*) FROM {table} WHERE {chosen};

-- rows_that_differ --
-- The chosen rows that differ between two tables: their key, the row as it is, and the row as it
-- should be.
SELECT {key}, to_jsonb(have), to_jsonb(should)
FROM (SELECT {columns} FROM {have} WHERE {chosen}) AS have
FULL JOIN (SELECT {columns} FROM {should} WHERE {chosen}) AS should USING ({keys})
WHERE have IS DISTINCT FROM should
ORDER BY 1;
