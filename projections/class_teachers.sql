-- rows class_id
-- index teacher_id
-- Whose class each is, of those that are known, not deleted and a standalone teacher's.
SELECT c.class_id, c.teacher_id
FROM class c
WHERE NOT c.deleted AND c.organization_id IS NULL;
