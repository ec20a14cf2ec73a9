-- read --
-- The positions of some partitions of the generation that the session is in.
SELECT topic, partition, next_offset FROM positions
WHERE (topic, partition) IN (SELECT * FROM unnest(%s::varchar[], %s::integer[]));

-- read_all --
-- All positions of a generation.
SELECT topic, partition, next_offset FROM {positions};

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
INSERT INTO {positions} (topic, partition, next_offset) VALUES (%s, %s, %s)
ON CONFLICT (topic, partition) DO NOTHING;

-- notify --
-- Tells those who wait for a position of a generation, once the transaction has committed.
SELECT pg_notify('homeroom_positions', %s);
