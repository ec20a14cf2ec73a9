-- standing --
-- Whether the numbers of this database have caught up with the log, how often that was requested, and
-- which database it is.
SELECT coalesce(n.identity = homeroom.identity(), false), n.asked AS request, homeroom.identity()
FROM homeroom.numbering n;

-- positions --
-- Per topic and partition, the offset of the next event that the live generation applies.
SELECT p.topic, p.partition, p.next_offset FROM positions p;

-- is_level --
-- Notes that the numbers have caught up, unless it was requested again since the ends were read.
UPDATE homeroom.numbering n SET identity = homeroom.identity()
WHERE n.asked = %(request)s AND homeroom.identity() = %(database)s;

-- note_held --
-- Notes, for those whose commands are refused, what keeps the numbers from catching up; null for nothing.
UPDATE homeroom.relay SET waits_for = %s WHERE waits_for IS DISTINCT FROM %s;

-- ask --
-- Requests that the numbers catch up with the log again, and that the database draws a new id: what
-- was put back may stand beside the original.
WITH copy AS (UPDATE homeroom.database SET identity = '')
UPDATE homeroom.numbering n SET identity = NULL, asked = n.asked + 1;

-- lock_out --
-- Waits for every command that is assigning numbers at this moment.
SELECT pg_advisory_xact_lock(%(lock)s, 0);
