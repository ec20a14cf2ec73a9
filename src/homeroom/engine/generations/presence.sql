-- announce --
-- Held by every worker with the same contract, until the session ends.
SELECT pg_advisory_lock_shared(%s, %s::integer);

-- is_there --
-- Whether anybody holds it. PostgreSQL shows the numbers without a sign.
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND classid = %(class)s
      AND objid::bigint = %(number)s::bigint & 4294967295 AND objsubid = 2
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database()));
