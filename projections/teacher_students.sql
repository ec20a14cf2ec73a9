-- totals teacher_id, student_id
-- A teacher's students, each once, with the number of classes they share.
SELECT s.teacher_id, s.student_id, count(*) AS classes
FROM student_classes s
WHERE s.teacher_id IS NOT NULL
GROUP BY s.teacher_id, s.student_id;
