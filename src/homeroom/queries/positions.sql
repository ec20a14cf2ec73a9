-- listen --
-- The worker notifies in each commit that moves a position.
LISTEN homeroom_positions;

-- is_standby --
-- A standby follows another server, and refuses LISTEN.
SELECT pg_is_in_recovery()

-- about --
-- Whether Flink feeds the generation that is read: only such a one has this table. And the newest of
-- what changes tables without moving a position: repairs, retries and discards.
SELECT to_regclass('unreadable') IS NOT NULL AS fed_by_flink,
       ARRAY[(SELECT max(r.id) FROM homeroom.repair r), (SELECT max(r.id) FROM homeroom.retry r),
             (SELECT max(d.id) FROM homeroom.discard d)]::bigint[] AS decided

-- positions --
-- Per topic and partition, the offset of the next event to apply.
SELECT p.topic::text AS topic, p.partition::int AS partition, p.next_offset::bigint AS next_offset
FROM positions p
