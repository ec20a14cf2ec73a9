-- put_plan --
-- What the generation is made with.
INSERT INTO plan (fingerprint, contract, definitions) VALUES (%s, %s, %s);

-- float_column --
-- A column of a table that is a float.
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0
  AND atttypid IN ('float4'::regtype, 'float8'::regtype);

-- unknown_zone --
-- The first of these time zones that PostgreSQL does not know.
SELECT name FROM unnest(%s::text[]) AS name WHERE known_time_zone(name) <> name LIMIT 1;
