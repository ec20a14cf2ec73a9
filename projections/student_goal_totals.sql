-- totals student_id
-- How many goals a student has yet to reach.
SELECT g.student_id, count(*) FILTER (WHERE g.completed_at IS NULL) AS active
FROM student_goals g
WHERE g.student_id IS NOT NULL
GROUP BY g.student_id;
