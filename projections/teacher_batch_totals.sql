-- totals teacher_id, status
-- How many batches a teacher has of each status that clients know.
SELECT b.teacher_id, b.status, count(*) AS batches
FROM teacher_batches b
WHERE b.teacher_id IS NOT NULL AND b.status IS NOT NULL
GROUP BY b.teacher_id, b.status;
