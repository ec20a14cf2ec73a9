-- rows class_id, student_id
-- Who is in which class of which standalone teacher now.
SELECT e.class_id, e.student_id, c.teacher_id
FROM enrollment e
JOIN class c ON c.class_id = e.class_id
WHERE e.ended_at IS NULL AND NOT c.deleted AND c.organization_id IS NULL;
