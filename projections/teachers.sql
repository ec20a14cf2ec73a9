-- rows teacher_id
-- Who is registered, whether they stand alone, and which time zone they chose.
SELECT t.teacher_id, t.name, t.organization_id, t.time_zone
FROM teacher t
WHERE NOT t.deactivated;
