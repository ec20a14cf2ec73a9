-- rows assignment_id
-- index teacher_id, class_id
-- index class_id, teacher_id
-- Who is assigned to which class, now: while the class is not deleted and the teacher not deactivated.
SELECT a.assignment_id, a.teacher_id, a.class_id, c.organization_id
FROM class_assignment a
JOIN class c ON c.class_id = a.class_id
JOIN teacher t ON t.teacher_id = a.teacher_id
WHERE a.removed_at IS NULL AND NOT c.deleted AND NOT t.deactivated;
