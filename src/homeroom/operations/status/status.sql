-- limit_statements --
-- A database that is too slow to answer counts as one that does not answer.
SELECT set_config('statement_timeout', %s, true);

-- holders --
-- Who has held a generation's positions for long, and whether its client is silent. Who waits for
-- a lock itself is not the first of those that hold everything up.
SELECT a.application_name, a.pid, extract(epoch FROM clock_timestamp() - a.xact_start)::float8,
       a.wait_event_type = 'Client'
FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE l.relation = to_regclass(%s) AND l.mode = 'RowShareLock' AND l.granted
  AND a.wait_event_type IS DISTINCT FROM 'Lock' AND a.pid <> pg_backend_pid()
  AND a.xact_start < clock_timestamp() - %s * interval '1 s'
ORDER BY a.xact_start;
