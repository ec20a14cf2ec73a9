-- rows assignment_id
-- Whose each assignment is, and for which class.
SELECT a.assignment_id, a.created_by AS teacher_id, a.class_id
FROM assignment a;
