-- rows assignment_id
-- index teacher_id, subject_id
-- index subject_id, teacher_id
-- Who is assigned to which subject, now: while the subject is not retired and the teacher not
-- deactivated.
SELECT a.assignment_id, a.teacher_id, a.subject_id
FROM subject_assignment a
JOIN subject s ON s.subject_id = a.subject_id
JOIN teacher t ON t.teacher_id = a.teacher_id
WHERE a.removed_at IS NULL AND NOT s.retired AND NOT t.deactivated;
