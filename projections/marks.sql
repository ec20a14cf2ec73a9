-- rows mark_id
-- index class_id, subject_id, recorded_at DESC, mark_id
-- index student_id, class_id, subject_id
-- index recorded_at DESC, mark_id
-- Marks of students in the subjects of their classes.
SELECT m.mark_id, m.student_id, m.class_id, m.subject_id, m.score, m.recorded_by, m.recorded_at
FROM mark m;
