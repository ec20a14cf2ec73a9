-- rows_that_differ --
-- The rows of an entity that differ between two generations: key, live row, fresh row.
SELECT {key}, to_jsonb(have), to_jsonb(should)
FROM (SELECT {columns} FROM {live} WHERE {chosen}) AS have
FULL JOIN (SELECT {columns} FROM {fresh} WHERE {chosen}) AS should USING ({keys})
WHERE have IS DISTINCT FROM should
ORDER BY 1
