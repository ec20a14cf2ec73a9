-- prepare_relay --
-- The limit of the relay's statements.
SELECT set_config('timezone', 'UTC', false), set_config('statement_timeout', %s, false);

-- limit_transactions --
-- A relay that is frozen within a transaction must not keep its rows from the next relay.
SELECT set_config('transaction_timeout', %s, false);

-- listen --
-- Has the relay woken by whoever has written into the outbox.
LISTEN {channel};

-- unpublished --
-- Never "above the last id": ids do not commit in their order. What a newer version wrote, of types
-- that are not known here, is left to that version, and so are events of the same subject behind it.
-- Wanted are the known ones without those of topics that have just failed.
SELECT o.id, o.event_id, o.type, o.subject, o.sequence, o.time, o.data::text
FROM (SELECT * FROM {schema}.outbox w
      WHERE w.published_at IS NULL AND w.type = ANY (%(wanted)s::text[])
      ORDER BY w.id OFFSET 0) AS o
-- As a value, and of rows that are in order, so that it is looked up by subject for those that are
-- returned: of NOT EXISTS PostgreSQL would make a list, and read all that is unpublished for it.
WHERE (SELECT true FROM {schema}.outbox u
       WHERE u.published_at IS NULL AND u.type <> ALL (%(known)s::text[]) AND u.id < o.id
         AND u.subject = o.subject AND split_part(u.type, '.', 1) = split_part(o.type, '.', 1)
       LIMIT 1) IS NULL
-- What Kafka has just refused, and what is behind it, waits a while.
AND (SELECT true FROM {schema}.outbox r
     WHERE r.published_at IS NULL AND r.id <= o.id
       AND r.refused_at > now() - make_interval(secs => %(refused)s)
       AND r.subject = o.subject AND split_part(r.type, '.', 1) = split_part(o.type, '.', 1)
     LIMIT 1) IS NULL
ORDER BY o.id
LIMIT %(limit)s;

-- unknown --
-- Types of unpublished events that are not known here, with how many there are.
SELECT o.type, count(*) FROM {schema}.outbox o
WHERE o.published_at IS NULL AND o.type <> ALL (%(known)s::text[])
GROUP BY o.type ORDER BY o.type;

-- mark_published --
-- Whoever marks first is right: any copy's offset is not below that of the event's first copy.
UPDATE {schema}.outbox o
SET published_at = now(), topic = p.topic, partition = p.partition, "offset" = p."offset"
FROM unnest(%(ids)s::bigint[], %(topics)s::text[], %(partitions)s::int[], %(offsets)s::bigint[])
    AS p(id, topic, partition, "offset")
WHERE o.id = p.id AND o.published_at IS NULL;

-- mark_refused --
-- Notes that Kafka does not take an event.
UPDATE {schema}.outbox o SET refused_at = now() WHERE o.id = %s;

-- prune --
-- A few at a time, the oldest first.
DELETE FROM {schema}.outbox o
WHERE o.id = ANY (ARRAY(
    SELECT p.id FROM {schema}.outbox p
    WHERE p.published_at < now() - make_interval(days => %(days)s)
    ORDER BY p.published_at
    LIMIT %(limit)s));

-- hold --
-- Takes or renews the relay's lease: one's own, one that has expired, or one whose holder's
-- connection is gone. No row, and nothing locked, where somebody else holds it.
UPDATE {schema}.relay r
SET holder = %(holder)s, expires_at = now() + make_interval(secs => %(seconds)s),
    backend_pid = pg_backend_pid(),
    backend_start = (SELECT a.backend_start FROM pg_stat_activity a
                     WHERE a.pid = pg_backend_pid())
WHERE r.holder IS NOT DISTINCT FROM %(holder)s OR r.expires_at < now() OR NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.pid = r.backend_pid
      AND (a.backend_start IS NULL OR a.backend_start = r.backend_start));

-- release --
UPDATE {schema}.relay r SET holder = NULL, expires_at = '-infinity' WHERE r.holder = %(holder)s;
