-- rows teacher_id
-- Who is registered, and whether they stand alone.
SELECT t.teacher_id, t.name, t.organization_id
FROM teacher t
WHERE NOT t.deactivated;
