-- take_turn --
-- One command of a student at a time; and none while numbers are being called in question.
SELECT pg_advisory_xact_lock_shared(%(lock)s, 0),
       pg_advisory_xact_lock(%(lock)s + 1, hashtext(%(student_id)s));

-- student --
-- Whether numbers are level with the log, whether the student is registered, and the student's
-- time zone.
SELECT coalesce(n.identity = homeroom.identity(), false), s.student_id IS NOT NULL, s.time_zone
FROM homeroom.numbering n
LEFT JOIN students s ON s.student_id = %(student_id)s;

-- habits --
-- Which of these habits are the student's, and on which day each began.
SELECT h.habit_id, h.started_on::text
FROM student_habits h
WHERE h.habit_id = ANY (%(habits)s) AND h.student_id = %(student_id)s;

-- newly_sent --
-- How many logs the student has sent in the day that runs, which began with the first of them.
SELECT coalesce(sum(c.requests), 0) FROM homeroom.request_count c
WHERE c.caller = 'student/' || %(student_id)s AND c.limited = 'habit_logs'
  AND c.began_at > now() - interval '1 day';

-- count_sent --
-- Counts logs of the day that runs, or begins one.
INSERT INTO homeroom.request_count AS c (caller, limited, began_at, requests)
VALUES ('student/' || %(student_id)s, 'habit_logs', now(), %(logs)s)
ON CONFLICT (caller, limited) DO UPDATE
SET began_at = CASE WHEN c.began_at <= now() - interval '1 day' THEN now() ELSE c.began_at END,
    requests = CASE WHEN c.began_at <= now() - interval '1 day' THEN excluded.requests
                    ELSE c.requests + excluded.requests END;

-- sent --
-- Which of these ids the student used before, and for what.
SELECT l.id, l.habit_id, l.logged_on, l.done, l.recorded_at, l.recorded, l.command_id
FROM homeroom.habit_log_sent l
WHERE l.student_id = %(student_id)s AND l.id = ANY (%(ids)s);

-- numbers --
-- The newest number of each of these days, locked in the order of their keys, so that two
-- commands cannot wait for each other in a circle.
SELECT n.habit_id, n.logged_on, n.sequence, n.recorded_at, n.command_id
FROM unnest(%(habits)s::text[], %(days)s::text[]) AS a(habit_id, logged_on)
JOIN homeroom.habit_log_number n ON n.habit_id = a.habit_id AND n.logged_on = a.logged_on
ORDER BY n.habit_id, n.logged_on
FOR UPDATE OF n;

-- applied --
-- The numbers that the read model has of them, and when the newest was recorded. Scalar subqueries, so that each is one look into
-- an index however large the table.
SELECT a.habit_id, a.logged_on, greatest(
    (SELECT l.sequence FROM habit_log l
     WHERE l.habit_id = a.habit_id AND l.logged_on = a.logged_on),
    (SELECT r.sequence FROM subjects_without_row r
     WHERE r.entity = 'habit_log' AND r.key = a.habit_id || '/' || a.logged_on)),
    (SELECT l.recorded_at FROM habit_log l
     WHERE l.habit_id = a.habit_id AND l.logged_on = a.logged_on)
FROM unnest(%(habits)s::text[], %(days)s::text[]) AS a(habit_id, logged_on);

-- add_sent --
INSERT INTO homeroom.habit_log_sent
    (student_id, id, habit_id, logged_on, done, recorded_at, recorded, command_id)
SELECT %(student_id)s, l.id, l.habit_id, l.logged_on, l.done, l.recorded_at, l.recorded,
       %(command_id)s
FROM json_to_recordset(%(sent)s::json) AS l(id text, habit_id text, logged_on text, done boolean,
                                            recorded_at timestamptz, recorded boolean);

-- set_numbers --
-- Stores new numbers of days that have one. Their rows are locked already.
UPDATE homeroom.habit_log_number n
SET sequence = g.sequence, recorded_at = g.recorded_at, command_id = %(command_id)s
FROM json_to_recordset(%(numbers)s::json) AS g(habit_id text, logged_on text, sequence bigint,
                                               recorded_at timestamptz)
WHERE n.habit_id = g.habit_id AND n.logged_on = g.logged_on;

-- add_numbers --
-- Adds numbers of days that had none. A row that exists by now belongs to another student, who had
-- the habit before.
INSERT INTO homeroom.habit_log_number (habit_id, logged_on, sequence, recorded_at, command_id)
SELECT g.habit_id, g.logged_on, g.sequence, g.recorded_at, %(command_id)s
FROM json_to_recordset(%(numbers)s::json) AS g(habit_id text, logged_on text, sequence bigint,
                                               recorded_at timestamptz)
ORDER BY g.habit_id, g.logged_on
ON CONFLICT (habit_id, logged_on) DO NOTHING;
