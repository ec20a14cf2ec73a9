-- limit --
SELECT set_config('transaction_timeout', %(milliseconds)s, false);

-- lock --
-- The lock of a generation, behind which nobody else writes until the transaction ends.
SELECT pg_advisory_xact_lock(%s);

-- look --
-- Behind the lock: whether any subject is incomplete, and the newest discard.
SELECT EXISTS (SELECT FROM incomplete), coalesce((SELECT max(id) FROM homeroom.discard), 0);

-- count_passed_over --
-- Counts events of a type that is not known, and notes the newest. Beyond so many types of a topic all
-- are counted as one.
INSERT INTO passed_over AS p (topic, type, events, subject, partition, "offset")
SELECT %(topic)s::varchar,
       CASE WHEN EXISTS (SELECT FROM passed_over k
                         WHERE k.topic = %(topic)s::varchar AND k.type = %(type)s::text)
              OR (SELECT count(*) FROM passed_over k
                  WHERE k.topic = %(topic)s::varchar) < %(types_max)s::integer
            THEN %(type)s::text ELSE %(other)s::text END,
       %(events)s::bigint, %(subject)s::varchar, %(partition)s::integer, %(offset)s::bigint
ON CONFLICT (topic, type) DO UPDATE SET
    events = p.events + excluded.events, subject = excluded.subject,
    partition = excluded.partition, "offset" = excluded."offset";

-- note_source --
-- Notes a source with its first record on a topic, unless it is known or the topic has too many.
INSERT INTO sources (topic, source, partition, "offset", published_at)
SELECT %(topic)s::varchar, %(source)s::text, %(partition)s::integer, %(offset)s::bigint,
       least(%(published_at)s::timestamptz, now())
WHERE (SELECT count(*) FROM sources s WHERE s.topic = %(topic)s::varchar) < %(sources_max)s::integer
ON CONFLICT DO NOTHING;
