-- totals class_id
-- How many students are in a class.
SELECT s.class_id, count(*) AS students
FROM student_classes s
GROUP BY s.class_id;
