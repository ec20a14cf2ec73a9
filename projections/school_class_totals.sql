-- totals class_id
-- How many students count in a class of a school.
SELECT s.class_id, count(*) AS students
FROM school_class_students s
GROUP BY s.class_id;
