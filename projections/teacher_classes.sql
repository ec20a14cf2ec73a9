-- rows class_id
-- index teacher_id, created_at DESC, class_id
-- The classes of standalone teachers; archived ones too.
SELECT c.class_id, c.teacher_id, c.name, c.code, c.subject, c.created_at,
       coalesce(k.students, 0) AS total_students
FROM class c
LEFT JOIN class_totals k ON k.class_id = c.class_id
WHERE NOT c.deleted AND c.organization_id IS NULL;
