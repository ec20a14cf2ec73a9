-- unseen --
-- Subjects of which something was discarded that a generation has not seen.
SELECT DISTINCT entity, key FROM homeroom.discard
WHERE id > %(seen)s AND id <= %(newest)s AND entity IS NOT NULL;

-- places --
-- The first of the numbers of each subject that were discarded since, without those whose dead letter
-- says that the generation took them as discarded when they came.
SELECT entity, key, min(first_sequence) FROM homeroom.discard d
WHERE id > %(seen)s AND id <= %(newest)s AND entity IS NOT NULL AND NOT EXISTS (
    SELECT FROM dead_letters l
    WHERE (l.topic, l.partition, l."offset") = (d.topic, d.partition, d."offset")
      AND l.closed_as = 'discarded')
GROUP BY entity, key;

-- close --
-- Open dead letters that were discarded.
UPDATE dead_letters l SET closed_as = 'discarded', closed_at = now()
FROM homeroom.discard d
WHERE l.closed_as IS NULL AND d.id <= %(newest)s
  AND ((d.topic, d.partition, d."offset") = (l.topic, l.partition, l."offset")
       OR ((d.entity, d.key) = (l.entity, l.key)
           AND l.sequence BETWEEN d.first_sequence AND d.last_sequence));

-- not_applicable --
-- Records that PostgreSQL refused, and has not taken since.
SELECT topic, partition, "offset" FROM dead_letters
WHERE reason = 'not_applicable' AND closed_as IS DISTINCT FROM 'retried';

-- seen --
-- All discards up to one are carried out in a generation.
UPDATE homeroom.generation SET discards_seen = %s WHERE id = %s;

-- refused_elsewhere --
-- Subjects of which another generation has a record that PostgreSQL refused, and this one does not.
SELECT DISTINCT entity, key FROM {letters} o
WHERE reason = 'not_applicable' AND closed_as IS DISTINCT FROM 'retried' AND entity IS NOT NULL
  AND NOT EXISTS (SELECT FROM dead_letters l WHERE (l.topic, l.partition, l."offset")
                  = (o.topic, o.partition, o."offset"));

-- refuse --
-- Keeps the same records as dead letters.
INSERT INTO dead_letters (topic, partition, "offset", published_at, record_key, headers, value,
                          is_cut, reason, detail, entity, key, sequence, closed_as, closed_at)
SELECT topic, partition, "offset", published_at, record_key, headers, value, is_cut,
       reason, detail, entity, key, sequence, closed_as, closed_at
FROM {letters} WHERE reason = 'not_applicable' AND closed_as IS DISTINCT FROM 'retried'
ON CONFLICT DO NOTHING;
