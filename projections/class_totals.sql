-- totals class_id
-- How many students a class has: enrollments that started and have not ended.
SELECT e.class_id, count(*) AS students
FROM enrollment e
WHERE e.ended_at IS NULL
GROUP BY e.class_id;
