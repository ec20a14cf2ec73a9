-- registered --
-- Whether the student is registered: no row where nobody is.
SELECT true AS is_registered
FROM students s
WHERE s.student_id = me.student_id

-- dashboard --
-- What a dashboard is judged from: no row where nobody is registered. Lists hold what may matter
-- at `now`, whichever the student's time zone; `earliest` and `latest` are days that enclose it.
-- An aggregate would take longer to begin than a list of so few takes to make. Goals come as the index
-- has them: they are only counted. Of urgent missions a few are enough: all are of the highest
-- priority, requested changes before deadlines.
SELECT o.time_zone::text AS time_zone, o.track::text AS track, o.persona::text AS persona,
       coalesce(o.alignment, 0)::integer AS alignment, o.readiness_window::text AS readiness_window,
       o.recommended_track::text AS recommended_track,
       o.tier::text AS tier, o.tier_started_at::timestamptz AS tier_started_at,
       o.tier_ended_at::timestamptz AS tier_ended_at,
       o.current_period_end::timestamptz AS current_period_end,
       o.readiness::float8 AS readiness,
       o.readiness_trend::float8 AS readiness_trend, o.gaps::text[] AS gaps,
       o.in_progress::bigint AS in_progress, o.pending::bigint AS pending,
       o.in_review::bigint AS in_review, o.changes_requested::bigint AS changes_requested,
       o.approved::bigint AS approved,
       o.completion::float8 AS completion, o.portfolio_health::float8 AS portfolio_health,
       o.items::bigint AS items, o.items_approved::bigint AS items_approved,
       o.goals_active::bigint AS goals_active,
       (SELECT count(*) FROM student_goals g
        WHERE g.student_id = o.student_id AND g.completed_at > %(week_ago)s
          AND g.completed_at <= %(now)s)::bigint AS goals_completed,
       (SELECT count(*) FROM student_reflections r
        WHERE r.student_id = o.student_id AND r.written_at > %(week_ago)s
          AND r.written_at <= %(now)s)::bigint AS reflections,
       array_to_json(ARRAY(
           SELECT json_build_array(g.due_on, g.completed_at IS NOT NULL)
           FROM student_goals g
           WHERE g.student_id = o.student_id AND g.due_on BETWEEN %(earliest)s AND %(latest)s
           ORDER BY g.due_on)) AS goals,
       array_to_json(ARRAY(
           SELECT json_build_array(r.habit_id, r.first_day, r.last_day, r.done, h.name)
           FROM habit_runs r
           JOIN student_habits h ON h.habit_id = r.habit_id
           WHERE r.student_id = o.student_id AND r.last_day >= %(earliest)s
             AND h.student_id = o.student_id AND NOT h.stopped
           ORDER BY r.habit_id, r.first_day)) AS runs,
       array_to_json(ARRAY(
           SELECT json_build_array(n.status, n.mission_id, n.title, n.next_action, n.deadline_at)
           FROM student_missions n
           WHERE n.student_id = o.student_id AND n.status IN ('changes_requested', 'in_progress')
             AND (n.status = 'changes_requested' OR n.deadline_at <= %(soon)s)
           ORDER BY n.status = 'in_progress', n.deadline_at, n.mission_id
           LIMIT %(actions)s)) AS urgent_missions,
       array_to_json(ARRAY(
           SELECT json_build_array(c.recommendation_id, c.title, c.reason, c.url, c.mission_id,
                                   c.priority, c.expires_at)
           FROM student_recommendations c
           WHERE c.student_id = o.student_id AND (c.expires_at IS NULL OR c.expires_at > %(now)s)
           ORDER BY array_position(ARRAY['high', 'medium', 'low'], c.priority::text), c.expires_at,
                    c.recommendation_id
           LIMIT %(actions)s)) AS recommendations,
       (SELECT json_build_array(m.mission_id, m.title, m.difficulty)
        FROM module_missions m
        WHERE m.track_id = o.track_id
          AND coalesce((SELECT p.percent FROM student_modules p
                        WHERE p.module_id = m.module_id AND p.student_id = o.student_id), 0) < 100
          AND (SELECT s.status FROM student_missions s
               WHERE s.mission_id = m.mission_id AND s.student_id = o.student_id)
              IS DISTINCT FROM 'approved'
        ORDER BY m.rank, m.mission_id
        LIMIT 1) AS next_mission
FROM student_overview o
WHERE o.student_id = me.student_id

-- goals_due --
-- The goals of days that enclose today, whichever the student's time zone.
SELECT g.goal_id::text AS goal_id, g.title::text AS title, g.due_on::text AS due_on,
       g.completed_at IS NOT NULL AS is_completed
FROM student_goals g
WHERE g.student_id = me.student_id AND g.due_on BETWEEN %(earliest)s AND %(latest)s
ORDER BY g.due_on, g.goal_id

