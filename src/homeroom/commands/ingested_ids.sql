-- prepare_session --
-- A transaction lasts until the brokers have the events or are given up; whoever brings one of them
-- meanwhile waits for it, so long.
SELECT set_config('jit', 'off', false),
       set_config('statement_timeout', '30s', false),
       set_config('transaction_timeout', '120s', false),
       set_config('lock_timeout', %(milliseconds)s, false);

-- claim --
-- Takes the ids that nobody has, or whose time is over; which these are. Whoever has one and has not
-- committed is waited for. All take them in one order, so nobody waits in a circle.
INSERT INTO homeroom.ingested_event AS e (service, identity, content, expires_at)
SELECT %(service)s, given.identity, given.content, now() + make_interval(secs => %(seconds)s)
FROM unnest(%(identities)s::bytea[], %(contents)s::bytea[]) AS given(identity, content)
ORDER BY given.identity
ON CONFLICT (service, identity) DO UPDATE
SET content = EXCLUDED.content, topic = NULL, partition = NULL, "offset" = NULL,
    expires_at = EXCLUDED.expires_at
WHERE e.expires_at <= now()
RETURNING e.identity;

-- known --
-- What is remembered of events that came before.
SELECT e.identity, e.content, e.topic, e.partition, e."offset"
FROM homeroom.ingested_event e
WHERE e.service = %(service)s AND e.identity = ANY (%(identities)s::bytea[])
  AND e.expires_at > now();

-- remember --
-- Where the brokers have events.
UPDATE homeroom.ingested_event e
SET topic = said.topic, partition = said.partition, "offset" = said."offset"
FROM unnest(%(identities)s::bytea[], %(topics)s::text[], %(partitions)s::integer[],
            %(offsets)s::bigint[]) AS said(identity, topic, partition, "offset")
WHERE e.service = %(service)s AND e.identity = said.identity;

-- prune --
-- Ids whose time is over; a few at a time, the oldest first. Those that somebody takes anew are left.
DELETE FROM homeroom.ingested_event e
WHERE (e.service, e.identity) IN (
    SELECT p.service, p.identity FROM homeroom.ingested_event p
    WHERE p.expires_at <= now()
    ORDER BY p.expires_at
    LIMIT %(limit)s
    FOR UPDATE SKIP LOCKED);
