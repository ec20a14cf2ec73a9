-- totals assignment_id
-- How many submissions an assignment has, and how many of them of students who are in its class now.
SELECT s.assignment_id, count(*) AS submissions
FROM submission s
WHERE s.withdrawn_at IS NULL
GROUP BY s.assignment_id;
SELECT c.assignment_id, count(*) AS of_class
FROM class_submissions c
GROUP BY c.assignment_id;
