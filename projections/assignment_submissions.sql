-- rows assignment_id, student_id
-- Who handed in what, without what was withdrawn, and whether they are in the assignment's class now.
SELECT s.assignment_id, s.student_id, a.teacher_id, a.class_id, c.student_id IS NOT NULL AS in_class
FROM submission s
LEFT JOIN assignment_classes a ON a.assignment_id = s.assignment_id
LEFT JOIN student_classes c ON c.class_id = a.class_id AND c.student_id = s.student_id
WHERE s.withdrawn_at IS NULL;
