-- discarded --
-- Incomplete subjects of which something was discarded, perhaps in another generation.
SELECT DISTINCT i.entity, i.key FROM incomplete i JOIN homeroom.discard d USING (entity, key)

-- close_discarded --
UPDATE dead_letters l SET closed_as = 'discarded', closed_at = now()
FROM homeroom.discard d
WHERE l.closed_as IS NULL
  AND ((d.topic, d.partition, d."offset") = (l.topic, l.partition, l."offset")
       OR ((d.entity, d.key) = (l.entity, l.key)
           AND l.sequence BETWEEN d.first_sequence AND d.last_sequence))
