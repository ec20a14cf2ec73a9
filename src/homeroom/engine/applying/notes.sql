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
-- Notes a source with its first record on a topic, unless the topic has too many others. One row: 1
-- where the source is new.
INSERT INTO sources AS s (topic, source, published_at, partition, "offset")
SELECT given.topic, given.source, to_timestamp(given.milliseconds / 1000.0), given.partition,
       given."offset"
FROM (SELECT %s::varchar AS topic, %s::text AS source, %s::bigint AS milliseconds,
             %s::integer AS partition, %s::bigint AS "offset", %s::integer AS sources_max) AS given
WHERE EXISTS (SELECT FROM sources k WHERE (k.topic, k.source) = (given.topic, given.source))
   OR (SELECT count(*) FROM sources k WHERE k.topic = given.topic) < given.sources_max
ON CONFLICT (topic, source) DO UPDATE SET
    published_at = excluded.published_at, partition = excluded.partition,
    "offset" = excluded."offset"
WHERE (excluded.published_at, excluded.partition, excluded."offset")
    < (s.published_at, s.partition, s."offset")
RETURNING (xmax = 0)::integer;
