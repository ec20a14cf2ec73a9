-- deadlines --
-- Deadlines of missions in progress that come within the time ahead. By the index on status and
-- deadline_at.
SELECT c.cause, m.student_id, m.mission_id, m.title, m.deadline_at
FROM student_missions m
JOIN students s ON s.student_id = m.student_id
CROSS JOIN LATERAL (SELECT concat_ws('/', 'deadline', m.mission_id, m.student_id,
                                     extract(epoch FROM m.deadline_at)) AS cause) AS c
WHERE m.status = 'in_progress' AND m.deadline_at > %(now)s AND m.deadline_at <= %(until)s
  AND NOT EXISTS (SELECT FROM homeroom.nudge n WHERE n.cause = c.cause)
ORDER BY m.deadline_at
LIMIT %(limit)s;

-- reviews --
-- Reviews that arrived lately; older ones are history, as when years of it are published. By the
-- index on decided_at.
SELECT c.cause, m.student_id, m.mission_id, m.title, m.status, m.decided_at
FROM student_missions m
JOIN students s ON s.student_id = m.student_id
CROSS JOIN LATERAL (SELECT concat_ws('/', 'review', m.mission_id, m.student_id,
                                     extract(epoch FROM m.decided_at)) AS cause) AS c
WHERE m.decided_at > %(since)s AND m.decided_at <= %(now)s
  AND m.status IN ('approved', 'changes_requested')
  AND NOT EXISTS (SELECT FROM homeroom.nudge n WHERE n.cause = c.cause)
ORDER BY m.decided_at
LIMIT %(limit)s;

-- recommendations --
-- What the coach recommended lately with high priority. By the index on told_at.
SELECT c.cause, r.student_id, r.title, r.url, r.mission_id, r.expires_at
FROM student_recommendations r
JOIN students s ON s.student_id = r.student_id
CROSS JOIN LATERAL (SELECT concat_ws('/', 'recommendation', r.recommendation_id) AS cause) AS c
WHERE r.told_at > %(since)s AND r.told_at <= %(now)s AND r.priority = 'high'
  AND (r.expires_at IS NULL OR r.expires_at > %(now)s)
  AND NOT EXISTS (SELECT FROM homeroom.nudge n WHERE n.cause = c.cause)
ORDER BY r.told_at
LIMIT %(limit)s;

-- time_zones --
-- Few, however many students there are.
SELECT z.time_zone FROM time_zones z;

-- streaks --
-- Runs of done days that ended yesterday, by the calendar of each zone in which it is late: what
-- was logged of today, done or not, begins a run today, or will once it has come back from the log.
-- By the index on last_day, and the keys.
SELECT c.cause, r.student_id, r.habit_id, h.name, z.midnight,
       z.yesterday::date - r.first_day::date + 1 AS days
FROM unnest(%(days)s::text[]) AS d(yesterday)
JOIN habit_runs r ON r.last_day = d.yesterday AND r.done
JOIN students s ON s.student_id = r.student_id
JOIN unnest(%(time_zones)s::text[], %(yesterdays)s::text[], %(todays)s::text[],
            %(midnights)s::timestamptz[]) AS z(time_zone, yesterday, today, midnight)
  ON z.time_zone = coalesce(s.time_zone, 'UTC') AND z.yesterday = d.yesterday
JOIN student_habits h ON h.habit_id = r.habit_id AND h.student_id = r.student_id AND NOT h.stopped
CROSS JOIN LATERAL (SELECT concat_ws('/', 'streak', r.habit_id, r.student_id, z.today) AS cause) AS c
WHERE NOT EXISTS (SELECT FROM habit_runs t WHERE t.habit_id = r.habit_id AND t.first_day = z.today)
  AND NOT EXISTS (SELECT FROM homeroom.habit_log_number l
                  WHERE l.habit_id = r.habit_id AND l.logged_on = z.today)
  AND NOT EXISTS (SELECT FROM homeroom.nudge n WHERE n.cause = c.cause)
LIMIT %(limit)s;

-- remember --
-- Each cause once, whoever looks; those that are new.
INSERT INTO homeroom.nudge (cause, student_id)
SELECT c.cause, c.student_id FROM unnest(%(causes)s::text[], %(students)s::text[])
    AS c(cause, student_id)
ORDER BY c.cause
ON CONFLICT (cause) DO NOTHING
RETURNING cause;

-- forget --
-- Causes that cannot come again: each is about a day or less.
DELETE FROM homeroom.nudge n WHERE n.at < now() - interval '30 days';
