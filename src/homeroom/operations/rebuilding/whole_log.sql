-- missing_numbers --
-- Numbers that one generation waits for and another one, which has read as far, does not; and first
-- events that one has and the other lacks. With how many there are in all.
WITH missing AS (
    SELECT g.entity, g.key, g.first_sequence AS first, g.last_sequence AS last
    FROM {fresh_gaps} g
    WHERE NOT EXISTS (
        SELECT FROM {live_gaps} l
        WHERE (l.entity, l.key) = (g.entity, g.key)
          AND l.first_sequence <= g.first_sequence AND l.last_sequence >= g.last_sequence)
    UNION ALL
    SELECT d.entity, d.key, 1, greatest(d.sequence - 1, 1)
    FROM {fresh_letters} d
    WHERE d.reason = 'no_row' AND d.closed_as IS NULL AND NOT EXISTS (
        SELECT FROM {live_letters} l
        WHERE (l.topic, l.partition, l."offset") = (d.topic, d.partition, d."offset"))
)
SELECT m.entity, m.key, m.first, m.last, count(*) OVER ()
FROM missing m WHERE m.entity = ANY(%(entities)s::varchar[])
ORDER BY m.entity, m.key, m.first LIMIT %(limit)s;

-- rows_of_nothing --
-- Rows of which another generation, which has read the log as far, has never seen an event that counts.
SELECT {key}, l.partition, l.last_offset
FROM {live} l LEFT JOIN {fresh} f USING ({keys})
WHERE f.sequence IS NULL
  AND l.partition IN (SELECT p.partition FROM {positions} p WHERE p.topic = %s)
LIMIT %s;
