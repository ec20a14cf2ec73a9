-- add_command --
-- With those that the earlier ones rest on, each of which has all of its own already.
INSERT INTO homeroom.command (id, also)
SELECT %(command_id)s, ARRAY(
    SELECT unnest(%(also)s::uuid[])
    UNION
    SELECT unnest(c.also) FROM homeroom.command c WHERE c.id = ANY (%(also)s::uuid[]));

-- append --
-- What a command said, in its order: ids ascend within a subject, since the next number of a
-- subject is given only after the commit of the one before.
INSERT INTO homeroom.outbox (command_id, event_id, type, subject, sequence, time, data)
SELECT %(command_id)s, coalesce(e.event_id, uuidv7()::text), e.type, e.subject, e.sequence, e.time,
       e.data
FROM ROWS FROM (json_to_recordset(%(events)s::json)
         AS (event_id text, type text, subject text, sequence bigint, time timestamptz, data json))
     WITH ORDINALITY AS e
ORDER BY e.ordinality;

-- wake --
-- Heard by the relay when this transaction has committed.
NOTIFY homeroom_outbox;

-- prepare_relay --
-- The limits of the relay's statements and transactions: a relay that is frozen within a transaction
-- must not keep its rows from the next relay.
SELECT set_config('timezone', 'UTC', false), set_config('statement_timeout', %s, false),
       set_config('transaction_timeout', %s, false);

-- listen --
-- Has the relay woken by commands.
LISTEN homeroom_outbox;

-- unpublished --
-- Never "above the last id": ids do not commit in their order. What a newer version wrote, of types
-- that are not known here, is left to that version, and so are events of the same subject behind it.
SELECT o.id, o.event_id, o.type, o.subject, o.sequence, o.time, o.data::text
FROM homeroom.outbox o
WHERE o.published_at IS NULL AND o.type = ANY (%(known)s::text[]) AND NOT EXISTS (
    SELECT FROM homeroom.outbox u
    WHERE u.published_at IS NULL AND u.type <> ALL (%(known)s::text[]) AND u.id < o.id
      AND u.subject = o.subject AND split_part(u.type, '.', 1) = split_part(o.type, '.', 1))
-- What Kafka has just refused, and what is behind it, waits a while.
AND NOT EXISTS (
    SELECT FROM homeroom.outbox r
    WHERE r.published_at IS NULL AND r.id <= o.id
      AND r.refused_at > now() - make_interval(secs => %(refused)s)
      AND r.subject = o.subject AND split_part(r.type, '.', 1) = split_part(o.type, '.', 1))
ORDER BY o.id
LIMIT %(limit)s;

-- unknown --
-- Types of unpublished events that are not known here, with how many there are.
SELECT o.type, count(*) FROM homeroom.outbox o
WHERE o.published_at IS NULL AND o.type <> ALL (%(known)s::text[])
GROUP BY o.type ORDER BY o.type;

-- mark_published --
-- Whoever marks first is right: any copy's offset is not below that of the event's first copy.
UPDATE homeroom.outbox o
SET published_at = now(), topic = p.topic, partition = p.partition, "offset" = p."offset"
FROM unnest(%(ids)s::bigint[], %(topics)s::text[], %(partitions)s::int[], %(offsets)s::bigint[])
    AS p(id, topic, partition, "offset")
WHERE o.id = p.id AND o.published_at IS NULL;

-- mark_refused --
-- Notes that Kafka does not take an event.
UPDATE homeroom.outbox o SET refused_at = now() WHERE o.id = %s;

-- prune --
-- A few at a time, the oldest first.
DELETE FROM homeroom.outbox o
WHERE o.id = ANY (ARRAY(
    SELECT p.id FROM homeroom.outbox p
    WHERE p.published_at < now() - make_interval(days => %(days)s)
    ORDER BY p.published_at
    LIMIT %(limit)s));

-- hold --
-- Takes or renews the relay's lease: one's own, one that has expired, or one whose holder's
-- connection is gone. No row, and nothing locked, where somebody else holds it.
UPDATE homeroom.relay r
SET holder = %(holder)s, expires_at = now() + make_interval(secs => %(seconds)s),
    backend_pid = pg_backend_pid(),
    backend_start = (SELECT a.backend_start FROM pg_stat_activity a
                     WHERE a.pid = pg_backend_pid())
WHERE r.holder IS NOT DISTINCT FROM %(holder)s OR r.expires_at < now() OR NOT EXISTS (
    SELECT FROM pg_stat_activity a
    WHERE a.pid = r.backend_pid
      AND (a.backend_start IS NULL OR a.backend_start = r.backend_start));

-- waits_for --
-- What keeps the numbering from being level with the log, if the relay knows.
SELECT r.waits_for FROM homeroom.relay r;

-- release --
UPDATE homeroom.relay r SET holder = NULL, expires_at = '-infinity' WHERE r.holder = %(holder)s;

-- commands --
-- Which of these commands exist, and the other commands with events that their callers must see.
SELECT c.id, c.also FROM homeroom.command c WHERE c.id = ANY (%(commands)s);

-- published --
-- How far these commands' events reach in the log; a row without a topic for those that are not
-- there yet. What is pruned has long been published.
SELECT o.command_id, o.topic, o.partition, max(o."offset")
FROM homeroom.outbox o
WHERE o.command_id = ANY (%(commands)s)
GROUP BY o.command_id, o.topic, o.partition;
