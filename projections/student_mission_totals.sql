-- totals student_id
-- How many missions a student has, by status.
SELECT m.student_id, count(*) FILTER (WHERE m.status = 'in_progress') AS in_progress,
       count(*) FILTER (WHERE m.status = 'pending') AS pending,
       count(*) FILTER (WHERE m.status = 'in_review') AS in_review,
       count(*) FILTER (WHERE m.status = 'changes_requested') AS changes_requested,
       count(*) FILTER (WHERE m.status = 'approved') AS approved
FROM student_missions m
GROUP BY m.student_id;
