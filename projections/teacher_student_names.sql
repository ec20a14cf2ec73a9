-- rows teacher_id, student_id
-- index teacher_id, (name IS NULL), (left(coalesce(name, ''), 200)), student_id
-- A teacher's students by name; whoever is not registered yet has none.
SELECT t.teacher_id, t.student_id, s.name
FROM teacher_students t
LEFT JOIN student s ON s.student_id = t.student_id;
