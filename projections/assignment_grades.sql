-- totals assignment_id, teacher_id
-- index teacher_id, assignment_id
-- How many submissions of an assignment a teacher graded, without the withdrawn ones.
SELECT s.assignment_id, s.graded_by AS teacher_id, count(*) AS grades
FROM submission s
WHERE s.graded_by IS NOT NULL AND s.withdrawn_at IS NULL
GROUP BY s.assignment_id, s.graded_by;
