-- totals teacher_id
-- Everything a teacher's dashboard counts that does not depend on the time of asking.
SELECT c.teacher_id, count(*) AS classes FROM teacher_classes c
WHERE c.teacher_id IS NOT NULL
GROUP BY c.teacher_id;
SELECT s.teacher_id, count(*) AS students FROM teacher_students s GROUP BY s.teacher_id;
SELECT a.teacher_id, count(*) AS assignments FROM teacher_assignments a
WHERE a.teacher_id IS NOT NULL
GROUP BY a.teacher_id;
SELECT e.teacher_id, count(*) AS exams,
       count(*) FILTER (WHERE e.kind = 'quiz') AS quizzes,
       count(*) FILTER (WHERE e.status = 'completed' AND e.results > 0) AS reports
FROM teacher_exams e
GROUP BY e.teacher_id;
SELECT b.teacher_id, count(*) AS question_banks FROM teacher_question_banks b
WHERE b.teacher_id IS NOT NULL
GROUP BY b.teacher_id;
SELECT q.teacher_id, count(*) AS questions
FROM teacher_questions q
WHERE q.organization_id IS NULL AND q.teacher_id IS NOT NULL
GROUP BY q.teacher_id;
SELECT g.teacher_id, sum(g.grades) AS grades FROM teacher_exam_grades g GROUP BY g.teacher_id;
SELECT g.teacher_id, sum(g.grades) AS grades FROM teacher_assignment_grades g GROUP BY g.teacher_id;