-- readiness_scores --
-- How ready the student was from a day on, the oldest first.
SELECT r.scored_on::text AS scored_on, r.score::float8 AS score
FROM student_readiness_scores r
WHERE r.student_id = me.student_id AND r.scored_on >= %(first)s
ORDER BY r.scored_on

-- profile --
-- Who the student is: no row where nobody is registered.
SELECT o.name::text AS name, o.track::text AS track, o.track_key::text AS track_key,
       o.cohort::text AS cohort, o.mentor::text AS mentor, o.persona::text AS persona,
       o.archetype::text AS archetype, o.skills_needed::text[] AS skills_needed,
       coalesce(o.alignment, 0)::integer AS alignment, o.recommended_track::text AS recommended_track,
       o.consents AS consents
FROM student_overview o
WHERE o.student_id = me.student_id

-- track --
-- Which track the student is on, how much of it is done, and what its unfinished modules recommend,
-- without approved missions: the easiest first, each as often as modules recommend it. No row where
-- nobody is registered.
SELECT o.track::text AS track, o.completion::float8 AS completion,
       (SELECT json_agg(json_build_array(m.module_id, m.mission_id, m.title, m.difficulty)
                        ORDER BY m.rank, m.mission_id, m.module_id)
        FROM module_missions m
        LEFT JOIN student_modules p ON p.module_id = m.module_id AND p.student_id = o.student_id
        WHERE m.track_id = o.track_id AND coalesce(p.percent, 0) < 100
          AND NOT EXISTS (SELECT FROM student_missions s
                          WHERE s.mission_id = m.mission_id AND s.student_id = o.student_id
                            AND s.status = 'approved')) AS recommended
FROM student_overview o
WHERE o.student_id = me.student_id

-- modules --
-- The published modules of the student's track, in their order.
SELECT m.module_id::text AS module_id, m.title::text AS title,
       coalesce(p.percent, 0)::float8 AS progress
FROM student_overview o
JOIN track_modules m ON m.track_id = o.track_id
LEFT JOIN student_modules p ON p.module_id = m.module_id AND p.student_id = o.student_id
WHERE o.student_id = me.student_id
ORDER BY m.position, m.module_id

-- subscription --
-- What a student may see of missions: no row where nobody is registered.
SELECT o.tier::text AS tier, o.tier_started_at::timestamptz AS tier_started_at,
       o.tier_ended_at::timestamptz AS tier_ended_at,
       o.current_period_end::timestamptz AS current_period_end
FROM student_overview o
WHERE o.student_id = me.student_id

-- missions --
-- The newest change first, after the row that a cursor names.
SELECT m.mission_id::text AS mission_id, m.title::text AS title, m.difficulty::text AS difficulty,
       m.status::text AS status, m.ai_score::float8 AS ai_score, m.ai_feedback::text AS ai_feedback,
       m.mentor_score::float8 AS mentor_score, m.mentor_feedback::text AS mentor_feedback,
       m.deadline_at::timestamptz AS deadline, m.competencies::text[] AS competencies,
       m.next_action::text AS next_action, m.submitted_at::timestamptz AS submitted_at,
       m.updated_at::timestamptz AS updated_at
FROM student_missions m
WHERE m.student_id = me.student_id
  AND (%(statuses)s::text[] IS NULL OR m.status = ANY (%(statuses)s::text[]))
  AND (%(changed_at)s::timestamptz IS NULL OR m.updated_at < %(changed_at)s
       OR (m.updated_at = %(changed_at)s AND m.mission_id > %(mission_id)s::text))
ORDER BY m.updated_at DESC, m.mission_id
LIMIT %(limit)s::bigint

-- habits_of --
-- In which time zone the student's day is: no row where nobody is registered.
SELECT s.time_zone::text AS time_zone
FROM students s
WHERE s.student_id = me.student_id

-- habits --
-- The habits that were not given up, the oldest first, each with its runs of days.
SELECT h.habit_id::text AS habit_id, h.name::text AS name, h.started_on::text AS started_on,
       (SELECT json_agg(json_build_array(r.first_day, r.last_day, r.done) ORDER BY r.first_day)
        FROM habit_runs r
        WHERE r.habit_id = h.habit_id AND r.student_id = h.student_id) AS runs
FROM student_habits h
WHERE h.student_id = me.student_id AND NOT h.stopped
ORDER BY h.started_on, h.habit_id

-- quiet_hours --
-- When the student wants to hear nothing: no row where nobody is registered.
SELECT nullif(q.quiet_from, '')::text AS quiet_from, nullif(q.quiet_until, '')::text AS quiet_until
FROM students s
LEFT JOIN homeroom.quiet_hours q ON q.student_id = s.student_id
WHERE s.student_id = me.student_id

-- notification_preferences --
-- What the student has set.
SELECT p.kind::text AS kind, p.channel::text AS channel, p.enabled::boolean AS enabled
FROM homeroom.student_notification_preference p
WHERE p.student_id = me.student_id
