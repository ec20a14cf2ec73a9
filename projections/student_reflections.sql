-- rows reflection_id
-- index student_id, written_at
-- When students wrote reflections.
SELECT r.reflection_id, r.student_id, r.written_at
FROM reflection r;
