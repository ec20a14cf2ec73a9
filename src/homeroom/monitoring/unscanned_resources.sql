-- exist --
-- Whether the live generation knows resources.
SELECT to_regclass(format('%%I.unscanned_resources', %(generation)s::text)) IS NOT NULL;

-- count --
-- How many files nobody has scanned, and the age of the oldest in seconds.
SELECT count(*), greatest(0, coalesce(extract(epoch FROM now() - min(u.uploaded_at)), 0))::float8
FROM {table} u;
