-- listen --
-- The worker notifies in each commit that moves a position.
LISTEN homeroom_positions;

-- positions --
-- Per topic and partition, the offset of the next event to apply.
SELECT p.topic::text AS topic, p.partition::int AS partition, p.next_offset::bigint AS next_offset
FROM positions p
