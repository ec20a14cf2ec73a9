-- rows class_id, student_id
-- index student_id, organization_id
-- Who is in which class of which school now.
SELECT s.class_id, s.student_id, c.organization_id
FROM student_classes s
JOIN class c ON c.class_id = s.class_id
WHERE c.organization_id IS NOT NULL AND NOT c.deleted;
