-- rows teacher_id
-- feed teacher_id
-- Who was deactivated and has not been registered again.
SELECT t.teacher_id
FROM teacher t
WHERE t.deactivated;
