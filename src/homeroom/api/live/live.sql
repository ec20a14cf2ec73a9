-- sessions --
-- These sessions of the teacher at the school, as all lists have them.
SELECT {session_item}
FROM {sessions_shown}
WHERE x.teacher_id = me.teacher_id AND x.school_id = %(school_id)s::text
  AND x.session_id = ANY (%(ids)s::text[])
ORDER BY x.starts_at, x.session_id

-- notifications --
-- These notifications, and whether they are shown, for a whole school, and wanted here.
SELECT {item}, ({shows})::boolean AS is_shown, (s.teacher_id IS NULL)::boolean AS is_announcement,
       EXISTS (SELECT FROM homeroom.notification_preference p
               WHERE p.teacher_id = me.teacher_id AND p.kind = s.kind AND p.channel = 'websocket'
                 AND NOT p.enabled)::boolean AS is_muted
FROM ({had}) AS s
WHERE s.notification_id = ANY (%(ids)s::text[])
ORDER BY s.created_at, s.notification_id

-- stats --
-- The figures that stand first on the dashboard, for the week.
SELECT (SELECT count(*) FROM ({students_meant}) AS m)::bigint AS total_students, c.sessions_today,
       c.sessions_this_week, c.completion_rate
FROM ({session_counts}) AS c
