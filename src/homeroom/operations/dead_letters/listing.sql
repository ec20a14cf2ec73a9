-- dead_letters --
-- Every dead letter, in the columns that a gap has as well. Part of the statements below. What waits
-- behind it is counted by `waiting`, of what is shown alone.
SELECT concat_ws(':', topic, partition, "offset") AS id, topic, partition, "offset",
       record_key AS key, entity, l.key AS subject, sequence, sequence AS last_sequence,
       reason, detail, published_at AS since, NULL::bigint AS waiting, closed_as
FROM dead_letters l

-- gaps --
-- Every gap, in the same columns. Part of the statements below.
SELECT concat(entity, '/', key, '@', first_sequence) AS id,
       (SELECT min(w.topic) FROM waiting w WHERE w.entity = h.entity AND w.key = h.key) AS topic,
       NULL::integer AS partition, NULL::bigint AS "offset", NULL::bytea AS key, entity,
       key AS subject, first_sequence AS sequence, last_sequence, 'hole' AS reason,
       '' AS detail, since, waiting, NULL AS closed_as
FROM gaps h

-- kept --
-- Open dead letters and gaps, or closed dead letters. Part of the statements below.
SELECT * FROM ({dead_letters} WHERE (closed_as IS NULL) <> %(closed)s
               UNION ALL {gaps} WHERE NOT %(closed)s) AS kept
WHERE (%(reason)s::text IS NULL OR reason = %(reason)s)
  AND (%(topic)s::text IS NULL OR topic = %(topic)s)

-- list --
-- The oldest first; all where no limit is given.
{shown} FROM (SELECT * FROM ({kept}) AS found
              ORDER BY since, topic, partition, "offset", entity, subject, sequence
              LIMIT %(limit)s::bigint) AS k
ORDER BY since, topic, partition, "offset", entity, subject, sequence;

-- shown --
-- The columns of what is shown. Part of the statements around it.
SELECT k.id, k.topic, k.partition, k."offset", k.key, k.entity, k.subject, k.sequence,
       k.last_sequence, k.reason, k.detail, k.since,
       coalesce(k.waiting, (SELECT count(*) FROM waiting w WHERE w.entity = k.entity
                            AND w.key = k.subject AND w.sequence > k.sequence)) AS waiting,
       k.closed_as

-- count --
-- How many there are.
SELECT count(*) FROM ({kept}) AS k;

-- open --
-- The places of all open dead letters, or of those with one reason.
SELECT topic, partition, "offset" FROM dead_letters
WHERE closed_as IS NULL AND (%(reason)s::text IS NULL OR reason = %(reason)s);

-- one_dead_letter --
-- By the place of its record.
{shown} FROM ({dead_letters} WHERE (topic, partition, "offset") = (%s, %s, %s)) AS k;

-- one_gap --
-- By its subject and its first missing sequence number.
{gaps} WHERE (entity, key, first_sequence) = (%s, %s, %s);

-- waiting_behind --
-- The first hundred events that wait behind a place of a subject.
SELECT topic, partition, "offset", sequence FROM waiting
WHERE entity = %s AND key = %s AND sequence > %s ORDER BY sequence LIMIT 100;

-- content --
-- A dead letter's headers and value, and whether it is cut; in generations of layout 7 and before none
-- is.
SELECT headers, value, coalesce((to_jsonb(d) -> 'is_cut')::boolean, false) FROM dead_letters d
WHERE (topic, partition, "offset") = (%s, %s, %s);

-- history --
-- What operators did with a dead letter, the oldest first.
SELECT 'retried' AS what, at, by, why, outcome FROM homeroom.retry
WHERE (topic, partition, "offset") = (%(topic)s, %(partition)s, %(offset)s)
UNION ALL
SELECT 'discarded', at, by, why, '' FROM homeroom.discard
WHERE (topic, partition, "offset") = (%(topic)s, %(partition)s, %(offset)s)
ORDER BY at;

-- has_row --
-- Whether a subject that is incomplete has a row.
SELECT has_row FROM incomplete WHERE entity = %s AND key = %s;
