-- totals assignment_id
-- How many submissions an assignment has, and how many of them of students who are in its class now.
SELECT s.assignment_id, count(*) AS submissions, count(*) FILTER (WHERE s.in_class) AS of_class
FROM assignment_submissions s
GROUP BY s.assignment_id;
