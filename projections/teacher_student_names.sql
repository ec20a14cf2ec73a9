-- rows teacher_id, student_id
-- index teacher_id, (name IS NULL), sorted_as, student_id
-- A teacher's students by name; whoever is not registered yet has none. An index holds no text of any
-- length. `sorted_as` is a column, since row-level security keeps functions that may leak out of the
-- conditions of an index, and a page would read all those before it.
SELECT t.teacher_id, t.student_id, s.name, left(coalesce(s.name, ''), 200) AS sorted_as
FROM teacher_students t
LEFT JOIN student s ON s.student_id = t.student_id;
