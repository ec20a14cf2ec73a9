-- standing --
-- Whether the numbers are level with the log, for this database, and how often that was asked for.
SELECT coalesce(n.identity = homeroom.identity(), false), n.asked FROM homeroom.numbering n;

-- positions --
-- Per topic and partition, the offset of the next event that the live generation applies.
SELECT p.topic, p.partition, p.next_offset FROM positions p;

-- is_level --
-- Unless somebody has asked once more since the log's ends were taken.
UPDATE homeroom.numbering n SET identity = homeroom.identity() WHERE n.asked = %(asked)s;

-- ask --
UPDATE homeroom.numbering n SET identity = NULL, asked = n.asked + 1;

-- lock_out --
-- Behind every command that is giving out numbers at this moment.
SELECT pg_advisory_xact_lock(%(lock)s, 0);
