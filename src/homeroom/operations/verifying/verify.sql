-- limit_time --
-- Ends the transaction at the time limit; 0 is none.
SELECT set_config('transaction_timeout', %s, true);

-- differing --
-- The chosen rows that are not what the definition says: their key, the row as it is, and the row as
-- it should be.
WITH have AS (SELECT * FROM {table} WHERE {chosen}),
     should AS (SELECT * FROM {definition} WHERE {chosen}),
     unexpected AS (TABLE have EXCEPT ALL TABLE should),
     missing AS (TABLE should EXCEPT ALL TABLE have)
SELECT {key}, to_jsonb(u), to_jsonb(m)
FROM unexpected u FULL JOIN missing m USING ({columns})
ORDER BY 1;

-- columns --
-- The columns of a definition, in their order.
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 ORDER BY attnum;
