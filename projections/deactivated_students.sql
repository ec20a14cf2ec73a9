-- rows student_id
-- Who was deactivated and has not been registered again.
SELECT s.student_id
FROM student s
WHERE s.deactivated;
