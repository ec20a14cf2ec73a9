-- rows session_id
-- index teacher_id, school_id, starts_at, session_id
-- index teacher_id, school_id, status, starts_at, session_id
-- index teacher_id, school_id, status, ends_at DESC, session_id
-- index teacher_id, school_id, class_id, status, starts_at
-- feed teacher_id, school_id
-- The sessions that teachers have at schools. A session says its school itself, whatever its class is.
SELECT s.session_id, s.organization_id AS school_id, s.teacher_id, s.class_id, s.title, s.starts_at,
       s.ends_at, s.status, s.notes, coalesce(a.attended, 0) AS attended
FROM session s
LEFT JOIN session_attendance a ON a.session_id = s.session_id
WHERE s.organization_id IS NOT NULL;
