-- rows_that_differ --
-- Key, row, and what it should be, of an entity in two generations.
SELECT {key}, to_jsonb(have), to_jsonb(should)
FROM (SELECT {columns} FROM {live} WHERE {chosen}) AS have
FULL JOIN (SELECT {columns} FROM {fresh} WHERE {chosen}) AS should USING ({keys})
WHERE have IS DISTINCT FROM should
ORDER BY 1
