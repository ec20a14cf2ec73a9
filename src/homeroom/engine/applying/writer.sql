-- limit --
SELECT set_config('transaction_timeout', %(milliseconds)s, false);

-- lock --
-- The lock of a generation, behind which nobody else writes until the transaction ends.
SELECT pg_advisory_xact_lock(%s);

-- look --
-- Behind the lock: whether any subject is incomplete, and the newest discard.
SELECT EXISTS (SELECT FROM incomplete), coalesce((SELECT max(id) FROM homeroom.discard), 0);
