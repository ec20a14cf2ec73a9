-- open_dead_letters --
-- The records of the requested dead letters that are open, in log order, and before each those of the
-- same number: a fold of the log takes the first that it can read.
WITH requested AS (
    SELECT * FROM unnest(%s::varchar[], %s::integer[], %s::bigint[]) AS r(topic, partition, "offset")
), wanted AS (
    TABLE requested
    UNION
    SELECT e.topic, e.partition, e."offset"
    FROM requested
    JOIN dead_letters l USING (topic, partition, "offset")
    JOIN dead_letters e ON e.closed_as IS NULL AND (e.entity, e.key) = (l.entity, l.key)
     AND (e.topic, e.partition, e.sequence) = (l.topic, l.partition, l.sequence)
     AND e."offset" < l."offset"
)
SELECT is_cut, l.topic, l.partition, l."offset",
       (extract(epoch FROM published_at) * 1000)::bigint, record_key, value, headers
FROM dead_letters l
JOIN wanted USING (topic, partition, "offset")
WHERE closed_as IS NULL
ORDER BY l.topic, l.partition, l."offset";

-- close --
-- Closes a dead letter; it stays listed as closed.
UPDATE dead_letters SET closed_as = %s, closed_at = now()
WHERE (topic, partition, "offset") = (%s, %s, %s);

-- record_retry --
-- Records a retry with its outcome: refused again, waiting behind a gap, or applied.
INSERT INTO homeroom.retry (entity, key, first_sequence, last_sequence, topic, partition, "offset",
                            by, why, outcome)
SELECT entity, key, sequence, sequence, topic, partition, "offset", %(by)s, %(why)s,
       CASE WHEN closed_as IS NULL THEN 'refused'
            WHEN EXISTS (SELECT FROM waiting w WHERE (w.topic, w.partition, w."offset")
                         = (l.topic, l.partition, l."offset")) THEN 'waiting'
            ELSE 'applied' END
FROM dead_letters l
WHERE (topic, partition, "offset") = (%(topic)s, %(partition)s, %(offset)s)
RETURNING outcome, (SELECT detail FROM dead_letters l WHERE (topic, partition, "offset")
                    = (%(topic)s, %(partition)s, %(offset)s));

-- close_discarded --
-- Closes all dead letters of discarded numbers. Of a number that was published twice there are two,
-- and in the next generation the discard closes both.
UPDATE dead_letters SET closed_as = 'discarded', closed_at = now()
WHERE closed_as IS NULL AND (entity, key) = (%s, %s) AND sequence BETWEEN %s AND %s;

-- set_detail --
-- The reason why a dead letter that was retried is refused now.
UPDATE dead_letters SET detail = %s WHERE (topic, partition, "offset") = (%s, %s, %s);

-- place_of_dead_letter --
-- The place of a dead letter in its subject.
SELECT entity, key, sequence, sequence, topic, partition, "offset", closed_as FROM dead_letters
WHERE (topic, partition, "offset") = (%s, %s, %s);

-- places_of_gap --
-- The places of a gap in its subject.
SELECT entity, key, first_sequence, last_sequence, NULL, NULL::integer, NULL::bigint, NULL
FROM gaps WHERE (entity, key, first_sequence) = (%s, %s, %s);

-- discard --
-- The durable decision that a place in a subject is an empty event, in every generation.
INSERT INTO homeroom.discard (entity, key, first_sequence, last_sequence, topic, partition,
                              "offset", by, why)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s);

-- count_kept_back --
-- How many events wait, and the number of the newest dead letter.
SELECT (SELECT count(*) FROM waiting), (SELECT coalesce(max(id), 0) FROM dead_letters);

-- count_new --
-- Open dead letters above a number.
SELECT count(*) FROM dead_letters WHERE id > %s AND closed_as IS NULL;
