-- listen --
-- The worker notifies in each commit that moves a position.
LISTEN homeroom_positions;

-- is_standby --
-- A standby follows another server, and refuses LISTEN.
SELECT pg_is_in_recovery()

-- fed_by_flink --
-- Whether Flink feeds the generation that is read: only such a one has this table.
SELECT to_regclass('unreadable') IS NOT NULL AS fed_by_flink

-- positions --
-- Per topic and partition, the offset of the next event to apply.
SELECT p.topic::text AS topic, p.partition::int AS partition, p.next_offset::bigint AS next_offset
FROM positions p
