-- totals assignment_id
-- How many submissions an assignment has, without the withdrawn ones.
SELECT s.assignment_id, count(*) AS submissions
FROM submission s
WHERE s.withdrawn_at IS NULL
GROUP BY s.assignment_id;
