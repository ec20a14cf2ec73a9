-- totals exam_id, teacher_id
-- index teacher_id, exam_id
-- How many results of an exam a teacher graded.
SELECT r.exam_id, r.graded_by AS teacher_id, count(*) AS grades
FROM exam_result r
WHERE r.graded_by IS NOT NULL
GROUP BY r.exam_id, r.graded_by;
