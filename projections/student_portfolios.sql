-- totals student_id
-- How many items a portfolio has, and how many were accepted.
SELECT i.student_id, count(*) AS items, count(*) FILTER (WHERE i.status = 'approved') AS approved
FROM student_portfolio_items i
WHERE i.student_id IS NOT NULL
GROUP BY i.student_id;
