-- create --
-- Where subjects end: before this number, in sparse topics before this offset.
CREATE TABLE cuts (
    entity varchar(64) COLLATE "C",
    key varchar(200) COLLATE "C",
    ends_before bigint NOT NULL,
    PRIMARY KEY (entity, key)
)

-- drop --
DROP TABLE IF EXISTS {cuts}

-- read --
SELECT entity, key, ends_before FROM cuts

-- add --
INSERT INTO cuts AS c (entity, key, ends_before) VALUES (%s, %s, %s)
ON CONFLICT (entity, key) DO UPDATE SET ends_before = least(c.ends_before, excluded.ends_before)

-- held_back --
-- Numbers to which an event has come that is not applied, of some subjects of one entity.
SELECT key, sequence FROM waiting WHERE entity = %(entity)s AND key = ANY(%(keys)s::varchar[])
UNION ALL
SELECT key, sequence FROM dead_letters
WHERE entity = %(entity)s AND key = ANY(%(keys)s::varchar[])
  AND reason IN ('no_row', 'unknown_type', 'not_applicable')

-- remove_later --
-- Takes away what was kept back beyond the ends, and returns whose it was. Not in sparse topics:
-- there nothing waits, and what follows an end was never read in.
WITH waited AS (
    DELETE FROM waiting w USING cuts c
    WHERE (w.entity, w.key) = (c.entity, c.key) AND w.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
    RETURNING w.entity, w.key
), refused AS (
    DELETE FROM dead_letters l USING cuts c
    WHERE (l.entity, l.key) = (c.entity, c.key) AND l.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
    RETURNING l.entity, l.key
), conflicting AS (
    DELETE FROM sequence_conflicts s USING cuts c
    WHERE (s.entity, s.key) = (c.entity, c.key) AND s.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
)
SELECT entity, key FROM waited UNION SELECT entity, key FROM refused
