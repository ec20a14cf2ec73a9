-- create --
-- Where subjects end: before this number, in sparse topics before this offset. And the events of
-- unknown types that were kept, as passed_over counts them: some may prove to be beyond an end.
CREATE TABLE _cuts (
    entity varchar(64) COLLATE "C",
    key varchar(200) COLLATE "C",
    ends_before bigint NOT NULL,
    PRIMARY KEY (entity, key)
);
CREATE TABLE _passed_over (
    topic varchar(249) COLLATE "C",
    partition integer,
    "offset" bigint,
    published_at timestamptz NOT NULL,
    type text NOT NULL,
    entity varchar(64) COLLATE "C" NOT NULL,
    key varchar(200) COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (topic, partition, "offset")
);

-- drop --
DROP TABLE IF EXISTS {cuts}, {passed_over}

-- read --
SELECT entity, key, ends_before FROM _cuts

-- add --
INSERT INTO _cuts AS c (entity, key, ends_before) VALUES (%s, %s, %s)
ON CONFLICT (entity, key) DO UPDATE SET ends_before = least(c.ends_before, excluded.ends_before)

-- note_passed_over --
-- An event of an unknown type that is kept; noted once, however often it is read.
INSERT INTO _passed_over (topic, partition, "offset", published_at, type, entity, key, sequence)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING

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
    DELETE FROM waiting w USING _cuts c
    WHERE (w.entity, w.key) = (c.entity, c.key) AND w.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
    RETURNING w.entity, w.key
), refused AS (
    DELETE FROM dead_letters l USING _cuts c
    WHERE (l.entity, l.key) = (c.entity, c.key) AND l.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
    RETURNING l.entity, l.key
), conflicting AS (
    DELETE FROM sequence_conflicts s USING _cuts c
    WHERE (s.entity, s.key) = (c.entity, c.key) AND s.sequence >= c.ends_before
      AND c.entity = ANY(%(entities)s::varchar[])
)
SELECT entity, key FROM waited UNION SELECT entity, key FROM refused

-- forget_passed_over --
-- The counts of all types of which such events were kept: one type is of one entity, or of none.
DELETE FROM passed_over p USING (SELECT DISTINCT topic, type FROM _passed_over) AS o
WHERE (o.topic, o.type) = (p.topic, p.type)

-- count_passed_over --
-- Counts them again, without those beyond the ends, and notes the newest.
INSERT INTO passed_over (topic, type, events, subject, partition, "offset")
SELECT DISTINCT ON (topic, type)
       topic, type, count(*) OVER (PARTITION BY topic, type), key, partition, "offset"
FROM _passed_over o
WHERE NOT EXISTS (SELECT FROM _cuts c
                  WHERE (c.entity, c.key) = (o.entity, o.key) AND o.sequence >= c.ends_before
                    AND c.entity = ANY(%(entities)s::varchar[]))
ORDER BY topic, type, published_at DESC, "offset" DESC
