-- size --
-- Bytes of a generation's tables with their indexes.
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)
FROM pg_class c WHERE relnamespace = %s::regnamespace AND relkind = 'r'
