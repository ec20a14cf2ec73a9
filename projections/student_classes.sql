-- rows class_id, student_id
-- index student_id, teacher_id
-- Who is in which class now, and of which standalone teacher: without one where the class is deleted,
-- unknown or an organization's. Whoever was deactivated is in none; whoever is not registered yet is.
SELECT e.class_id, e.student_id, t.teacher_id
FROM enrollment e
LEFT JOIN class_teachers t ON t.class_id = e.class_id
LEFT JOIN deactivated_students d ON d.student_id = e.student_id
WHERE e.ended_at IS NULL AND d.student_id IS NULL;
