-- pages --
-- How large the tables of a generation are now; whether they were analyzed does not matter.
SELECT c.relname::text, coalesce(pg_relation_size(c.oid), 0) / current_setting('block_size')::bigint
FROM pg_class c
WHERE c.relnamespace = (SELECT n.oid FROM pg_namespace n WHERE n.nspname = %s) AND c.relkind = 'r';
