-- end --
-- Ends a previous generation, unless a rollback has made it live since its state was read.
UPDATE homeroom.generation SET state = 'ended', keep_until = now()
WHERE name = %s AND state IN ('previous', 'ended')

-- hold_live --
-- Keeps the live generation live until the transaction ends.
SELECT schema FROM homeroom.live FOR SHARE

-- forget --
DELETE FROM homeroom.generation WHERE name = %s

-- readers --
-- Whose open transactions have used a table of a generation.
SELECT DISTINCT a.application_name, a.pid
FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation
JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'relation' AND l.granted AND a.pid <> pg_backend_pid()
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND c.relnamespace = to_regnamespace(quote_ident(%s))
ORDER BY a.pid

-- is_built --
-- Whether a rebuild has still to do with it.
SELECT EXISTS (SELECT FROM homeroom.rebuild WHERE generation = %s AND ended_at IS NULL)
