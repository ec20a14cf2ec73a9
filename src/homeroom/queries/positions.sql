-- listen --
-- The worker notifies in each commit that moves a position.
LISTEN homeroom_positions;

-- is_standby --
-- A standby follows another server, and refuses LISTEN.
SELECT pg_is_in_recovery()

-- positions --
-- Per topic and partition, the offset of the next event to apply.
SELECT p.topic::text AS topic, p.partition::int AS partition, p.next_offset::bigint AS next_offset
FROM positions p
