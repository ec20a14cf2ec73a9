-- read --
-- The positions of some partitions of the generation that the session is in.
SELECT topic, partition, next_offset FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]));

-- read_all --
-- All positions of a generation.
SELECT topic, partition, next_offset FROM {positions};

-- read_last_of --
-- The last record applied of each partition of a generation.
SELECT topic, partition, last_offset FROM {positions} WHERE last_offset IS NOT NULL;

-- hold_all --
-- The same, and nobody moves one until the transaction ends. Everybody locks in this order.
SELECT topic, partition, next_offset FROM {positions} ORDER BY topic, partition FOR UPDATE;

-- lock --
-- Locks the positions of some partitions, in the same order.
SELECT FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]))
ORDER BY topic, partition
FOR UPDATE;

-- read_last --
-- The last record applied of some partitions of the generation that the session is in.
SELECT topic, partition, last_offset, last_digest FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]))
AND last_digest IS NOT NULL;

-- put_back_last --
-- Has the log of a partition known by an earlier record.
UPDATE positions SET last_offset = %s, last_digest = %s WHERE (topic, partition) = (%s, %s);

-- move --
-- Moves positions that are where they are expected to be; the others stay. Without a last record
-- the one before remains.
UPDATE positions AS p SET
    next_offset = m.next,
    last_offset = coalesce(m.last_offset, p.last_offset),
    last_digest = coalesce(m.last_digest, p.last_digest)
FROM unnest(
    %s::varchar[], %s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bytea[]
) AS m(topic, partition, expected, next, last_offset, last_digest)
WHERE (p.topic, p.partition) = (m.topic, m.partition) AND p.next_offset = m.expected;

-- note_newest --
-- Notes the time of the newest event applied, at one partition's position.
UPDATE positions SET newest_time = greatest(newest_time, %s)
WHERE (topic, partition) = (%s, %s);

-- begin --
-- Gives a partition its first position, unless it has one.
INSERT INTO {positions} (topic, partition, first_offset, next_offset)
VALUES (%(topic)s, %(partition)s, %(first)s, %(first)s)
ON CONFLICT (topic, partition) DO NOTHING;

-- begin_later --
-- The same where its log begins later, also for one of which nothing was applied.
INSERT INTO {positions} AS p (topic, partition, first_offset, next_offset)
VALUES (%(topic)s, %(partition)s, %(first)s, %(first)s)
ON CONFLICT (topic, partition) DO UPDATE
SET first_offset = excluded.first_offset, next_offset = excluded.next_offset
WHERE p.next_offset = p.first_offset AND p.next_offset < excluded.next_offset;

-- not_begun --
-- Of some partitions, those of which nothing was applied.
SELECT topic, partition, next_offset FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]))
AND next_offset = first_offset;

-- read_applied --
-- How far a generation is, as JSON where those of older versions have fewer columns.
SELECT topic, partition, coalesce((to_jsonb(p)->>'first_offset')::bigint, 0), next_offset,
       (to_jsonb(p)->>'last_offset')::bigint, (to_jsonb(p)->>'last_digest')::bytea
FROM {positions} p;

-- notify --
-- Tells those who wait for a position of a generation, once the transaction has committed.
SELECT pg_notify('homeroom_positions', %s);
