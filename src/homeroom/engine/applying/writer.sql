-- limit --
SELECT set_config('transaction_timeout', %(milliseconds)s, false);

-- lock --
-- The lock of a generation, behind which nobody else writes until the transaction ends.
SELECT pg_advisory_xact_lock(%s);

-- look --
-- Behind the lock: whether any subject is incomplete, and the newest discard.
SELECT EXISTS (SELECT FROM incomplete), coalesce((SELECT max(id) FROM homeroom.discard), 0);

-- count_passed_over --
-- Counts events of a type that is not known, and notes the newest.
INSERT INTO passed_over AS p (topic, type, events, subject, partition, "offset")
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (topic, type) DO UPDATE SET
    events = p.events + excluded.events, subject = excluded.subject,
    partition = excluded.partition, "offset" = excluded."offset";
