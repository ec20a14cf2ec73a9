-- rows student_id
-- Where to write to a student: apart from the name, since fewer may know it.
SELECT s.student_id, s.email
FROM student s
WHERE NOT s.deactivated AND s.email IS NOT NULL;
