-- rows teacher_id
-- index sorted_as, teacher_id
-- Who is registered, whether they stand alone, and which time zone they chose. Lists have them by
-- name.
SELECT t.teacher_id, t.name, t.email, t.organization_id, t.time_zone, left(t.name, 200) AS sorted_as
FROM teacher t
WHERE NOT t.deactivated;
