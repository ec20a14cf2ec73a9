-- rows class_id, student_id
-- Who is in which class of which standalone teacher now.
SELECT e.class_id, e.student_id, c.teacher_id
FROM enrollment e
JOIN teacher_classes c ON c.class_id = e.class_id
WHERE e.ended_at IS NULL;
