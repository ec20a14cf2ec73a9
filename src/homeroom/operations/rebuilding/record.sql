-- latest --
-- The unfinished rebuild, or the last one that ended.
SELECT id, generation, options, phase, done, total, asked, process, began_at, phase_began_at,
       beat_at, ended_at, outcome, report, now() AS now
FROM homeroom.rebuild
ORDER BY ended_at DESC NULLS FIRST
LIMIT 1

-- begin --
INSERT INTO homeroom.rebuild (generation, options, phase, process)
VALUES (%s, %s, 'loading', %s) RETURNING id

-- take_over --
UPDATE homeroom.rebuild SET process = %s, options = %s, asked = NULL, beat_at = now(),
       phase_began_at = now()
WHERE id = %s

-- begin_phase --
UPDATE homeroom.rebuild
SET phase = %s, done = 0, total = %s, phase_began_at = now(), beat_at = now()
WHERE id = %s

-- note_progress --
-- Returns what operators have asked for meanwhile.
UPDATE homeroom.rebuild SET done = %s, total = %s, beat_at = now() WHERE id = %s RETURNING asked

-- note_pause --
UPDATE homeroom.rebuild SET options = options || jsonb_build_object('paused', %s::boolean)
WHERE id = %s

-- note_refusal --
UPDATE homeroom.rebuild SET options = options || jsonb_build_object('refusal', %s::text)
WHERE id = %s

-- note_report --
UPDATE homeroom.rebuild SET report = %s WHERE id = %s

-- end --
UPDATE homeroom.rebuild SET ended_at = now(), outcome = %s WHERE id = %s

-- ask --
-- Asks the process that works on it for something; null lets it go on. What is to end, ends.
UPDATE homeroom.rebuild SET asked = %s
WHERE id = %s AND ended_at IS NULL AND asked IS DISTINCT FROM 'abort'

-- outcome --
SELECT outcome FROM homeroom.rebuild WHERE id = %s

-- try_lock --
-- Whoever works on a rebuild holds this lock as long as the process lives.
SELECT pg_try_advisory_lock(%s)

-- end_silent --
-- Ends the session of a process that works on a rebuild and has told nothing for so many seconds.
SELECT pg_terminate_backend(l.pid) FROM pg_locks l
WHERE l.locktype = 'advisory' AND l.classid = 0 AND l.objid = %s AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND EXISTS (SELECT FROM homeroom.rebuild r
              WHERE r.id = %s AND r.beat_at < now() - %s * interval '1 s');

-- is_locked --
SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = 0 AND objid = %s
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
