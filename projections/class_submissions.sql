-- view assignment_id, student_id
-- What was handed in by students who are in the assignment's class now, without what was withdrawn.
SELECT s.assignment_id, s.student_id, a.teacher_id, a.class_id
FROM submission s
JOIN assignment_classes a ON a.assignment_id = s.assignment_id
JOIN student_classes c ON c.class_id = a.class_id AND c.student_id = s.student_id
WHERE s.withdrawn_at IS NULL;
